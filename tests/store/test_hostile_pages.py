"""Pages of a server that lies: a record spoils at most itself, and what cannot be a number is none."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from atlas_desktop.domain.query import Query
from atlas_desktop.store.page import UnreadablePage
from tests.store.making import a_call, a_page, open_store, said_on_server, with_calls

TOO_LARGE = (2**63, 2**64 - 1)


@pytest.mark.parametrize("number", [*TOO_LARGE, -1, -(2**63)])
@pytest.mark.parametrize("field", ["revision", "feedback_count"])
async def test_a_number_no_store_can_keep_spoils_only_its_record(
    tmp_path: Path, field: str, number: int
) -> None:
    store = open_store(tmp_path / "a.db")
    try:
        page = a_page(a_call(1, 1) | {field: number}, a_call(2, 2), after=2)
        applied = await store.pull.apply(page, 0)
        assert (applied.quarantined, applied.changed.added) == (1, 1)
        assert await store.pull.cursor() == 2
    finally:
        await store.close()


async def test_numbers_beyond_64_bits_spoil_only_their_record(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    try:
        calls = [a_call(1, 10**30), a_call(2, 2)]
        data = [{"type": "call", "call": call} for call in calls]
        # "\ud800" keeps orjson from reading it at all.
        page = json.dumps({"data": data, "next_after": 2, "has_more": False, "odd": "\ud800"})
        applied = await store.pull.apply(page.encode(), 0)
        assert (applied.quarantined, applied.changed.added) == (1, 1)
    finally:
        await store.close()


@pytest.mark.parametrize("next_after", [*TOO_LARGE, -1, True, 1.0, "1", None])
async def test_a_cursor_that_is_none_is_not_kept(tmp_path: Path, next_after: Any) -> None:
    store = open_store(tmp_path / "a.db")
    try:
        page = orjson.dumps({"data": [], "next_after": next_after, "has_more": False})
        with pytest.raises(UnreadablePage):
            await store.pull.apply(page, 0)
        assert await store.pull.cursor() == 0
    finally:
        await store.close()


@pytest.mark.parametrize("revision", TOO_LARGE)
async def test_a_deletion_at_no_revision_changes_nothing(tmp_path: Path, revision: int) -> None:
    store = await with_calls(tmp_path / "a.db", 1)
    try:
        gone = {"type": "call.deleted", "id": a_call(1, 1)["id"], "revision": revision}
        applied = await store.pull.apply(
            orjson.dumps({"data": [gone], "next_after": 2, "has_more": False}), 1
        )
        assert applied.quarantined == 1
        assert list(await store.calls.ids(Query())) == [1]
    finally:
        await store.close()


@pytest.mark.parametrize("revision", [*TOO_LARGE, -1])
def test_feedback_at_no_revision_is_no_feedback(revision: int) -> None:
    with pytest.raises(ValidationError):
        said_on_server("chatcmpl-1", revision)
