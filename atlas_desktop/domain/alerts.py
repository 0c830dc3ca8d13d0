"""When to tell that a customer's pass rate fell below its gate: once a fall, and not in quiet hours."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Final, NamedTuple

from atlas_desktop.domain.pass_rate import Counts

LEAST_EVALUATED: Final = 20
"""With fewer calls that have a verdict a rate says nothing yet: one of them moves it by more than 5 points."""
REST_MS: Final = 86_400_000
"""Between two notices of one customer: a rate that goes up and down at its gate is told once a day."""

_HOURS: Final = re.compile(r"\s*(\d{1,2})(?::(\d{2}))?\s*(?:-|–|—|\s)\s*(\d{1,2})(?::(\d{2}))?\s*")


class Key(NamedTuple):
    """Whose rate of what. ``customer`` None: of the calls that have none."""

    operation: str
    customer: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A rate as it is now, and the gate it is held against, 0..1."""

    key: Key
    counts: Counts
    gate: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered of a rate. ``due``: it fell, and that is still to be told. ``told_ms``: when it last was."""

    below: bool
    due: bool = False
    told_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day, local time, in which nothing is told: ``start <= now < end``, over midnight too."""

    start: time
    end: time

    def holds(self, now: time) -> bool:
        """Whether it is quiet now. From a time to the same time: never."""
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def quiet_hours(text: str) -> Quiet | None:
    """Hours as they are written: ``22:00-07:00``, also ``22–7``. None: no such hours."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    hours = [int(part or 0) for part in found.groups()]
    if max(hours[0], hours[2]) > 23 or max(hours[1], hours[3]) > 59:
        return None
    return Quiet(time(hours[0], hours[1]), time(hours[2], hours[3]))


def look(
    known: Mapping[Key, Standing], readings: Iterable[Reading], now_ms: int, *, quiet: bool
) -> tuple[dict[Key, Standing], tuple[Reading, ...]]:
    """What is known after these readings, and those to be told now, the lowest under its gate first.

    A rate that is seen for the first time only becomes known: it was not seen falling. What fell in quiet hours is
    told after them if it has not recovered.
    """
    standings, falls = dict(known), []
    for reading in readings:
        rate = reading.counts.rate
        if rate is None or reading.counts.evaluated < LEAST_EVALUATED:
            continue
        standing = _seen(known.get(reading.key), below=rate < reading.gate)
        if standing.due and not quiet and _rested(standing, now_ms):
            standing = replace(standing, due=False, told_ms=now_ms)
            falls.append((rate - reading.gate, reading))
        standings[reading.key] = standing
    return standings, tuple(reading for _, reading in sorted(falls, key=lambda each: each[0]))


def _seen(before: Standing | None, *, below: bool) -> Standing:
    if before is None:
        return Standing(below)
    fell = below and not before.below
    return replace(before, below=below, due=below and (fell or before.due))


def _rested(standing: Standing, now_ms: int) -> bool:
    # A clock that was set back must not silence for as long.
    return standing.told_ms is None or not 0 <= now_ms - standing.told_ms < REST_MS
