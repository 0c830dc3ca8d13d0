"""What was used and what is metered of it: asked of the server, which alone has the ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask, phase_of
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.local_zone import local_zone
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.app.trend_state import DAYS
from atlas_desktop.app.usage_state import UsageChoice, UsageState, used_of
from atlas_desktop.contract.analytics import UsageQuery
from atlas_desktop.domain.buckets import Period, day_start, last_days, utc
from atlas_desktop.store.changed import Changed
from atlas_desktop.tasks import Tasks

_DAY: Final = timedelta(days=1)
_PAUSE_SECONDS: Final = 2.0
"""Between two times it is asked by itself: it may take the server a while, and calls come all the time."""


class UsageBook:
    """Used on the UI's loop. ``changed`` tells every new `UsageState`. Nothing is asked while nobody looks."""

    def __init__(
        self, ask: Ask, tasks: Tasks, online: Callable[[], bool], zone: Callable[[], ZoneInfo] = local_zone
    ) -> None:
        self._ask = ask
        self._online = online
        self._zone = zone
        self._looked_at = False
        self.state = UsageState()
        self.changed: Signal[UsageState] = Signal("usage")
        self._asking = Errand(tasks, "usage is asked for", self._fetch, self._failed)
        self._following = Errand(
            tasks, "usage is asked for again", self._fetch, self._failed, pause=_PAUSE_SECONDS
        )

    def show(self, shown: bool) -> None:
        """Whether somebody looks: whoever begins to is shown what is so now."""
        self._looked_at = shown
        if shown:
            self.refresh()

    def choose(self, **fields: Any) -> None:
        """Count something else: fields of `UsageChoice`."""
        choice = replace(self.state.choice, **fields)
        if choice != self.state.choice:
            self._put(replace(self.state, choice=choice))
            self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        if self._looked_at:
            self._put(replace(self.state, loading=True))
            self._asking.ask()

    def online_changed(self) -> None:
        """The server may have come or gone."""
        if self._looked_at and self._online() == (self.state.phase == "away"):
            self.refresh()

    def store_changed(self, changed: Changed) -> None:
        """Calls came, or some were refunded."""
        if self._looked_at and (changed.calls or changed.all_calls or changed.added):
            self._following.ask()

    async def settled(self) -> bool:
        """Wait until nothing is asked any more. False if that was so already."""
        return any([await each.through() for each in (self._asking, self._following)])

    async def _fetch(self) -> None:
        choice, zone = self.state.choice, self._zone()
        period = period_of(choice, datetime.now(zone), zone)
        try:
            found = await self._ask(lambda client: client.usage(query_of(choice, period, zone)))
        except (NotOnline, AtlasError) as error:
            self._failed(error)
            return
        if choice != self.state.choice:
            return  # a newer choice is being asked for
        rows = tuple(used_of(row) for row in found.data)
        now_ms = round(datetime.now(UTC).timestamp() * 1000)
        self._put(
            replace(
                self.state, shown=choice, phase="ready", rows=rows, at_ms=now_ms, period=period,
                loading=False, problem=None,
            )
        )  # fmt: skip

    def _failed(self, error: Exception) -> None:
        """What was shown stays, with when it was so."""
        phase = phase_of(error)
        problem = problem_from(error) if phase == "failed" else None
        self._put(replace(self.state, phase=phase, loading=False, problem=problem))

    def _put(self, state: UsageState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def period_of(choice: UsageChoice, now: datetime, zone: ZoneInfo) -> Period | None:
    """The days of a choice; None: all time."""
    return choice.period if choice.span == "any" else last_days(DAYS[choice.span], now, zone)


def query_of(choice: UsageChoice, period: Period | None, zone: ZoneInfo) -> UsageQuery:
    """What the server is asked: whole days, as they are in this place."""
    if period is None:
        return UsageQuery(group_by=choice.group_by)
    first, end = day_start(period.first, zone), day_start(period.last + _DAY, zone)
    return UsageQuery(group_by=choice.group_by, from_=utc(first), to=utc(end))
