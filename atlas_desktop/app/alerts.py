"""Watches the pass rates kept here, and tells when a customer's falls below the gate of an operation."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import orjson
from pydantic import TypeAdapter, ValidationError

from atlas_desktop.app.errand import Errand
from atlas_desktop.app.signals import Signal
from atlas_desktop.contract.operations import Operation
from atlas_desktop.domain.alerts import Key, Quiet, Reading, Standing, look, quiet_hours
from atlas_desktop.domain.buckets import last_days
from atlas_desktop.domain.query import Query
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

if TYPE_CHECKING:
    from atlas_desktop.app.settings import Settings
    from atlas_desktop.store.changed import Changed

DAYS: Final = 7
"""The rate looked at is that of the last seven days, today with them: one bad hour is no fall."""
_REST: Final = 30.0
"""Seconds after a change until the rates are read, and between two readings: a sync brings many changes."""
_AGAIN: Final = 900.0
"""Seconds after which they are read though nothing changed: quiet hours end, and days pass."""
_KEY: Final = "alerts"
_log = logging.getLogger(__name__)
_Row = tuple[str, str | None, bool, bool, int | None]
_ROWS: Final = TypeAdapter(list[_Row])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person chose."""

    on: bool = False
    quiet: Quiet | None = None


def wanted(settings: "Settings") -> Wanted:
    """What the settings ask for."""
    return Wanted(settings.alerts, quiet_hours(settings.quiet_hours))


class Alerts:
    """Used on the UI's loop. Asks only the store, and nothing at all while it is off.

    ``fell`` tells those that are to be told now, once a fall. What is remembered is in the store: a fall while the
    program was closed is told at its next start.
    """

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        zone: Callable[[], ZoneInfo],
        *,
        rest: float = _REST,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._zone = zone
        self._rest = rest
        self._clock = clock
        self._wanted: Wanted | None = None
        self._known: dict[Key, Standing] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._looking = Errand(tasks, "pass rates are watched", self._look, self._failed, pause=rest)
        self.fell: Signal[tuple[Reading, ...]] = Signal("pass rates fell")

    @property
    def on(self) -> bool:
        """Whether somebody wants to know."""
        return self._wanted is not None and self._wanted.on

    def follow(self, chosen: Wanted) -> None:
        """The settings say this: now, or from the beginning."""
        was, self._wanted = self._wanted, chosen
        if chosen.on and was is not None and not was.on:
            # What happened while nobody wanted to know is no fall now.
            self._known = {}
        if chosen == was:
            return
        if chosen.on:
            self._soon(self._rest)
        else:
            self._stop()

    def store_changed(self, changed: "Changed") -> None:
        """Rates may be others now."""
        if self.on and (changed.calls or changed.all_calls or changed.added or changed.removed):
            self._soon(self._rest)

    async def settled(self) -> None:
        """Look now, and wait until that is done."""
        if self.on:
            self._due()
        await self._looking.through()

    def close(self) -> None:
        """Look no more."""
        self._wanted = None
        self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _soon(self, seconds: float) -> None:
        at = asyncio.get_running_loop().time() + seconds
        if self._timer is not None:
            if self._timer.when() <= at:
                return  # a sync that never pauses must not put it off for ever
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(at, self._due)

    def _due(self) -> None:
        self._stop()
        self._looking.ask()

    async def _look(self) -> None:
        if self._known is None:
            self._known = _read(await self._store.identity.get(_KEY))
        now, zone = self._clock(), self._zone()
        if self._store.report.read_only is None:
            # Else each look counts a week of calls one by one.
            await self._store.pass_rates.keep_zone(zone)
        readings = await self._readings(now, zone)
        if not self.on:
            return
        known, falls = look(
            self._known, readings, round(now.timestamp() * 1000), quiet=self._quiet(now, zone)
        )
        if known != self._known:
            # Before it is told: told twice after a crash would be worse than not at all.
            await self._keep(known)
            self._known = known
        self._soon(_AGAIN)
        if falls:
            self.fell.emit(falls)

    def _failed(self, error: Exception) -> None:
        """Nobody asked for it just now, and no work of theirs is in it: it is tried again."""
        _log.warning("pass rates could not be watched", exc_info=error)
        if self.on:
            self._soon(_AGAIN)

    def _quiet(self, now: datetime, zone: ZoneInfo) -> bool:
        hours = self._wanted.quiet if self._wanted is not None else None
        return hours is not None and hours.holds(now.astimezone(zone).time())

    async def _readings(self, now: datetime, zone: ZoneInfo) -> list[Reading]:
        period, found = last_days(DAYS, now, zone), []
        for operation in await self._store.operations.list():
            if (gate := gate_of(operation)) is None:
                continue
            series = await self._store.pass_rates.read(
                Query(operation=operation.key), "customer", period, "day", zone
            )
            found += [Reading(Key(operation.key, line.group), line.total, gate) for line in series.lines]
        return found

    async def _keep(self, known: Mapping[Key, Standing]) -> None:
        if self._store.report.read_only is not None:
            return
        rows = [(*key, each.below, each.due, each.told_ms) for key, each in known.items()]
        await self._store.identity.put(_KEY, orjson.dumps(rows).decode())


def gate_of(operation: Operation) -> float | None:
    """The strictest of an operation's gates, 0..1; None without any."""
    return max((gate.min_score for gate in operation.ship_gates), default=None)


def _read(kept: str | None) -> dict[Key, Standing]:
    try:
        rows = _ROWS.validate_json(kept or "[]")
    except ValidationError:
        return {}  # written by another version: rates become known anew, and nothing is told of what was before
    return {Key(row[0], row[1]): Standing(row[2], row[3], row[4]) for row in rows}
