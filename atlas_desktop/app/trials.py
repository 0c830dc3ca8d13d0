"""A schema or a rule as it is being written, tried on answers that were really given before it is kept."""

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Final, Literal, TypeVar, cast

from atlas_desktop.api.errors import AtlasError, EndpointMissingError
from atlas_desktop.app.asking import Ask
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.lamp_rules import words_for
from atlas_desktop.app.language import Language, speaking
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.beside import Beside
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import Evaluator, EvaluatorKind, EvaluatorTrialCreate
from atlas_desktop.deadline import Overdue, Worker
from atlas_desktop.domain.means import weighted_mean
from atlas_desktop.domain.scoring.score import Finding, Score
from atlas_desktop.domain.scoring.tried import RuleTrial, SchemaTrial
from atlas_desktop.store.samples import Sample
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import language, tr

T = TypeVar("T")

MOST: Final = 500
"""Answers that a rule is tried on here."""
MOST_ASKED: Final[dict[EvaluatorKind, int]] = {"llm_judge": 5, "embedding_match": 25}
"""Answers that a server is asked about: each is a request, and a judge may cost money."""
_LATE_SECONDS: Final = 10.0
_PAUSE: Final = 0.25
_PROCESS: Final = "atlas_desktop.domain.scoring.trial"

Step = Literal["nothing", "running", "done", "stale", "failed"]
"""``stale``: what is shown is about what was written before."""
SchemaOf = Callable[[str | None], Json]
"""The operation's schema for a version."""


