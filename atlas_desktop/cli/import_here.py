"""Importing into the Atlas on this computer, beside its process when it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from atlas_desktop.beside import Beside
from atlas_desktop.cli.import_order import Order, Send
from atlas_desktop.cli.local_atlas import database_url
from atlas_desktop.contract.calls import ImportAnswer
from atlas_desktop.domain.recorded import Defaults
from atlas_desktop.server.config import ServerConfig, StaticKey
from atlas_desktop.server.importing import local_import

_ME = StaticKey("import", organization="local", name="import")


@asynccontextmanager
async def here(order: Order, beside: Beside) -> AsyncIterator[Send]:
    """A way to import lines, without HTTP: its client alone takes 90 ms to load."""
    config = ServerConfig(database_url(order.home), static_keys=(_ME,), beside=beside)
    defaults = Defaults(order.operation, order.customer)
    with local_import(config, _ME) as target:

        async def send(body: bytes) -> ImportAnswer:
            return await target.send(body, defaults)

        yield send
