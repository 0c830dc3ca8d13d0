"""What share of the calls passed: the verdict on a call, counts of verdicts, and lines of them over time."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from math import sqrt
from typing import Final, Literal, NamedTuple, get_args, overload

from atlas_desktop.contract.base import Thumb
from atlas_desktop.domain.buckets import Bucket, utc

Group = Literal["customer", "operation", "model", "quantization", "provider", "tier", "schema_version"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)

Basis = Literal["scores", "ratings", "both", "nothing"]
"""What a figure was made from: evaluators' scores, people's ratings, both of them; or nothing was evaluated."""

_Z: Final = 1.959963984540054
"""The normal quantile of 95 %."""


class Verdict(NamedTuple):
    """Whether a call passed, and by what."""

    passed: bool
    by: Literal["scores", "ratings"]


def verdict(passed: bool | None, rating: Thumb | None) -> Verdict | None:
    """Scores decide where something was evaluated, else the effective rating; unsure is no verdict, nor is nothing."""
    if passed is not None:
        return Verdict(passed, "scores")
    return None if rating is None else Verdict(rating == "thumbs_up", "ratings")


def wilson(passed: int, evaluated: int) -> tuple[float, float] | None:
    """The bounds of the Wilson 95 % interval of a share; None of nothing."""
    if evaluated <= 0:
        return None
    share, square = passed / evaluated, _Z * _Z
    middle = share + square / (2 * evaluated)
    reach = _Z * sqrt(share * (1 - share) / evaluated + square / (4 * evaluated * evaluated))
    whole = 1 + square / evaluated
    # Exact at the ends, where rounding would leave the share outside of its own interval.
    low = 0.0 if passed == 0 else (middle - reach) / whole
    return low, 1.0 if passed == evaluated else (middle + reach) / whole


class Counts(NamedTuple):
    """How many calls there were, and how many of them had which verdict by what."""

    calls: int = 0
    passed_by_scores: int = 0
    failed_by_scores: int = 0
    passed_by_ratings: int = 0
    failed_by_ratings: int = 0

    @property
    def by_scores(self) -> int:
        """Calls that were judged by scores."""
        return self.passed_by_scores + self.failed_by_scores

    @property
    def by_ratings(self) -> int:
        """Calls that were judged by ratings, having no scores."""
        return self.passed_by_ratings + self.failed_by_ratings

    @property
    def passed(self) -> int:
        """Calls that passed."""
        return self.passed_by_scores + self.passed_by_ratings

    @property
    def failed(self) -> int:
        """Calls that did not pass."""
        return self.failed_by_scores + self.failed_by_ratings

    @property
    def evaluated(self) -> int:
        """Calls with a verdict: what the rate is of."""
        return self.passed + self.failed

    @property
    def rate(self) -> float | None:
        """The share that passed, 0..1; None where nothing was evaluated, which is not 0."""
        return self.passed / self.evaluated if self.evaluated else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the rate."""
        return wilson(self.passed, self.evaluated)

    @property
    def basis(self) -> Basis:
        """What it was made from."""
        if self.by_scores:
            return "both" if self.by_ratings else "scores"
        return "ratings" if self.by_ratings else "nothing"

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*map(int.__add__, self, other))


NOTHING: Final = Counts()
_WIDTH: Final = len(NOTHING)


class Row(Sequence[Counts]):
    """Counts of many buckets in one piece of memory: made when they are asked for.

    A year of 100 customers is 36,500 of them. As objects the garbage collector walks them all, on the screen's thread:
    20 to 40 ms each time, and a frame waits for it.
    """

    __slots__ = ("_flat",)

    def __init__(self, counts: Iterable[Counts]) -> None:
        self._flat = array("q", chain.from_iterable(counts))

    def __len__(self) -> int:
        return len(self._flat) // _WIDTH

    @overload
    def __getitem__(self, at: int) -> Counts: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Counts]: ...
    def __getitem__(self, at: int | slice) -> Counts | Sequence[Counts]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(*at.indices(len(self))))
        place = range(len(self))[at]  # raises IndexError
        return Counts(*self._flat[_WIDTH * place : _WIDTH * (place + 1)])

    def __iter__(self) -> Iterator[Counts]:
        cells = iter(self._flat)
        return map(Counts, cells, cells, cells, cells, cells)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Row):
            return self._flat == other._flat
        return tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    @property
    def total(self) -> Counts:
        """All of them together."""
        return Counts(*(sum(self._flat[part::_WIDTH]) for part in range(_WIDTH)))


def total_of(counts: Sequence[Counts]) -> Counts:
    """All of them together."""
    if isinstance(counts, Row):
        return counts.total
    return Counts(*map(sum, zip(*counts, strict=True))) if counts else NOTHING


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket of one line: ``start <= created_at < end``, in UTC."""

    start: datetime
    end: datetime
    counts: Counts


@dataclass(frozen=True)
class Line:
    """The calls of one group, a count for each bucket of the series. ``group`` None: of calls that have none."""

    group: str | None
    counts: Sequence[Counts]

    @cached_property
    def total(self) -> Counts:
        """All buckets together."""
        return total_of(self.counts)

    @property
    def last(self) -> int | None:
        """The newest bucket in which something was evaluated; None without any."""
        return next((at for at in reversed(range(len(self.counts))) if self.counts[at].evaluated), None)


@dataclass(frozen=True)
class Series:
    """Lines over the same buckets, most calls first. Bucket ``n`` is from ``edges[n]`` to ``edges[n + 1]``.

    ``edges`` are milliseconds since 1970; days and weeks begin as in ``zone``, an IANA name. ``unsent`` of the calls
    counted show a judgement of mine that the server does not have yet.
    """

    group_by: Group
    bucket: Bucket
    zone: str
    edges: tuple[int, ...]
    lines: tuple[Line, ...]
    unsent: int = 0

    @property
    def buckets(self) -> int:
        """How many there are."""
        return max(0, len(self.edges) - 1)

    @cached_property
    def total(self) -> Counts:
        """All lines together."""
        return total_of([line.total for line in self.lines])

    def line(self, group: str | None) -> Line | None:
        """The line of a group."""
        return next((line for line in self.lines if line.group == group), None)

    def point(self, line: Line, bucket: int) -> Point:
        """A bucket of a line with its times."""
        return Point(utc(self.edges[bucket]), utc(self.edges[bucket + 1]), line.counts[bucket])


def earlier(series: Series, previous: Series, bucket: int) -> int | None:
    """Which bucket of the period before stands beside this one: the newest beside the newest. None: there is none.

    A period of weeks, or of hours with a change of the clock, may have more or fewer of them than the one before.
    """
    at = bucket + previous.buckets - series.buckets
    return at if 0 <= at < previous.buckets else None
