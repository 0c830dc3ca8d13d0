"""How many rows go in one request, and how a refused batch is taken apart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from atlas_desktop.sync.pace import Pace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BatchSize:
    """Grows while requests succeed, shrinks when one is too slow or too large."""

    pace: Pace
    rows: int

    @classmethod
    def first(cls, pace: Pace) -> "BatchSize":
        """Where a session starts."""
        return cls(pace, pace.first_batch)

    def grown(self) -> "BatchSize":
        """After a whole success."""
        return replace(self, rows=min(self.pace.most_rows, self.rows * 2))

    def halved(self) -> "BatchSize":
        """After a timeout or a 413; never under one row."""
        return replace(self, rows=max(1, self.rows // 2))


def halves(rows: Sequence[T]) -> tuple[tuple[T, ...], ...]:
    """The two parts of a batch refused as a whole, in order; at least two rows.

    Each level isolates a poison item further: it costs at most log2(n) + 1 refused requests.
    """
    middle = len(rows) // 2
    return tuple(rows[:middle]), tuple(rows[middle:])
