"""The changes feed: nothing skipped, nothing twice, and sums that prove it."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.server.app import close_app
from atlas_desktop.server.config import StaticKey
from atlas_desktop.server.storage import recording
from atlas_desktop.server.storage.ledger import mark
from tests.server.talk import ALICE, BOB, NARROW, OTHER, Talk, call_line, talking

acts = st.tuples(
    st.sampled_from(["import", "rate", "delete", "pull"]),
    st.integers(0, 7),
    st.sampled_from([ALICE, BOB, NARROW]),
)


class Copy:
    """A client that only knows what the feed told it."""

    def __init__(self, key: StaticKey) -> None:
        self.key = key
        self.calls: dict[str, dict[str, Any]] = {}
        self.after = 0

    def pull(self, talk: Talk, limit: int) -> None:
        while True:
            page = talk.get(f"/calls/changes?after={self.after}&limit={limit}", key=self.key).json()
            revisions = [item.get("revision") or item["call"]["revision"] for item in page["data"]]
            assert revisions == sorted(set(revisions))
            assert all(revision > self.after for revision in revisions)
            assert page["next_after"] == (revisions[-1] if revisions else self.after)
            assert ("total" in page) == (not page["has_more"])
            for item in page["data"]:
                if item["type"] == "call":
                    self.calls[item["call"]["id"]] = item["call"]
                else:
                    self.calls.pop(item["id"], None)
            self.after = page["next_after"]
            if not page["has_more"]:
                self._check(page)
                return

    def _check(self, page: dict[str, Any]) -> None:
        digest = 0
        for call in self.calls.values():
            digest ^= mark(call["id"], call["revision"])
        assert (page["total"], page["digest"]) == (len(self.calls), f"{digest & (2**64 - 1):016x}")


@settings(max_examples=50)
@given(st.lists(acts, max_size=20), st.integers(1, 4))
def test_a_copy_made_by_the_feed_is_the_truth(template: Path, sequence: list[Any], limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder, talking(Path(folder) / "a.db", template) as talk:
        copies = [Copy(ALICE), Copy(NARROW)]
        for act, number, key in sequence:
            _play(talk, act, number, key, copies, limit)
        for copy in copies:
            copy.pull(talk, limit)
            listed = {item["id"]: item for item in talk.get("/calls?limit=1000", key=copy.key).json()["data"]}
            assert copy.calls == listed
        assert talk.changes(OTHER) == []


def _play(talk: Talk, act: str, number: int, key: StaticKey, copies: list[Copy], limit: int) -> None:
    if act == "import":
        customer = "north/prod" if number % 3 == 0 else "else"
        talk.lines(
            [call_line(number, customer=customer, rating="thumbs_up" if number % 2 else None)], key=key
        )
    elif act == "pull":
        copies[number % 2].pull(talk, limit)
    elif ids := talk.call_ids(key):
        call_id = ids[number % len(ids)]
        if act == "rate":
            talk.post("/feedback", {"call_id": call_id, "rating": "thumbs_down"}, key=key)
        else:
            delete(talk, key, call_id)


def delete(talk: Talk, key: StaticKey, *call_ids: str) -> int:
    """No route deletes calls in this version; the storage can."""
    storage = talk.app.state.atlas.storage
    scope = storage.registry.remembered(key.key)
    deleted: int = talk.runner.run(storage.write(scope, lambda tenant: recording.delete(tenant, call_ids)))
    return deleted


def test_a_deleted_call_leaves_a_tombstone_and_no_text(five: Talk) -> None:
    first = five.call_ids()[0]
    five.post("/feedback", {"call_id": first, "correction": "xylophone", "tags": ["t"]})
    assert delete(five, OTHER, first) == 0
    assert delete(five, ALICE, first) == 1
    assert five.changes(after=6) == [{"type": "call.deleted", "id": first, "revision": 7}]
    assert five.get(f"/calls/{first}").status_code == 404
    assert five.get("/feedback").json()["data"] == five.get("/calls?q=0").json()["data"] == []
    assert five.lines([call_line(0)]) == {"imported": 0, "duplicates": 1, "rejected": []}
    assert five.post("/feedback", {"call_id": first, "rating": "thumbs_up"}).status_code == 404
    close_app(five.app)
    assert [file.name for file in five.path.parent.iterdir()] == ["atlas.db"]
    content = five.path.read_bytes()
    assert b"xylophone" not in content
    assert b"question number 0" not in content
    assert b"question number 1" in content


def test_a_reader_from_the_future_hears_the_sums(five: Talk) -> None:
    page = five.get("/calls/changes?after=9000").json()
    assert (page["data"], page["next_after"], page["total"]) == ([], 9000, 5)
    assert five.get(f"/calls/changes?after={2**63 - 1}").status_code == 200
    assert five.get(f"/calls/changes?after={2**63}").status_code == 422
