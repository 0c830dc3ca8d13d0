"""The lamps beside the correction editor: what each evaluator of the operation says about the draft."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from atlas_desktop.api.errors import AtlasError, NotFoundError
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.lamp_rules import (
    Lamp,
    LampState,
    Rule,
    away,
    lit,
    lit_by_server,
    rules_of,
    schema_for,
    unlit,
)
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.beside import Beside
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorScore, EvaluatorScoreCreate
from atlas_desktop.deadline import Overdue, Worker
from atlas_desktop.domain.scoring.score import LARGEST_OUTPUT, Score, unscored
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

__all__ = ["Lamp", "LampState", "Lamps"]

Ask = Callable[[str, EvaluatorScoreCreate], Awaitable[EvaluatorScore]]
"""Has an evaluator score a text, at the server. Raises NotOnline, AtlasError."""

LOOP_BYTES: Final = 20_000
"""A longer text is judged in a process beside: in a thread it would hold Python's lock all the same."""
_PAUSE_SECONDS: Final = 1.2
_LATE_SECONDS: Final = 2.0
_PROCESS: Final = "atlas_desktop.domain.scoring.evaluator"


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose lamps these are. Another object is another question, even of the same call."""

    call_id: str | None = None
    operation: str | None = None
    schema_version: str | None = None
    expected: str | None = None


class Lamps:
    """The lamps of one draft. Used on the UI's loop; nothing here takes it longer than a few milliseconds.

    ``follow`` names the call (its operation's gates make the lamps), ``typed`` the text, at every keystroke;
    ``run`` is Ctrl+R. ``changed`` tells the lamps anew whenever one is different. An answer about a text that is
    no longer there is dropped.
    """

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        ask: Ask,
        online: Callable[[], bool],
        *,
        pause: float = _PAUSE_SECONDS,
        beside: Beside | None = None,
    ) -> None:
        self._store = store
        self._ask = ask
        self._online = online
        self._pause = pause
        self._worker = Worker(beside or Beside(_PROCESS), _LATE_SECONDS)
        self._subject = _Subject()
        self._rules: tuple[Rule, ...] = ()
        self._lamps: dict[str, Lamp] = {}
        self._text: str | None = None
        self._asked: str | None = None
        self._touched = False
        self._timer: asyncio.TimerHandle | None = None
        self._was_online = False
        self._asking = asyncio.Lock()
        self._binding = Errand(tasks, "lamps are bound", self._bind, self._failed)
        self._heavy = Errand(tasks, "lamps judge beside", self._judge_beside, self._failed)
        self._later = Errand(
            tasks, "lamps ask the server", partial(self._ask_server, again=False), self._failed
        )
        self.changed: Signal[tuple[Lamp, ...]] = Signal("lamps")
        self.failed: Signal[Exception] = Signal("lamps failed")
        self.schema: Json = None
        """The operation's own schema, for the editor's marks; None where there is none, or only the server knows."""

    @property
    def value(self) -> tuple[Lamp, ...]:
        """The lamps in the order of the gates."""
        return tuple(self._lamps.values())

    def follow(
        self, call_id: str | None, operation: str | None, schema_version: str | None, expected: str | None
    ) -> None:
        """Another call, or none: read which evaluators its operation has. ``typed`` follows.

        ``expected`` is what an embedding compares with: the best answer known before this draft.
        """
        if self._timer is not None:
            self._timer.cancel()
        self._subject = _Subject(call_id, operation, schema_version, expected)
        self._text = self._asked = None
        self._touched = False
        self._rules, self.schema = (), None
        self._put({})
        self._binding.ask()

    def typed(self, text: str) -> None:
        """The draft as it is now. The first text of a call is not sent anywhere before it is changed."""
        if text == self._text:
            return
        self._touched, self._text = self._text is not None, text
        self._judge()
        if self._touched:
            self._wait_anew()

    async def run(self) -> None:
        """Have every evaluator judge the text now, the server's too; returns when they did."""
        self._judge()
        await self._heavy.through()
        await self._ask_server(again=True)

    async def settled(self) -> None:
        """Wait until nothing is being read or judged that was asked for."""
        while await self._binding.through() or await self._heavy.through() or await self._later.through():
            continue

    def store_changed(self, changed: Changed) -> None:
        """Operations or evaluators may be others now."""
        if changed.operations:
            self._binding.ask()

    def online_changed(self) -> None:
        """The server may have come or gone: say so where a lamp needs it."""
        online = self._online()
        if online == self._was_online:
            return
        self._was_online = online
        if online:
            self._asked = None
            if self._touched:
                self._wait_anew()
        self._put(self._lamps | {rule.evaluator_id: self._waiting(rule) for rule in self._at_server()})

    def close(self) -> None:
        """Ask nobody any more, and end the process beside. The tasks are their owner's to cancel."""
        if self._timer is not None:
            self._timer.cancel()
        self._worker.stop()

    async def _bind(self) -> None:
        subject = self._subject
        bound = await self._store.evaluators.bound_to(subject.operation) if subject.operation else None
        rules = rules_of(bound, subject.schema_version)
        if any(rule.place == "here" for rule in rules):
            # RE2, the validator and a large schema: 25 ms and more, not on this thread.
            await in_daemon_thread("lamps get ready", lambda: _prepare(rules))
        if subject is not self._subject:
            return
        self._rules, self.schema = rules, schema_for(bound, subject.schema_version)
        self._asked = None
        self._put({rule.evaluator_id: unlit(rule, online=self._online()) for rule in rules})
        self._judge()

    def _judge(self) -> None:
        """The rules that are judged here, at once where that is quick; the others' lamps are of another text now."""
        text = self._text
        if text is None or not self._rules:
            self._put(self._lamps)
            return
        lamps = dict(self._lamps)
        heavy = False
        for rule in self._rules:
            if rule.place == "here" and _is_quick(rule, text):
                lamps[rule.evaluator_id] = lit(rule, _scored(rule, text))
            elif rule.place == "here":
                heavy = True
                lamps[rule.evaluator_id] = replace(lamps[rule.evaluator_id], stale=True)
            elif rule.place == "server" and text != self._asked:
                lamps[rule.evaluator_id] = self._waiting(rule)
        self._put(lamps)
        if heavy:
            self._heavy.ask()

    def _waiting(self, rule: Rule) -> Lamp:
        lamp = self._lamps[rule.evaluator_id]
        if not self._online():
            return away(lamp)
        if lamp.state == "running":
            return lamp
        return unlit(rule, online=True) if lamp.score is None else replace(lamp, stale=True)

    async def _judge_beside(self) -> None:
        subject, text = self._subject, self._text
        for rule in self._rules:
            if text is None or rule.place != "here" or _is_quick(rule, text):
                continue
            score = await self._beside(rule, text)
            if subject is not self._subject or text != self._text:
                return
            self._put(self._lamps | {rule.evaluator_id: lit(rule, score)})

    async def _beside(self, rule: Rule, text: str) -> Score:
        from atlas_desktop.domain.scoring.evaluator import score_local  # noqa: PLC0415 - 25 ms, see _bind

        if len(text) > LARGEST_OUTPUT:
            return unscored("too_large", tr("The text is larger than 1 MiB: it is not judged."))
        try:
            return await self._worker.run(score_local, rule.kind, rule.config, text, rule.schema)
        except Overdue:
            return unscored("timeout", tr("Judging this text took too long and was stopped."))
        except BrokenExecutor:
            return unscored("failed", tr("Judging this text failed. Your text is safe."))

    def _wait_anew(self) -> None:
        if not self._at_server() or not self._online():
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._pause, self._later.ask)

    async def _ask_server(self, *, again: bool) -> None:
        async with self._asking:
            subject, text = self._subject, self._text
            rules = self._at_server()
            if text is None or not rules or (text == self._asked and not again):
                return
            self._asked = text
            before = {rule.evaluator_id: self._lamps[rule.evaluator_id] for rule in rules}
            if self._online():
                running = {name: replace(lamp, state="running", words="") for name, lamp in before.items()}
                self._put(self._lamps | running)
            await asyncio.gather(
                *(self._ask_one(rule, subject, text, before[rule.evaluator_id]) for rule in rules)
            )
            if text != self._text:
                self._asked = None

    async def _ask_one(self, rule: Rule, subject: _Subject, text: str, before: Lamp) -> None:
        body = EvaluatorScoreCreate.model_construct(
            call_id=subject.call_id, output=text, expected=subject.expected
        )
        if len(text) > LARGEST_OUTPUT:
            lamp = lit(rule, unscored("too_large", tr("The text is larger than 1 MiB: it is not judged.")))
        else:
            try:
                lamp = lit_by_server(rule, await self._ask(rule.evaluator_id, body))
            except NotOnline:
                lamp = away(before)
            except NotFoundError:
                lamp = away(before, tr("This server cannot judge a draft."))
            except AtlasError as error:
                lamp = away(before, problem_from(error).title)
        if subject is self._subject and rule in self._rules and text == self._text:
            self._put(self._lamps | {rule.evaluator_id: lamp})

    def _at_server(self) -> list[Rule]:
        return [rule for rule in self._rules if rule.place == "server"]

    def _put(self, lamps: dict[str, Lamp]) -> None:
        before, self._lamps = self._lamps, lamps
        if before != lamps or not lamps:
            self.changed.emit(self.value)

    def _failed(self, error: Exception) -> None:
        self.failed.emit(error)


def _prepare(rules: tuple[Rule, ...]) -> None:
    """Load what judges, and have it ready; what is wrong with a rule its lamp will say."""
    for rule in rules:
        if rule.place == "here":
            _scored(rule, "")


def _scored(rule: Rule, text: str) -> Score:
    from atlas_desktop.domain.scoring.evaluator import score_local  # noqa: PLC0415 - 25 ms, see Lamps._bind

    return score_local(rule.kind, rule.config, text, rule.schema)


def _is_quick(rule: Rule, text: str) -> bool:
    from atlas_desktop.domain.scoring.evaluator import steps_for  # noqa: PLC0415 - 25 ms, see Lamps._bind

    if len(text) > LOOP_BYTES or len(text.encode("utf-8", "replace")) > LOOP_BYTES:
        return False
    return steps_for(rule.kind, rule.config, text, rule.schema) <= _MOST_STEPS


_MOST_STEPS: Final = 1_000_000
"""Of what a rule can cost at most, some twenty nanoseconds each."""
