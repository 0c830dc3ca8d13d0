"""Importing into an Atlas elsewhere, with patience."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import AuthenticationError, RequestTooLargeError
from atlas_desktop.cli.failing import stop
from atlas_desktop.cli.import_order import Order, Send, TooLargeError
from atlas_desktop.cli.patience import patiently
from atlas_desktop.cli.reaching import asked_key, other_key
from atlas_desktop.contract.calls import ImportAnswer


@asynccontextmanager
async def there(order: Order, url: str, safe: str) -> AsyncIterator[Send]:
    """A way to import lines over HTTP; a key that is not taken ends the command, with what is ``safe``."""
    async with AsyncAtlas(url, order.key or asked_key(url)) as client:

        async def send(body: bytes) -> ImportAnswer:
            try:
                return await _send(client, order, body)
            except RequestTooLargeError as error:
                raise TooLargeError(error.message) from error

        try:
            yield send
        except AuthenticationError as error:
            stop(str(error), other_key(url), safe)


async def _send(client: AsyncAtlas, order: Order, body: bytes) -> ImportAnswer:
    """Repeating is harmless, because a call that is there already is not made again."""
    return await patiently(
        lambda: client.calls.import_lines(body, operation=order.operation, customer=order.customer)
    )
