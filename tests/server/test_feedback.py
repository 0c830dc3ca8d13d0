"""Feedback: who said what counts, what conflicts, what happens when it is said twice."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.server.config import StaticKey
from tests.server.talk import ALICE, BOB, NARROW, OTHER, Talk, call_line, error_of, talking

KEYS = {"alice": ALICE, "bob": BOB}


def test_a_rating_is_stored_and_shown(five: Talk) -> None:
    call_id = five.call_ids()[0]
    said = five.post("/feedback", {"call_id": call_id, "rating": "thumbs_up", "id": "fb_mine"})
    assert said.status_code == 200
    shown = five.get(f"/calls/{call_id}").json()
    assert said.json() == shown["feedback"] == shown["all_feedback"][0]
    assert said.json()["reviewer"] == "alice"
    assert shown["revision"] == said.json()["revision"] == 6
    assert shown["feedback_count"] == 1


def test_the_same_id_again_is_the_first_row(five: Talk) -> None:
    first, second = five.call_ids()[:2]
    body = {"call_id": first, "rating": "thumbs_up", "id": "fb_x"}
    once = five.post("/feedback", body)
    again = five.post("/feedback", {**body, "clears": False, "comment": None})
    assert (again.status_code, again.json()) == (200, once.json())
    for other in (
        {**body, "rating": "thumbs_down"},
        {**body, "call_id": second},
        {**body, "reviewer": "eve"},
    ):
        assert error_of(five.post("/feedback", other)) == (409, "conflict_error", "feedback_id_reused")
    assert len(five.get("/feedback").json()["data"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tags": []},
        {"comment": "well"},
        {"tags": [], "comment": "well"},
        {"comment": 5, "rating": "thumbs_up"},
        {"rating": "up"},
        {"rating": "thumbs_up", "clears": True},
        {"tags": ["x"] * 51},
        {"tags": ["x" * 101]},
        {"tags": [""]},
        {"tags": "x"},
        {"rating": "thumbs_up", "id": "not-fb"},
        {"rating": "thumbs_up", "on_conflict": "merge"},
        {"rating": "thumbs_up", "clears": "yes"},
    ],
)
def test_what_is_no_feedback_is_a_422(five: Talk, body: dict[str, Any]) -> None:
    response = five.post("/feedback", {"call_id": five.call_ids()[0], **body})
    assert response.status_code == 422
    assert five.get("/feedback").json()["data"] == []


def test_calls_out_of_reach_are_404(five: Talk) -> None:
    whole, part = five.call_ids()[0], five.call_ids()[3]
    rating = {"rating": "thumbs_up"}
    missing = five.post("/feedback", {"call_id": "chatcmpl-none", **rating})
    foreign = five.post("/feedback", {"call_id": whole, **rating}, key=OTHER)
    narrowed = five.post("/feedback", {"call_id": whole, **rating}, key=NARROW)
    assert (
        error_of(missing)
        == error_of(foreign)
        == error_of(narrowed)
        == (404, "not_found_error", "call_not_found")
    )
    assert missing.json() == foreign.json() == narrowed.json()
    assert five.post("/feedback", {"call_id": part, **rating}, key=NARROW).status_code == 200


def test_a_batch_judges_each_item_alone(five: Talk) -> None:
    first, second = five.call_ids()[:2]
    items = [
        {"call_id": first, "rating": "thumbs_up", "id": "fb_1"},
        {"call_id": "chatcmpl-none", "rating": "thumbs_up"},
        {"call_id": first, "rating": "sideways"},
        {"call_id": first, "rating": "thumbs_down", "id": "fb_1"},
        {"call_id": first, "rating": "thumbs_up", "id": "fb_1"},
        {"call_id": second, "correction": "better", "tags": ["b", "a", "b"]},
    ]
    results = five.post("/feedback/batch", {"items": items}).json()["results"]
    assert [result["status"] for result in results] == [200, 404, 422, 409, 200, 200]
    assert results[0]["feedback"] == results[4]["feedback"]
    assert results[3]["error"]["code"] == "feedback_id_reused"
    assert results[2]["error"]["details"][0]["loc"] == ["items", 2, "rating"]
    again = five.post("/feedback/batch", {"items": items[:1]}).json()["results"]
    assert again == results[:1]
    assert [item["id"] for item in five.get("/calls?tag=a&tag=b").json()["data"]] == [second]
    assert five.get("/calls?tag=a&tag=c").json()["data"] == []


@pytest.mark.parametrize("items", [[], [{}] * 1001, [5], "x", None])
def test_a_batch_that_is_none_is_a_422(five: Talk, items: Any) -> None:
    assert five.post("/feedback/batch", {"items": items}).status_code == 422


def test_a_conflict_shows_what_stands(five: Talk) -> None:
    call_id = five.call_ids()[0]
    base = five.post("/feedback", {"call_id": call_id, "correction": "mine"}).json()
    theirs = five.post("/feedback", {"call_id": call_id, "correction": "theirs"}, key=BOB).json()
    mine = {
        "call_id": call_id,
        "correction": "mine, better",
        "on_conflict": "reject",
        "base_feedback_id": base["id"],
    }
    refused = five.post("/feedback", mine)
    assert error_of(refused) == (409, "conflict_error", "feedback_conflict")
    assert refused.json()["feedback"] == theirs
    item = five.post("/feedback/batch", {"items": [mine]}).json()["results"][0]
    assert item == {"status": 409, "error": refused.json()["error"], "feedback": theirs}
    seen = five.post("/feedback", {**mine, "base_feedback_id": theirs["id"]})
    assert seen.status_code == 200


def test_a_list_of_feedback_is_paged_and_filtered(five: Talk) -> None:
    ids = five.call_ids()
    for number, call_id in enumerate(ids):
        five.post("/feedback", {"call_id": call_id, "rating": "thumbs_up"}, key=BOB if number % 2 else ALICE)
    first = five.get("/feedback?limit=2").json()
    second = five.get(f"/feedback?limit=3&cursor={first['next_cursor']}").json()
    assert [row["call_id"] for row in first["data"] + second["data"]] == ids[::-1]
    assert (second["has_more"], second["next_cursor"]) == (False, None)
    assert [row["call_id"] for row in five.get("/feedback?reviewer=bob").json()["data"]] == [ids[3], ids[1]]
    assert len(five.get(f"/feedback?call_id={ids[2]}").json()["data"]) == 1
    assert five.get("/feedback?call_id=none&reviewer=nobody").json()["data"] == []
    assert five.get(f"/feedback?cursor={first['next_cursor']}", key=OTHER).status_code == 422
    assert {row["call_id"] for row in five.get("/feedback", key=NARROW).json()["data"]} == set(ids[3:])


@dataclass(frozen=True)
class Act:
    """One act; ``base`` and ``same_id_as`` count back over the rows there are."""

    who: str
    call: int
    part: dict[str, Any]
    reject: bool
    base: int | None
    batch: bool


acts = st.builds(
    Act,
    who=st.sampled_from(["alice", "bob"]),
    call=st.integers(0, 1),
    part=st.sampled_from(
        [
            {"rating": "thumbs_up"},
            {"rating": "thumbs_down", "tags": ["t"]},
            {"correction": "one"},
            {"correction": "two", "rating": "thumbs_down"},
            {"tags": ["u"], "comment": "well"},
            {"tags": ["review:unsure"]},
            {"clears": True},
        ]
    ),
    reject=st.booleans(),
    base=st.none() | st.integers(0, 5),
    batch=st.booleans(),
)


def judges(row: dict[str, Any]) -> bool:
    """Whether a row says how good the answer was; else it only describes."""
    return bool(row["rating"] or row["correction"] is not None or "review:unsure" in row["tags"])


@dataclass
class Model:
    """The rules again, in the plainest words."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def standing(self, call_id: str) -> list[dict[str, Any]]:
        newest = {row["reviewer"]: row for row in self.rows if row["call_id"] == call_id}
        return [row for row in self.rows if row in newest.values()]

    def effective(self, call_id: str) -> dict[str, Any] | None:
        rows = [row for row in self.standing(call_id) if not row["clears"]]
        counting = [row for row in rows if judges(row)] or rows
        return counting[-1] if counting else None

    def tags(self, call_id: str) -> set[str]:
        describing = [row for row in self.standing(call_id) if not judges(row)]
        return {tag for row in (*describing, self.effective(call_id) or {"tags": []}) for tag in row["tags"]}

    def correction(self, call_id: str) -> dict[str, Any] | None:
        rows = [row for row in self.standing(call_id) if row["correction"] is not None]
        return rows[-1] if rows else None

    def mine(self, call_id: str, who: str) -> dict[str, Any] | None:
        """What somebody says where that is neither of the two rows that everybody is told."""
        rows = [row for row in self.standing(call_id) if row["reviewer"] == who and not row["clears"]]
        told = (self.effective(call_id), self.correction(call_id))
        return rows[0] if rows and rows[0] not in told else None

    def conflicts(self, act: Act, call_id: str, base: str | None) -> bool:
        if not act.reject or "correction" not in act.part:
            return False
        ids = [row["id"] for row in self.rows if row["call_id"] == call_id]
        seen = ids.index(base) if base in ids else -1
        return any(
            row["reviewer"] != act.who and row["correction"] is not None and ids.index(row["id"]) > seen
            for row in self.standing(call_id)
        )


