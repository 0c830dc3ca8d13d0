"""What every resource is made of."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from atlas_desktop.api.errors import Unreadable
from atlas_desktop.contract.base import Page

if TYPE_CHECKING:
    from atlas_desktop.api.exchange import Exchange

T = TypeVar("T")


class Resource:
    """A subject of the API; its methods ask over one exchange."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange


async def iterate(
    page_at: Callable[[str | None], Awaitable[Page[T]]], cursor: str | None
) -> AsyncIterator[T]:
    """Every row from a cursor on, page after page. Raises Unreadable when the pages go in circles."""
    seen: set[str | None] = {cursor}
    while True:
        page = await page_at(cursor)
        for row in page.data:
            yield row
        if not page.has_more:
            return
        cursor = page.next_cursor
        if cursor is None or cursor in seen:
            raise Unreadable("The server says there is more, but its next page is one already read")
        seen.add(cursor)
