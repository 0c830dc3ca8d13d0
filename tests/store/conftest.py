"""A store with a few calls, whose promises are checked after each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atlas_desktop.store import audit
from atlas_desktop.store.store import Store
from tests.store.making import with_calls


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Six calls, local ids 1 to 6."""
    store = await with_calls(tmp_path / "w" / "atlas.db", 6)
    yield store
    assert await store.database.read(audit.violations) == []
    await store.close()
