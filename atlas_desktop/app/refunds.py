"""Refunds: calls that are not metered since they scored below a gate; confirmed or overturned at the server."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask, Phase, phase_of
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.refunds import RefundRow, RefundsQuery, RefundState
from atlas_desktop.store.changed import Changed
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas

T = TypeVar("T")

_PAGE: Final = 100
_MOST_AT_ONCE: Final = 1_000
_PAUSE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class RefundsState:
    """Newest first. ``wanted`` None: all of them. ``deciding``: calls whose decision is on its way."""

    wanted: RefundState | None = "open"
    phase: Phase = "nothing"
    rows: tuple[RefundRow, ...] = ()
    cursor: str | None = None
    online: bool = False
    loading: bool = False
    deciding: frozenset[str] = frozenset()
    problem: Problem | None = None

    @property
    def more(self) -> bool:
        """Whether there are older ones."""
        return self.cursor is not None

    def row(self, call_id: str | None) -> RefundRow | None:
        """The refund of this call."""
        return next((row for row in self.rows if row.call_id == call_id), None)


class RefundBook:
    """Used on the UI's loop. ``changed`` tells every new `RefundsState`, ``decided`` a refund that was decided.

    What a refund is worth is the organization's ledger, so a decision is made at the server or not at all: nothing
    is queued. Nothing is asked while nobody looks.
    """

    def __init__(self, ask: Ask, tasks: Tasks, online: Callable[[], bool]) -> None:
        self._ask = ask
        self._online = online
        self._looked_at = False
        self._further = False
        self.state = RefundsState()
        self.changed: Signal[RefundsState] = Signal("refunds")
        self.decided: Signal[RefundRow] = Signal("a refund was decided")
        self._asking = Errand(tasks, "refunds are asked for", self._fetch, self._failed)
        self._following = Errand(
            tasks, "refunds are asked for again", self._fetch, self._failed, pause=_PAUSE_SECONDS
        )

    def show(self, shown: bool) -> None:
        """Whether somebody looks: whoever begins to is shown what is so now."""
        self._looked_at = shown
        if shown:
            self.refresh()

    def choose(self, wanted: RefundState | None) -> None:
        """List those in this state; None: all."""
        if wanted != self.state.wanted:
            self._put(replace(self.state, wanted=wanted, rows=(), cursor=None, phase="loading"))
            self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        if self._looked_at:
            self._put(replace(self.state, loading=True, online=self._online()))
            self._asking.ask()

    def more(self) -> None:
        """Older ones, if there are any."""
        if self.state.more and not self.state.loading:
            self._further = True
            self.refresh()

    def online_changed(self) -> None:
        """The server may have come or gone."""
        online = self._online()
        if online != self.state.online:
            self._put(replace(self.state, online=online))
            if online:
                self.refresh()

    def store_changed(self, changed: Changed) -> None:
        """Calls changed: some may have been refunded."""
        if self._looked_at and (changed.calls or changed.all_calls or changed.added):
            self._following.ask()

    async def confirm(self, call_id: str) -> RefundRow:
        """It stays not metered. Raises KnownError."""
        return await self._decide(call_id, lambda client: client.refunds.confirm(call_id))

    async def overturn(self, call_id: str, reason: str) -> RefundRow:
        """It is metered all the same, for this reason. Raises KnownError."""
        return await self._decide(call_id, lambda client: client.refunds.overturn(call_id, reason))

    async def settled(self) -> bool:
        """Wait until nothing is asked any more. False if that was so already."""
        return any([await each.through() for each in (self._asking, self._following)])

    async def _fetch(self) -> None:
        wanted, further, cursor = self.state.wanted, self._further, self.state.cursor
        self._further = False
        before = self.state.rows if further else ()
        # As many as are shown: the row at hand is among them again.
        limit = _PAGE if further else min(max(_PAGE, len(self.state.rows)), _MOST_AT_ONCE)
        query = RefundsQuery(state=wanted, limit=limit, cursor=cursor if further else None)
        try:
            page = await self._ask(lambda client: client.refunds.list(query))
        except (NotOnline, AtlasError) as error:
            self._failed(error)
            return
        if wanted != self.state.wanted:
            return  # others are being asked for
        known = {row.call_id for row in before}
        rows = (*before, *(row for row in page.data if row.call_id not in known))
        self._put(
            replace(
                self.state, phase="ready", rows=rows, loading=False, problem=None, online=self._online(),
                cursor=page.next_cursor if page.has_more else None,
            )
        )  # fmt: skip

    async def _decide(
        self, call_id: str, make: "Callable[[AsyncAtlas], Coroutine[Any, Any, RefundRow]]"
    ) -> RefundRow:
        self._put(replace(self.state, deciding=self.state.deciding | {call_id}))
        try:
            row = await self._ask(make)
        except NotOnline:
            raise KnownError(_away()) from None
        except AtlasError as error:
            raise KnownError(
                replace(problem_from(error), safe=tr("What you typed is still here."))
            ) from error
        finally:
            self._put(replace(self.state, deciding=self.state.deciding - {call_id}))
        self._take(row)
        self.decided.emit(row)
        return row

    def _take(self, row: RefundRow) -> None:
        """A newer word about a refund: it leaves a list of others."""
        fits = self.state.wanted in (None, row.state)
        rows = [row if each.call_id == row.call_id else each for each in self.state.rows]
        self._put(
            replace(self.state, rows=tuple(each for each in rows if fits or each.call_id != row.call_id))
        )

    def _failed(self, error: Exception) -> None:
        """What was shown stays."""
        phase = phase_of(error)
        problem = problem_from(error) if phase == "failed" else None
        self._put(replace(self.state, phase=phase, loading=False, problem=problem, online=self._online()))

    def _put(self, state: RefundsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def _away() -> Problem:
    return Problem(
        code="refunds_away",
        title=tr("A refund is decided at the server, which is not reached"),
        detail=tr("What is metered holds for everybody, so nothing is put off for later."),
        safe=tr("Nothing was changed. What you typed is still here."),
        action=tr("Go online, then try again."),
    )
