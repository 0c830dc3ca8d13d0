"""Recorded calls."""

from collections.abc import AsyncIterator

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.calls import (
    Call,
    CallChanges,
    CallDetail,
    CallFilters,
    ChangesQuery,
    ImportAnswer,
)
from atlas_desktop.contract.listing import CallImportQuery


class Calls(Resource):
    """Recorded calls."""

    async def list(self, filters: CallFilters | None = None) -> Page[Call]:
        """One page, newest first."""
        return await self._exchange.ask("calls.list", Page[Call], query=filters)

    def iterate(self, filters: CallFilters | None = None) -> AsyncIterator[Call]:
        """Every call that matches, page after page, from the filters' own cursor on."""
        first = filters or CallFilters()
        return iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)

    async def get(self, call_id: str) -> CallDetail:
        """One call with all its feedback."""
        return await self._exchange.ask("calls.get", CallDetail, call_id=call_id)

    async def changes(self, after: int = 0, limit: int = 200) -> CallChanges:
        """Calls changed since a revision."""
        query = ChangesQuery(after=after, limit=limit)
        return await self._exchange.ask("calls.changes", CallChanges, query=query)

    async def changes_raw(self, after: int = 0, limit: int = 200) -> bytes:
        """The same as the bytes the server sent, to be parsed elsewhere. Not checked beyond being whole."""
        query = ChangesQuery(after=after, limit=limit)
        return (await self._exchange.ask_raw("calls.changes", query=query)).body

    async def import_lines(
        self, lines: bytes, *, operation: str | None = None, customer: str | None = None
    ) -> ImportAnswer:
        """Import recorded calls, one JSON object a line, at most 16 MiB. Harmless to repeat."""
        query = CallImportQuery(operation=operation, customer=customer)
        return await self._exchange.ask("calls.import", ImportAnswer, query=query, body=lines)
