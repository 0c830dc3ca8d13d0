"""What the Trends screen shows, as values."""

from dataclasses import dataclass, field
from typing import Final, Literal

from atlas_desktop.app.problems import Problem
from atlas_desktop.domain.buckets import Bucket, Period
from atlas_desktop.domain.pass_rate import Group, Line, Series
from atlas_desktop.domain.query import Query

Span = Literal["7d", "28d", "90d", "any"]
SPANS: Final[tuple[Span, ...]] = ("7d", "28d", "90d", "any")
DAYS: Final[dict[Span, int]] = {"7d": 7, "28d": 28, "90d": 90}
Layout = Literal["overlay", "multiples", "table"]
EventKind = Literal["promotion", "schema", "release"]

MOST_LINES: Final = 8
"""Lines that are drawn: as many as there are colours that colour-blind people tell apart."""
DEFAULT_THRESHOLD: Final = 0.85


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be shown. ``period`` counts for the span ``any``; None there: from the first call to the last.

    ``bucket`` None: as the period asks for. ``threshold`` None: the operation's gate, else the default. ``picked``
    are the groups drawn; None: those with most calls.
    """

    query: Query = field(default_factory=Query)
    group_by: Group = "customer"
    span: Span = "28d"
    period: Period | None = None
    bucket: Bucket | None = None
    layout: Layout = "overlay"
    compare: bool = False
    threshold: float | None = None
    picked: frozenset[str | None] | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where the line is drawn, 0..1, and why there. ``name`` is the evaluator's or the operation's of a gate."""

    value: float = DEFAULT_THRESHOLD
    origin: Literal["default", "gate", "hand"] = "default"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may have moved the lines. ``title`` is recorded text; ``operation`` is empty for all of them."""

    at_ms: int
    kind: EventKind
    title: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class TrendState:
    """``series`` may be of an older choice while ``loading``. ``previous`` has as many days, just before."""

    choice: Choice = field(default_factory=Choice)
    shown: Choice | None = None
    """What ``series`` answers; None before the first."""
    series: Series | None = None
    previous: Series | None = None
    period: Period | None = None
    threshold: Threshold = field(default_factory=Threshold)
    events: tuple[Event, ...] = ()
    loading: bool = False
    problem: Problem | None = None

    @property
    def drawn(self) -> tuple[Line, ...]:
        """The lines drawn: those picked, else those with most calls; in the order of their calls."""
        if self.series is None:
            return ()
        picked = self.shown.picked if self.shown is not None else None
        if picked is None:
            return self._first
        return tuple(line for line in self.series.lines if line.group in picked)[:MOST_LINES]

    @property
    def places(self) -> dict[str | None, int]:
        """Which look each line drawn has: its own, whatever is drawn beside it; one picked takes a free one."""
        found = {line.group: at for at, line in enumerate(self._first)}
        drawn = [line.group for line in self.drawn]
        free = [
            at for at in range(MOST_LINES) if at not in {found[group] for group in drawn if group in found}
        ]
        return {group: found[group] if group in found else free.pop(0) for group in drawn}

    @property
    def _first(self) -> tuple[Line, ...]:
        # Those in which nothing was evaluated have nothing to draw but their calls.
        lines = self.series.lines if self.series is not None else ()
        return tuple(sorted(lines, key=lambda line: not line.total.evaluated)[:MOST_LINES])


def bucket_for(days: int) -> Bucket:
    """What one point stands for, so that a line has 7 to 130 of them."""
    if days <= 2:
        return "hour"
    return "day" if days <= 130 else "week"
