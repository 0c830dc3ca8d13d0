"""Importing into an Atlas elsewhere, with patience."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import typer

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import ApiStatusError, AtlasError, AuthenticationError, RequestTooLargeError
from atlas_desktop.api.retry import delay, is_retryable
from atlas_desktop.cli.failing import on_terminal, say, stop
from atlas_desktop.cli.import_order import Order, Send, TooLargeError
from atlas_desktop.contract.calls import ImportAnswer
from atlas_desktop.contract.secret import Secret

_ATTEMPTS: Final = 6
_LONGEST_WAIT: Final = 60.0
_CHANGE_KEY: Final = (
    "Give a key that is valid at {url} with --key or NEWMEN_API_KEY; where that is an Atlas of your own,"
    " atlas-desktop keys create NAME makes one there."
)


@asynccontextmanager
async def there(order: Order, url: str, safe: str) -> AsyncIterator[Send]:
    """A way to import lines over HTTP; a key that is not taken ends the command, with what is ``safe``."""
    async with AsyncAtlas(url, order.key or _asked_key(url)) as client:

        async def send(body: bytes) -> ImportAnswer:
            try:
                return await _patiently(client, order, body)
            except RequestTooLargeError as error:
                raise TooLargeError(error.message) from error

        try:
            yield send
        except AuthenticationError as error:
            stop(str(error), _CHANGE_KEY.format(url=url), safe)


async def _patiently(client: AsyncAtlas, order: Order, body: bytes) -> ImportAnswer:
    """Send until it is taken: repeating is harmless, because a call that is there already is not made again."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await client.calls.import_lines(body, operation=order.operation, customer=order.customer)
        except AtlasError as error:
            floor = (error.retry_after if isinstance(error, ApiStatusError) else None) or 0.0
            if attempt == _ATTEMPTS or floor > _LONGEST_WAIT or not is_retryable(error, idempotent=True):
                raise
            say(f"{error}; trying again ({attempt} of {_ATTEMPTS - 1})")
        await asyncio.sleep(delay(attempt, random.random(), floor))  # noqa: S311 - jitter, no secret
    raise AssertionError("the last attempt returns or raises")


def _asked_key(url: str) -> Secret:
    if not on_terminal():
        stop(f"No key for {url}: set NEWMEN_API_KEY.")
    return Secret(typer.prompt(f"Key for {url}", hide_input=True, err=True))