@settings(max_examples=60)
@given(st.lists(acts, max_size=14))
def test_any_sequence_of_acts_follows_the_rules(template: Path, sequence: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder, talking(Path(folder) / "a.db", template) as talk:
        talk.lines([call_line(n) for n in range(2)])
        ids = talk.call_ids()
        model = Model()
        for number, act in enumerate(sequence):
            _play(talk, model, act, ids[act.call], f"fb_{number}")
        for call_id in ids:
            shown = talk.get(f"/calls/{call_id}").json()
            assert shown["feedback"] == model.effective(call_id)
            assert shown["correction"] == model.correction(call_id)
            assert shown["all_feedback"] == [row for row in model.rows if row["call_id"] == call_id][::-1]
            assert shown["feedback_count"] == len(shown["all_feedback"])
        _check_filters(talk, model, ids)


def _play(talk: Talk, model: Model, act: Act, call_id: str, feedback_id: str) -> None:
    base = model.rows[act.base % len(model.rows)]["id"] if act.base is not None and model.rows else None
    body = {"call_id": call_id, "id": feedback_id, **act.part, "base_feedback_id": base}
    if act.reject:
        body["on_conflict"] = "reject"
    key: StaticKey = KEYS[act.who]
    if act.batch:
        (result,) = talk.post("/feedback/batch", {"items": [body]}, key=key).json()["results"]
        status, row = result["status"], result["feedback"]
    else:
        response = talk.post("/feedback", body, key=key)
        status, row = response.status_code, response.json().get("feedback", response.json())
    if model.conflicts(act, call_id, base):
        assert status == 409
        assert row == model.effective(call_id)
    else:
        assert status == 200
        assert (row["id"], row["reviewer"]) == (feedback_id, act.who)
        model.rows.append(row)


def _check_filters(talk: Talk, model: Model, ids: list[str]) -> None:
    shown = {call_id: model.effective(call_id) or {} for call_id in ids}
    for rating in ("thumbs_up", "thumbs_down"):
        found = {item["id"] for item in talk.get(f"/calls?rating={rating}").json()["data"]}
        assert found == {call_id for call_id in ids if shown[call_id].get("rating") == rating}
    for tag in ("t", "u"):
        tagged = {item["id"] for item in talk.get(f"/calls?tag={tag}").json()["data"]}
        assert tagged == {call_id for call_id in ids if tag in model.tags(call_id)}
    corrected = {item["id"] for item in talk.get("/calls?corrected=true").json()["data"]}
    assert corrected == {call_id for call_id in ids if model.correction(call_id) is not None}
    for who, key in KEYS.items():
        listed = talk.get("/calls", key=key).json()["data"]
        changed = [change["call"] for change in talk.get("/calls/changes", key=key).json()["data"]]
        for call in (*listed, *changed, *(talk.get(f"/calls/{call_id}", key=key).json() for call_id in ids)):
            assert call["correction"] == model.correction(call["id"])
            assert call["mine"] == model.mine(call["id"], who)


def test_a_rating_hides_no_correction_of_another_reviewer(five: Talk) -> None:
    call_id = five.call_ids()[0]

    def standing() -> Any:
        return five.get(f"/calls/{call_id}").json()["correction"]

    theirs = five.post("/feedback", {"call_id": call_id, "correction": "better"}, key=BOB).json()
    five.post("/feedback", {"call_id": call_id, "rating": "thumbs_down"})
    assert standing() == theirs
    mine = five.post("/feedback", {"call_id": call_id, "correction": "best"}).json()
    assert standing() == mine
    five.post("/feedback", {"call_id": call_id, "rating": "thumbs_up"})
    assert standing() == theirs, "a newer row of its author without a correction replaces it"
    five.post("/feedback", {"call_id": call_id, "clears": True}, key=BOB)
    assert standing() is None
    assert five.get("/calls?corrected=true").json()["data"] == []


def test_a_tag_or_a_note_unrates_no_call_that_somebody_else_rated(five: Talk) -> None:
    call_id = five.call_ids()[0]

    def shown() -> Any:
        return five.get(f"/calls/{call_id}").json()["feedback"]

    def found(filters: str) -> bool:
        return [item["id"] for item in five.get(f"/calls?{filters}").json()["data"]] == [call_id]

    described = five.post("/feedback", {"call_id": call_id, "tags": ["tone:flat"]}).json()
    assert shown() == described, "nobody judged it yet"
    rated = five.post("/feedback", {"call_id": call_id, "rating": "thumbs_up", "tags": ["a"]}, key=BOB).json()
    five.post(
        "/feedback", {"call_id": call_id, "tags": ["tone:rude", "review:note"], "comment": "see the date"}
    )
    assert shown() == rated
    assert found("rating=thumbs_up")
    assert found("tag=tone:rude&tag=a"), "what only describes is added to what the judgement says"
    assert not found("tag=tone:flat")
    unsure = five.post("/feedback", {"call_id": call_id, "tags": ["review:unsure"]}).json()
    assert shown() == unsure, "who cannot tell has judged"
    assert found("rating=none&tag=review:unsure")
    five.post("/feedback", {"call_id": call_id, "tags": ["tone:rude"]})
    assert shown() == rated
    five.post("/feedback", {"call_id": call_id, "clears": True}, key=BOB)
    assert shown()["tags"] == ["tone:rude"]
