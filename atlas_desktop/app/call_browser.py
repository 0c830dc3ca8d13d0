"""The list of calls: a frozen row of local ids, and the rows near what is looked at in memory.

The list never moves by itself. Sync brings new calls: they are counted and shown when asked for. A call that no
longer fits the filter after a decision stays where it is, showing its new rating.
"""

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas_desktop.app.signals import Signal
from atlas_desktop.domain.query import Query

if TYPE_CHECKING:
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.store.calls import CallRow
    from atlas_desktop.store.changed import Changed

BLOCK = 200


@dataclass(frozen=True, slots=True)
class Span:
    """Rows ``first`` to ``last``, both included."""

    first: int
    last: int


class CallBrowser:
    """What the call list shows."""

    def __init__(self) -> None:
        self.query = Query()
        self.ids: array[int] = array("q")
        self.total: int = 0
        """All calls of the workspace: "1,204 of 8,916"."""
        self.new_count: int = 0
        """Calls that fit the filter and came after the list was made."""
        self.loading: bool = False
        """A query runs and the list still shows the former one."""
        self.problem: Problem | None = None
        self.reset: Signal[None] = Signal("list reset")
        self.rows_loaded: Signal[Span] = Signal("rows loaded")
        self.rows_changed: Signal[frozenset[int]] = Signal("rows changed")
        """The local ids (seq) of the rows in memory that look different now."""
        self.state_changed: Signal[None] = Signal("list state")
        """``total``, ``new_count``, ``loading`` or ``problem`` changed."""

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, position: int) -> "CallRow | None":
        """The row at this position if it is in memory. On a miss its block is fetched and ``rows_loaded`` tells."""
        raise NotImplementedError

    def position_of(self, seq: int) -> int | None:
        """Where this call is in the list, or None."""
        raise NotImplementedError

    async def apply(self, query: Query) -> bool:
        """Make the list anew; ``reset`` is emitted with the first rows in memory. False if a newer query overtook it."""
        raise NotImplementedError

    async def show_new(self) -> bool:
        """Make the list anew with the calls that came meanwhile."""
        return await self.apply(self.query)

    def store_changed(self, changed: "Changed") -> None:
        """Somebody wrote to the store: refresh the rows in memory, count what is new."""
        raise NotImplementedError
