"""Pass rates over time: what is asked of the store, when, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from atlas_desktop.app.asking import Ask
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.local_zone import local_zone
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.trend_events import TrendEvents
from atlas_desktop.app.trend_looks import remembered
from atlas_desktop.app.trend_memory import TrendMemory
from atlas_desktop.app.trend_state import DAYS, Choice, Event, Threshold, TrendState, bucket_for, fits, is_fit
from atlas_desktop.contract.operations import Operation
from atlas_desktop.domain.buckets import Period, last_days
from atlas_desktop.domain.failing import Result, of_group, unjudged
from atlas_desktop.domain.pass_rate import Series
from atlas_desktop.domain.query import Query
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

# A first sync brings a page of calls every few ms: the figures need not follow each.
_PAUSE_SECONDS: Final = 0.5
_ONLY_LOOKS: Final = frozenset({"layout", "picked"})


class Trends:
    """Used on the UI's loop. ``changed`` tells every new `TrendState`. Always of this computer's copy of the calls.

    Nothing is read while nobody looks (`show`).
    """

    def __init__(
        self,
        store: Store,
        ask: Ask,
        tasks: Tasks,
        online: Callable[[], bool],
        zone: Callable[[], ZoneInfo] = local_zone,
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._zone = zone
        self._online = online
        self._was_online = False
        self._shown = False
        self._stale = True
        self._zone_kept: str | None = None
        self._memory = TrendMemory(store, tasks)
        self._recalled = False
        self._chosen: set[str] = set()
        self.state = TrendState()
        self.changed: Signal[TrendState] = Signal("trends")
        self.events = TrendEvents(store, ask, tasks, online)
        self.events.changed.connect(self._take_events)
        self._reading = Errand(tasks, "pass rates are read", self._read, self._failed, pause=_PAUSE_SECONDS)
        self._asked = Errand(tasks, "pass rates are asked for", self._read, self._failed)

    def show(self, shown: bool) -> None:
        """Whether somebody looks."""
        self._shown = shown
        if shown:
            self.events.refresh()
            self._keep_zone()
            if self._stale or self._day_went():
                self._begin()

    def choose(self, **fields: Any) -> None:
        """Show something else: fields of `Choice`."""
        self._chosen |= fields.keys()
        choice = replace(self.state.choice, **fields)
        if choice == self.state.choice:
            return
        shown = self.state.shown
        if shown is not None and fields.keys() <= _ONLY_LOOKS:
            shown = replace(shown, **fields)
        self._put(replace(self.state, choice=choice, shown=shown))
        if not fields.keys() <= _ONLY_LOOKS:
            self._begin()

    def refresh(self) -> None:
        """Read again."""
        self._begin()

    def failing(self, group: str | None, first: int, last: int) -> Query | None:
        """The filter of the calls of a line that failed in buckets ``first`` to ``last``; None where there is none."""
        return self._calls("failed", group, first, last)

    def unjudged(self, group: str | None, first: int, last: int) -> Query | None:
        """The same for its calls without a verdict."""
        return self._calls("none", group, first, last)

    def store_changed(self, changed: Changed) -> None:
        """Somebody wrote to the store."""
        if changed.calls or changed.all_calls or changed.added or changed.removed or changed.operations:
            self._stale = True
            if self._shown:
                self._reading.ask()
        if changed.operations and self._shown:
            self.events.refresh()

    def online_changed(self) -> None:
        """The server may have come: it may know of more events."""
        before, self._was_online = self._was_online, self._online()
        if self._was_online and not before and self._shown:
            self.events.refresh()

    async def through(self) -> bool:
        """Wait until nothing is read or asked any more. False if that was so already."""
        waited = any([await each.through() for each in (self._asked, self._reading, self.events)])
        await self._memory.through()
        return waited

    def all_unjudged(self) -> Query | None:
        """The filter of all calls without a verdict; None before there are any."""
        series, shown = self.state.series, self.state.shown
        if series is None or shown is None or not series.buckets:
            return None
        return unjudged(shown.query, series.edges[0], series.edges[-1])

    def _calls(self, result: Result, group: str | None, first: int, last: int) -> Query | None:
        series, shown = self.state.series, self.state.shown
        if series is None or shown is None or not 0 <= first <= last < series.buckets:
            return None
        start, end = series.edges[first], series.edges[last + 1]
        return of_group(shown.query, series.group_by, group, start, end, result)

    def _begin(self) -> None:
        self._stale = True
        if self._shown:
            self._put(replace(self.state, loading=True))
            self._asked.ask()

    async def _read(self) -> None:
        self._stale = False
        await self._recall()
        choice, zone = self.state.choice, self._zone()
        period = await self._period(choice, zone)
        series, previous = _nothing(choice, zone), None
        if period is not None:
            wanted = choice.bucket if is_fit(choice.bucket, period.days) else None
            bucket = wanted or bucket_for(period.days)
            rates = self._store.pass_rates
            series = await rates.read(choice.query, choice.group_by, period, bucket, zone)
            if choice.compare and not _from_the_first(choice):
                before = period.previous()
                previous = await rates.read(choice.query, choice.group_by, before, bucket, zone)
        operations = looked_at(choice.query, await self._store.operations.list())
        threshold = threshold_of(choice, operations)
        if _asks(choice) != _asks(self.state.choice):
            return  # a newer choice is being read
        self._put(
            replace(
                self.state, shown=self.state.choice, series=series, previous=previous, period=period,
                threshold=threshold, gated=tuple(each.name for each in operations if each.ship_gates),
                looks=self._memory.looks(series.group_by), loading=self._stale, problem=None,
            )
        )  # fmt: skip

    async def _recall(self) -> None:
        """What was chosen the last time, where nothing else was chosen meanwhile."""
        if self._recalled:
            return
        self._recalled = True
        kept = await self._memory.read()
        fields = {name: value for name, value in kept.items() if name not in self._chosen}
        if "span" in self._chosen:
            fields.pop("period", None)
        self._put(replace(self.state, choice=replace(self.state.choice, **fields)))

    async def _period(self, choice: Choice, zone: ZoneInfo) -> Period | None:
        if choice.span == "any":
            return choice.period or await self._store.pass_rates.period(choice.query, zone)
        return last_days(DAYS[choice.span], datetime.now(zone), zone)

    def _day_went(self) -> bool:
        period, choice = self.state.period, self.state.shown
        if period is None or choice is None or choice.span == "any":
            return False
        zone = self._zone()
        return period.last != datetime.now(zone).date()

    def _keep_zone(self) -> None:
        zone = self._zone()
        if self._zone_kept != zone.key and self._store.report.read_only is None:
            self._zone_kept = zone.key
            self._tasks.spawn("days are kept", self._store.pass_rates.keep_zone(zone))

    def _take_events(self, events: tuple[Event, ...]) -> None:
        self._put(replace(self.state, events=events))

    def _failed(self, error: Exception) -> None:
        self._stale = True
        self._put(replace(self.state, loading=False, problem=problem_from(error, "list")))

    def _put(self, state: TrendState) -> None:
        if state == self.state:
            return
        series = state.series
        if series is not None and self._recalled:
            state = replace(state, looks=remembered(state.looks, state.places))
            self._memory.keep(state.choice, series.group_by, state.looks)
        self.state = state
        self.changed.emit(state)


def looked_at(query: Query, operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The operations whose calls the filter leaves in, by their names alone."""
    known = {each.key for each in operations}
    return tuple(each for each in operations if fits(query, each.key, known))


def threshold_of(choice: Choice, operations: Sequence[Operation]) -> Threshold:
    """Set by hand, else the strictest gate of the one operation that is looked at, else the default."""
    if choice.threshold is not None:
        return Threshold(choice.threshold, "hand")
    wanted = [term for term in choice.query.of("operation") if not term.negated]
    if len(wanted) == 1 and wanted[0].op == "is":
        found = next((each for each in operations if each.key == wanted[0].value), None)
        if found is not None and found.ship_gates:
            gate = max(found.ship_gates, key=lambda each: each.min_score)
            return Threshold(gate.min_score, "gate", gate.evaluator_id)
    return Threshold()


def _from_the_first(choice: Choice) -> bool:
    """Of all days there are: there is nothing before them."""
    return choice.span == "any" and choice.period is None


def _asks(choice: Choice) -> Choice:
    """What of a choice the figures depend on."""
    return replace(choice, layout="overlay", picked=None)


def _nothing(choice: Choice, zone: ZoneInfo) -> Series:
    return Series(choice.group_by, choice.bucket or "day", zone.key, (), ())
