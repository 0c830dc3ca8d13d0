"""The stored calls, for browsing: ids of a filter, rows by id, one call with its payload."""

from array import array
from collections.abc import Sequence

from atlas_desktop.database.database import Database
from atlas_desktop.domain.query import Query
from atlas_desktop.store.rows import CallRow, OpenCall


class Calls:
    """Reads only. Every method runs on a reading thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, query: Query) -> "array[int]":
        """Local ids of the matching calls in the query's order, as ``array('q')``."""
        raise NotImplementedError

    async def rows(self, seqs: Sequence[int]) -> list[CallRow]:
        """Rows in the order asked; calls that are gone are left out."""
        raise NotImplementedError

    async def open_call(self, seq: int) -> OpenCall | None:
        """A call with its payload parsed, or None when it is gone."""
        raise NotImplementedError

    async def count(self, query: Query) -> int:
        """How many calls match."""
        raise NotImplementedError

    async def total(self) -> int:
        """How many calls there are."""
        raise NotImplementedError

    async def operations(self) -> list[tuple[str, int]]:
        """Operation keys with their number of calls, most calls first."""
        raise NotImplementedError

    async def customers(self) -> list[tuple[str, int]]:
        """Customers with their number of calls, most calls first."""
        raise NotImplementedError

    async def seq_of(self, call_id: str) -> int | None:
        """The local id of a call, or None."""
        raise NotImplementedError
