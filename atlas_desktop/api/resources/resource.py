"""What every resource is made of."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from atlas_desktop.api.errors import Unreadable
from atlas_desktop.contract.base import Json, Page
from atlas_desktop.domain.faults import first_fault

if TYPE_CHECKING:
    from atlas_desktop.api.exchange import Exchange

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class Resource:
    """A subject of the API; its methods ask over one exchange."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange


def body_of(kind: type[M], fields: Mapping[str, Json]) -> M:
    """A request's body; what is None was not given. Raises ValueError, saying where it is not of the contract's types."""
    fault = ""
    try:
        return kind.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        fault = first_fault(error)
    # Outside of the except: what it was made from holds the input.
    raise ValueError(fault)


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