@dataclass(frozen=True, slots=True)
class SchemaTest:
    """What the newest schema text would do; ``samples`` are what it was held against, newest first."""

    step: Step = "nothing"
    trial: SchemaTrial = field(default_factory=SchemaTrial)
    samples: tuple[Sample, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it is written, and the config it had, None for a new one."""

    kind: EvaluatorKind
    config: dict[str, Json]
    before: dict[str, Json] | None = None

    @property
    def here(self) -> bool:
        """Whether it needs nothing but the text, so that it is tried on this computer."""
        return self.kind in ("regex", "json_schema")


@dataclass(frozen=True, slots=True)
class RuleTest:
    """Scores of the newest rule, one for each of the first samples; ``before``: those of the rule as it was.

    ``asked`` of ``samples`` have been judged so far. ``fault`` says why the rule cannot work, ``place`` where.
    """

    step: Step = "nothing"
    samples: tuple[Sample, ...] = ()
    scores: tuple[Score, ...] = ()
    before: tuple[Score, ...] = ()
    fault: str = ""
    place: tuple[str | int, ...] = ()
    words: str = ""

    @property
    def changed(self) -> tuple[int, ...]:
        """The samples that are judged otherwise than before."""
        pairs = zip(self.scores, self.before, strict=False)
        return tuple(index for index, (new, old) in enumerate(pairs) if new.value != old.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a rule as it is kept says of recent answers: the mean of ``scored`` of them."""

    mean: float
    scored: int


class Trials:
    """Used on the UI's loop; what may take long is done in a process beside, which ends when it takes too long."""

    def __init__(
        self, store: Store, ask: Ask, tasks: Tasks, *, pause: float = _PAUSE, beside: Beside | None = None
    ) -> None:
        self._store = store
        self._ask = ask
        self._worker = Worker(beside or Beside(_PROCESS), _LATE_SECONDS)
        self._operation: str | None = None
        self._schema_of: SchemaOf = lambda _: None
        self._text: str | None = None
        self._draft: Draft | None = None
        self._samples: dict[tuple[str, bool, int], tuple[Sample, ...]] = {}
        self.schema_test = SchemaTest()
        self.rule_test = RuleTest()
        self.standings: dict[str, Standing] = {}
        """By evaluator, of those that were asked for with `stand` and need no server."""
        self._standing: tuple[Evaluator, ...] = ()
        self.standings_changed: Signal[dict[str, Standing]] = Signal("rules stand")
        self.schema_changed: Signal[SchemaTest] = Signal("schema tried")
        self.rule_changed: Signal[RuleTest] = Signal("rule tried")
        self.failed: Signal[Exception] = Signal("trial failed")
        self._schemas = Errand(tasks, "schema is tried", self._try_schema, self.failed.emit, wait=pause)
        self._rules = Errand(tasks, "rule is tried", self._try_rule, self.failed.emit, wait=pause)
        self._stands = Errand(tasks, "rules stand", self._try_standing, self.failed.emit, wait=pause)

    def follow(self, operation: str | None, schema_of: SchemaOf) -> None:
        """Try on the answers of this operation from now on; ``schema`` or ``rule`` follows."""
        if operation != self._operation:
            self._text = self._draft = None
            self._put_schema(SchemaTest())
            self._put_rule(RuleTest())
            self._standing = ()
            self._stood({})
        self._operation, self._schema_of = operation, schema_of
        self._samples.clear()

    def stand(self, evaluators: Sequence[Evaluator]) -> None:
        """Say how these stand, as they are kept."""
        asked = tuple(each for each in evaluators if Draft(each.kind, {}).here)
        if asked != self._standing:
            self._standing = asked
            self._stands.ask()

    def schema(self, text: str | None) -> None:
        """The schema as it is written now; None: nobody writes one."""
        self._text = text
        if text is None:
            self._put_schema(SchemaTest())
            return
        self._put_schema(replace(self.schema_test, step="running"))
        self._schemas.ask()

    def rule(self, draft: Draft | None) -> None:
        """The rule as it is written now; None: nobody writes one. What a server must judge waits for `run`."""
        if draft == self._draft:
            return
        same = draft is not None and self._draft is not None and draft.kind == self._draft.kind
        self._draft = draft
        if draft is None:
            self._put_rule(RuleTest())
        elif draft.here:
            self._put_rule(replace(self.rule_test, step="running") if same else RuleTest("running"))
            self._rules.ask()
        else:
            self._put_rule(
                replace(self.rule_test, step="stale") if same and self.rule_test.scores else RuleTest()
            )

    def run(self) -> None:
        """Try the rule now, at the server where it takes one."""
        if self._draft is not None:
            self._put_rule(RuleTest("running"))
            self._rules.ask()

    async def settled(self) -> None:
        """Wait until nothing is tried any more."""
        while await self._schemas.through() or await self._rules.through() or await self._stands.through():
            continue

    def close(self) -> None:
        """End the process beside. The tasks are their owner's to cancel."""
        self._worker.stop()

    # inside

    async def _try_schema(self) -> None:
        text, operation = self._text, self._operation
        if text is None or operation is None:
            return
        samples = await self._recent(operation, corrected=False, most=MOST)
        words, trial = "", SchemaTrial()
        try:
            trying = await _trying()
            trial = await self._beside(partial(trying.try_schema, text, [each.answer for each in samples]))
        except Overdue:
            words = tr("Trying this schema took too long and was stopped.")
        except BrokenExecutor:
            words = tr("Trying this schema failed.")
        if (text, operation) == (self._text, self._operation):
            self._put_schema(SchemaTest("failed" if words else "done", trial, samples, words))

    async def _try_rule(self) -> None:
        draft, operation = self._draft, self._operation
        if draft is None or operation is None:
            return
        if draft.here:
            await self._try_here(draft, operation)
        else:
            await self._try_there(draft, operation)

    async def _try_standing(self) -> None:
        operation, found = self._operation, dict[str, Standing]()
        for evaluator in self._standing:
            if operation is None:
                return
            samples = await self._recent(operation, corrected=False, most=MOST)
            answers = [each.answer for each in samples]
            schemas = [self._schema_of(each.schema_version) for each in samples]
            trying = await _trying()
            try:
                work = partial(trying.try_rule, evaluator.kind, evaluator.config, answers, schemas)
                trial = await self._beside(work)
            except (Overdue, BrokenExecutor):
                continue  # what is wrong with it is said where it is opened
            scores = [score.value for score in trial.scores if score.value is not None]
            mean = weighted_mean([(score, 1.0) for score in scores])
            if mean is not None:
                found[evaluator.id] = Standing(mean, len(scores))
        if operation == self._operation:
            self._stood(found)

    def _stood(self, standings: dict[str, Standing]) -> None:
        if standings != self.standings:
            self.standings = standings
            self.standings_changed.emit(standings)

    async def _try_here(self, draft: Draft, operation: str) -> None:
        samples = await self._recent(operation, corrected=False, most=MOST)
        answers = [each.answer for each in samples]
        schemas = [self._schema_of(each.schema_version) for each in samples]
        before, words, trial = RuleTrial(), "", RuleTrial()
        try:
            trying = await _trying()
            trial = await self._beside(partial(trying.try_rule, draft.kind, draft.config, answers, schemas))
            if draft.before is not None and draft.before != draft.config:
                old = partial(trying.try_rule, draft.kind, draft.before, answers, schemas)
                before = await self._beside(old)
        except Overdue:
            words = tr("Trying this evaluator took too long and was stopped.")
        except BrokenExecutor:
            words = tr("Trying this evaluator failed.")
        if draft is self._draft and operation == self._operation:
            step: Step = "failed" if words else "done"
            made = RuleTest(step, samples, trial.scores, before.scores, trial.fault, trial.place, words)
            self._put_rule(made)

    async def _try_there(self, draft: Draft, operation: str) -> None:
        # Nothing to compare with but what somebody said the answer should have been.
        corrected = draft.kind == "embedding_match"
        samples = await self._recent(operation, corrected=corrected, most=MOST_ASKED[draft.kind])
        self._put_rule(RuleTest("running", samples))
        scores: list[Score] = []
        for sample in samples:
            try:
                scores.append(await self._asked(draft, sample))
            except NotOnline:
                self._stop(draft, tr("Only the server can try this kind, and it is not reached now."))
                return
            except EndpointMissingError:
                self._stop(draft, tr("This server cannot try an evaluator before it is kept."))
                return
            except AtlasError as error:
                problem = problem_from(error)
                self._stop(draft, " ".join(filter(None, (f"{problem.title}.", problem.detail))))
                return
            if draft is not self._draft or operation != self._operation:
                return
            self._put_rule(RuleTest("running", samples, tuple(scores)))
        self._put_rule(RuleTest("done", samples, tuple(scores)))

    async def _asked(self, draft: Draft, sample: Sample) -> Score:
        body = EvaluatorTrialCreate(
            kind=draft.kind, config=draft.config, call_id=sample.call_id, output=sample.answer[: 1024 * 1024]
        )
        said = await self._ask(lambda client: client.evaluators.attempt(body))
        details = tuple(
            Finding(each.message, tuple(each.path), each.keyword, each.property, each.start, each.end)
            for each in said.details
        )
        return Score(said.score, said.passed, None, words_for(said.reason) or said.message or "", details)

    async def _beside(self, work: Callable[[], T]) -> T:
        spoken = cast("Language", language())
        return await self._worker.run(speaking, spoken, work)

    def _stop(self, draft: Draft, words: str) -> None:
        if draft is self._draft:
            self._put_rule(replace(self.rule_test, step="failed", words=words))

    async def _recent(self, operation: str, *, corrected: bool, most: int) -> tuple[Sample, ...]:
        asked = operation, corrected, most
        if asked not in self._samples:
            self._samples[asked] = tuple(
                await self._store.samples.recent(operation, most, corrected=corrected)
            )
        return self._samples.get(asked, ())

    def _put_schema(self, test: SchemaTest) -> None:
        if test != self.schema_test:
            self.schema_test = test
            self.schema_changed.emit(test)

    def _put_rule(self, test: RuleTest) -> None:
        if test != self.rule_test:
            self.rule_test = test
            self.rule_changed.emit(test)


async def _trying() -> ModuleType:
    """What tries. RE2 and the validator take 25 ms to load: not on this thread, and not before they are needed."""
    return await in_daemon_thread("trials get ready", lambda: import_module(_PROCESS))
