"""Pages of large calls: an answer has a size that a client can take and a server can hold."""

from typing import Any

import pytest

from atlas_desktop.server.storage import scope
from tests.server.talk import Talk, call_line

LARGE = 40_000


@pytest.fixture
def large(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Ten calls of 40 kB, and pages of 100 kB."""
    monkeypatch.setattr(scope, "PAGE_BYTES", 100_000)
    answer = talk.lines([call_line(n, output="x" * LARGE) for n in range(10)])
    assert answer["imported"] == 10
    return talk


def test_a_page_of_changes_ends_where_it_becomes_too_large(large: Talk) -> None:
    page = large.get("/calls/changes?limit=1000").json()
    assert (len(page["data"]), page["has_more"]) == (3, True)
    assert page["next_after"] == page["data"][-1]["call"]["revision"]
    assert "digest" not in page
    assert len(large.call_ids()) == 10


def test_a_page_of_calls_ends_where_it_becomes_too_large(large: Talk) -> None:
    found: list[Any] = []
    cursor = ""
    while True:
        page = large.get(f"/calls?limit=1000{cursor}").json()
        assert 0 < len(page["data"]) <= 3
        found += [call["id"] for call in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(found) == sorted(large.call_ids())


def test_a_call_larger_than_a_page_comes_alone(large: Talk) -> None:
    large.lines([call_line(n, output="y" * 200_000) for n in (20, 21)])
    after = large.changes()[-3]["call"]["revision"]
    sizes = []
    for _ in range(2):
        page = large.get(f"/calls/changes?after={after}").json()
        sizes.append((len(page["data"]), page["has_more"]))
        after = page["next_after"]
    assert sizes == [(1, True), (1, False)]


def test_a_page_of_feedback_ends_where_it_becomes_too_large(large: Talk) -> None:
    call_id = large.call_ids()[0]
    for number in range(5):
        large.post("/feedback", {"call_id": call_id, "correction": f"{number}" * LARGE})
    page = large.get("/feedback?limit=1000").json()
    assert (len(page["data"]), page["has_more"]) == (3, True)
    rest = large.get(f"/feedback?limit=1000&cursor={page['next_cursor']}").json()
    assert (len(rest["data"]), rest["has_more"]) == (2, False)
