"""What every test with a real gateway leaves behind is cleared away."""

import asyncio
from collections.abc import AsyncIterator

import pytest


@pytest.fixture(autouse=True)
async def _no_threads_of_the_loop() -> AsyncIterator[None]:
    """Names are looked up and files read in the loop's own threads, which end with the loop: after the check."""
    yield
    await asyncio.get_running_loop().shutdown_default_executor()
