"""The operations of a connection: read from the store, changed at the server, never queued."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from atlas_desktop.api.errors import AtlasError, EndpointMissingError
from atlas_desktop.app.asking import Ask, phase_of
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.operation_state import BookState, OperationLine, Part, Rows
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import Evaluator, EvaluatorCreate, EvaluatorUpdate
from atlas_desktop.contract.operations import Operation, OperationCreate, OperationUpdate, ShipGate
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_KEEP_SECONDS: Final = 0.25
_SHOWN: Final = 200
"""Rows of the audit trail that are fetched: older ones are in the server's list."""


class OperationsBook:
    """Used on the UI's loop. ``changed`` tells every new `BookState`.

    What an operation demands is the organization's, so a change is made at the server or not at all: without one
    the methods raise KnownError, and what was typed stays with whoever typed it.
    """

    def __init__(self, store: Store, ask: Ask, tasks: Tasks, online: Callable[[], bool]) -> None:
        self._store = store
        self._ask = ask
        self._online = online
        self._part: Part | None = None
        self.state = BookState()
        self.changed: Signal[BookState] = Signal("operations")
        self.failed: Signal[Exception] = Signal("operations failed")
        self._unsaved: dict[str, str] = {}
        self._to_keep: set[str] = set()
        self._one_reading = asyncio.Lock()
        self._keeping = Errand(tasks, "typing is kept", self._keep_all, self.failed.emit, wait=_KEEP_SECONDS)
        self._reading = Errand(tasks, "operations are read", self._read, self.failed.emit, pause=0.5)
        self._fetching = Errand(tasks, "operation is asked for", self._fetch, self.failed.emit)

    def unsaved(self, name: str) -> str | None:
        """What was typed there and not saved."""
        return self._unsaved.get(name)

    def keep(self, name: str, text: str | None) -> None:
        """Keep what is typed under this name (``schema/KEY``, ``gates/KEY``, ``rule/ID``); None: it was saved."""
        if text is None:
            self._unsaved.pop(name, None)
        else:
            self._unsaved[name] = text
        self._to_keep.add(name)
        self._keeping.ask()
        self._put(replace(self.state, unsaved=frozenset(self._unsaved)))

    async def close(self) -> None:
        """Write down what is not saved yet."""
        await self._keep_all()

    def refresh(self) -> None:
        """Read the list again."""
        self._reading.ask()

    def select(self, key: str) -> None:
        """Look at this operation from now on."""
        if key != self.state.key:
            self._put(replace(self.state, key=key, operation=None, schemas=Rows(), history=Rows()))
            self._reading.ask()

    def show(self, part: Part | None) -> None:
        """This part is on the screen now: ask the server for it."""
        self._part = part
        self._fetching.ask()

    async def settled(self) -> None:
        """Wait until nothing is read or asked any more."""
        errands = (self._reading, self._fetching, self._keeping)
        while any([await errand.through() for errand in errands]):
            continue

    def store_changed(self, changed: Changed) -> None:
        """Definitions came, or calls. Nothing is read before somebody looks."""
        if not self.state.loaded:
            return
        if changed.operations or changed.added or changed.removed or changed.all_calls:
            self._reading.ask()

    def online_changed(self) -> None:
        """The server may have come or gone."""
        online = self._online()
        if not self.state.loaded or online == self.state.online:
            return
        # Another judge may be there: a local Atlas that asks another one is started anew.
        self._put(replace(self.state, online=online, judge_known=False))
        if online:
            self._fetching.ask()

    async def define(self, key: str, name: str, description: str, schema: dict[str, Json] | None) -> None:
        """Make a seen operation a defined one, or a new one. Raises KnownError."""
        body = _body(
            OperationCreate, key=key, name=name or None, description=description or None, output_schema=schema
        )
        await self._keep(await self._asked(lambda client: client.operations.create(body)))

    async def describe(self, name: str, description: str) -> None:
        """Another name and description. Raises KnownError."""
        key = self._key()
        body = _body(OperationUpdate, name=name or None, description=description or None)
        await self._keep(await self._asked(lambda client: client.operations.update(key, body)))

    async def answer_from_record(self, *, on: bool) -> None:
        """Whether equal requests are answered from the record from now on. Raises KnownError."""
        key = self._key()
        body = OperationUpdate(cache=on)
        await self._keep(await self._asked(lambda client: client.operations.update(key, body)))

    async def save_schema(self, schema: dict[str, Json] | None, version: str) -> None:
        """The operation's output schema from now on, under this version. Raises KnownError."""
        key = self._key()
        body = _body(OperationUpdate, output_schema=schema, schema_version=version)
        await self._keep(await self._asked(lambda client: client.operations.update(key, body)))

    async def save_gates(self, gates: Sequence[ShipGate], *, loosen: bool = False) -> None:
        """These gates instead of those shown; ``loosen``: the person knows that some demand less. Raises KnownError."""
        key, shown = self._key(), self._gates()
        now = await self._asked(lambda client: client.operations.get(key))
        if now.ship_gates != shown:
            await self._keep(now)
            raise KnownError(_changed_meanwhile())
        body = _body(OperationUpdate, ship_gates=list(gates), allow_loosening=loosen)
        await self._keep(await self._asked(lambda client: client.operations.update(key, body)))

    async def make_evaluator(self, asked: EvaluatorCreate) -> Evaluator:
        """A new scoring rule. Raises KnownError."""
        made = await self._asked(lambda client: client.evaluators.create(asked))
        return await self._kept(made)

    async def change_evaluator(self, shown: Evaluator, name: str, config: dict[str, Json]) -> Evaluator:
        """Another name, or another config and so a new version. Raises KnownError."""
        now = await self._asked(lambda client: client.evaluators.get(shown.id))
        if now.version != shown.version:
            await self._kept(now)
            raise KnownError(_changed_meanwhile())
        gone: dict[str, Json] = {key: None for key in shown.config if key not in config}
        body = _body(EvaluatorUpdate, name=name or shown.id, config={**gone, **config})
        changed = await self._asked(lambda client: client.evaluators.update(shown.id, body))
        return await self._kept(changed)

    # inside

    async def _keep_all(self) -> None:
        while self._to_keep:
            name = self._to_keep.pop()
            try:
                await self._store.unsaved.keep(name, self._unsaved.get(name))
            except BaseException:
                self._to_keep.add(name)
                raise

    async def _read(self) -> None:
        async with self._one_reading:
            # Else a reading that began before a change was kept could end after it, and show what was before.
            await self._read_now()

    async def _read_now(self) -> None:
        if not self.state.loaded:
            self._unsaved = await self._store.unsaved.all() | self._unsaved
        known = {each.key: each for each in await self._store.operations.list()}
        counts = dict(await self._store.calls.operations())
        evaluators = tuple(await self._store.evaluators.list())
        lines = tuple(
            _line(key, known.get(key), counts.get(key, 0))
            for key in sorted(known.keys() | counts.keys(), key=_order(known, counts))
        )
        key = self.state.key
        if key is None or key not in known.keys() | counts.keys():
            key = lines[0].key if lines else None
        other = key != self.state.key
        operation = known.get(key) if key is not None else None
        before = self.state.operation
        state = replace(
            self.state, loaded=True, lines=lines, key=key, operation=operation, evaluators=evaluators,
            online=self._online(), unsaved=frozenset(self._unsaved),
        )  # fmt: skip
        self._put(replace(state, schemas=Rows(), history=Rows()) if other else state)
        if other or before != operation:
            self._fetching.ask()

    async def _fetch(self) -> None:
        if not self.state.judge_known:
            await self._fetch_judge()
        part, key = self._part, self.state.key
        if part is None or key is None or self.state.operation is None:
            return
        if not getattr(self.state, part).rows:
            self._show(key, part, Rows("loading"))
        try:
            if part == "schemas":
                schemas = await self._ask(lambda client: client.operations.schemas(key, limit=_SHOWN))
                self._show(key, part, Rows("ready", tuple(schemas.data), schemas.has_more))
            else:
                audit = await self._ask(lambda client: client.operations.audit(key, limit=_SHOWN))
                self._show(key, part, Rows("ready", tuple(audit.data), audit.has_more))
        except (NotOnline, AtlasError) as error:
            self._show(key, part, replace(getattr(self.state, part), phase=phase_of(error)))

    async def _fetch_judge(self) -> None:
        try:
            found = await self._ask(lambda client: client.capabilities())
        except (NotOnline, AtlasError):
            return
        # A server that does not tell its features may have a judge all the same.
        self._put(replace(self.state, judge=found.judge, judge_known=found.has("evaluators.score")))

    def _show(self, key: str, part: Part, rows: Rows[Any]) -> None:
        if self.state.key != key:
            return
        shown = self.state
        self._put(replace(shown, schemas=rows) if part == "schemas" else replace(shown, history=rows))

    def _put(self, state: BookState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    async def _asked(self, make: "Callable[[AsyncAtlas], Coroutine[Any, Any, T]]") -> T:
        """The server's answer. Raises KnownError, in words for somebody who has typed something."""
        try:
            return await self._ask(make)
        except NotOnline:
            raise KnownError(_away()) from None
        except EndpointMissingError as error:
            raise KnownError(replace(problem_from(error), safe=_typed())) from error
        except AtlasError as error:
            raise KnownError(replace(problem_from(error), safe=_typed())) from error

    async def _keep(self, operation: Operation) -> None:
        await self._store.operations.put(operation)
        self._put(replace(self.state, key=operation.key))
        await self._read()
        self._fetching.ask()

    async def _kept(self, evaluator: Evaluator) -> Evaluator:
        await self._store.evaluators.put(evaluator)
        await self._read()
        self._fetching.ask()
        return evaluator

    def _key(self) -> str:
        if self.state.key is None:
            raise KnownError(_away())
        return self.state.key

    def _gates(self) -> list[ShipGate]:
        return list(self.state.operation.ship_gates) if self.state.operation is not None else []


def _body(kind: type[M], **fields: Any) -> M:
    """What is sent. Raises KnownError where no server would take it: too long a name, too large a schema."""
    try:
        return kind(**fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise KnownError(_not_possible(where, first["msg"].removeprefix("Value error, "))) from None


def _line(key: str, operation: Operation | None, calls: int) -> OperationLine:
    if operation is None:
        return OperationLine(key, key, False, calls)
    version = operation.schema_version if operation.output_schema is not None else None
    defined = operation.registration == "defined"
    return OperationLine(key, operation.name, defined, calls, len(operation.ship_gates), version)


def _order(known: dict[str, Operation], counts: dict[str, int]) -> Callable[[str], tuple[bool, int, str]]:
    """Defined ones by their keys, then the others, most calls first."""

    def order(key: str) -> tuple[bool, int, str]:
        operation = known.get(key)
        seen = operation is None or operation.registration == "auto"
        return seen, -counts.get(key, 0) if seen else 0, key

    return order


def _typed() -> str:
    return tr("What you typed is still here.")


def _away() -> Problem:
    return Problem(
        code="operations_away",
        title=tr("Nothing can be changed without the server"),
        detail=tr(
            "What an operation demands holds for everybody, so it is changed at the server or not at all."
        ),
        safe=_typed(),
        action=tr("Go online, then try again."),
    )


def _not_possible(where: str, why: str) -> Problem:
    return Problem(
        code="operations_refused",
        title=tr("This cannot be kept as it is"),
        detail=tr("{where}: {why}.", where=where, why=why),
        safe=_typed(),
        action=tr("Change it, then save again."),
    )


def _changed_meanwhile() -> Problem:
    return Problem(
        code="operations_changed",
        title=tr("Someone else changed this meanwhile"),
        detail=tr("What is there now is shown; it was not overwritten."),
        safe=_typed(),
        action=tr("Look at it, then save again."),
    )
