"""What the Trends screen shows, as values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal, get_args

from atlas_desktop.app.problems import Problem
from atlas_desktop.app.trend_looks import LOOKS, Looks, places
from atlas_desktop.domain.buckets import Bucket, Period
from atlas_desktop.domain.pass_rate import NOTHING, Counts, Group, Line, Series, earlier
from atlas_desktop.domain.query import Query, Term

Span = Literal["7d", "28d", "90d", "any"]
SPANS: Final[tuple[Span, ...]] = ("7d", "28d", "90d", "any")
DAYS: Final[dict[Span, int]] = {"7d": 7, "28d": 28, "90d": 90}
Layout = Literal["overlay", "multiples", "table"]
EventKind = Literal["promotion", "schema", "shadow", "canary", "release", "rollback"]
EVENTS: Final[tuple[EventKind, ...]] = get_args(EventKind)

MOST_LINES: Final = LOOKS
"""Lines that are drawn: no two look the same."""
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


@dataclass(frozen=True)
class TrendState:
    """``series`` may be of an older choice while ``loading``. ``previous`` has as many days, just before.

    ``looks`` are those remembered of the groups of the series. ``gated``: operations looked at that have ship gates,
    by name.
    """

    choice: Choice = field(default_factory=Choice)
    shown: Choice | None = None
    """What ``series`` answers; None before the first."""
    series: Series | None = None
    previous: Series | None = None
    period: Period | None = None
    threshold: Threshold = field(default_factory=Threshold)
    events: tuple[Event, ...] = ()
    looks: Looks = field(default_factory=lambda: MappingProxyType({}))
    gated: tuple[str, ...] = ()
    loading: bool = False
    problem: Problem | None = None

    @cached_property
    def drawn(self) -> tuple[Line, ...]:
        """The lines drawn: those picked, else those with most calls; in the order of their calls."""
        if self.series is None:
            return ()
        picked = self.shown.picked if self.shown is not None else None
        if picked is None:
            # Those in which nothing was evaluated have nothing to draw but their calls.
            found = sorted(self.series.lines, key=lambda line: not line.total.evaluated)
        else:
            found = [line for line in self.series.lines if line.group in picked]
        return tuple(found[:MOST_LINES])

    @cached_property
    def places(self) -> Mapping[str | None, int]:
        """Which look each line drawn has."""
        return places(self.looks, [line.group for line in self.drawn])

    @cached_property
    def noted(self) -> tuple[Event, ...]:
        """The events of what is looked at: not those of operations that the filter leaves out."""
        query = self.shown.query if self.shown is not None else self.choice.query
        drawn: set[str | None] = set()
        if self.series is not None and self.series.group_by == "operation":
            drawn = {line.group for line in self.drawn}
        known = {event.operation for event in self.events}
        fitting = {name for name in known if fits(query, name, known) and (not drawn or name in drawn)}
        return tuple(each for each in self.events if not each.operation or each.operation in fitting)

    def before(self, line: Line, bucket: int) -> Counts | None:
        """The same point of the previous period; None without one."""
        return next(iter(self.all_before(line, range(bucket, bucket + 1))), None)

    def all_before(self, line: Line, buckets: Sequence[int]) -> list[Counts | None]:
        """The same of many; none at all without a previous period."""
        series, previous = self.series, self.previous
        if series is None or previous is None:
            return []
        old = previous.line(line.group)
        places = [earlier(series, previous, bucket) for bucket in buckets]
        return [None if at is None else old.counts[at] if old is not None else NOTHING for at in places]

    @property
    def nothing_before(self) -> bool:
        """Whether a comparison is wanted of what begins with the first call there is."""
        shown = self.shown
        return shown is not None and shown.compare and shown.span == "any" and shown.period is None


def fits(query: Query, operation: str, known: Collection[str]) -> bool:
    """Whether the filter leaves calls of this operation in, by its name alone."""
    terms = query.of("operation")
    wanted = [term for term in terms if not term.negated]
    if any(_named(term, operation, known) for term in terms if term.negated):
        return False
    return not wanted or any(_named(term, operation, known) for term in wanted)


def _named(term: Term, operation: str, known: Collection[str]) -> bool:
    # As in a list of calls: a name nothing has exactly is taken for the beginning of one.
    if term.op == "starts" or (term.op == "is" and term.value not in known):
        return operation.startswith(term.value)
    return term.op == "is" and operation == term.value


BUCKETS: Final[tuple[Bucket | None, ...]] = (None, *get_args(Bucket))
_MOST_POINTS: Final = 1_000


def is_fit(bucket: Bucket | None, days: int) -> bool:
    """Whether so many days can be shown by this: two points at least, and no more than can be told apart."""
    if bucket is None or bucket == "day":
        return True
    return days * 24 <= _MOST_POINTS if bucket == "hour" else days > 7


def bucket_for(days: int) -> Bucket:
    """What one point stands for, so that a line has 7 to 130 of them."""
    if days <= 2:
        return "hour"
    return "day" if days <= 130 else "week"
