"""A stub provider beside the window, on a loop and thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.server.gateway.stub_provider import StubProvider


@contextmanager
def providing() -> Iterator[StubProvider]:
    """It listens while this lasts; its ``plans`` may be changed meanwhile."""
    stub, up, end = StubProvider(), threading.Event(), threading.Event()

    async def serve() -> None:
        async with stub:
            up.set()
            await asyncio.get_running_loop().run_in_executor(None, end.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="stub provider")
    thread.start()
    try:
        assert up.wait(5)
        yield stub
    finally:
        end.set()
        thread.join(5)
