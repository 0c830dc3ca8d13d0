"""A POST that is sent twice is done once."""

from typing import Any

import pytest
import sqlalchemy as sa

from atlas_desktop.server.storage.idempotency import MOST_FORGOTTEN
from atlas_desktop.server.storage.tables import idempotency
from tests.server.talk import ALICE, BOB, NARROW, OTHER, HandClock, Talk, call_line, error_of

DAY = 24 * 3600


def keyed(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


def posts(talk: Talk) -> list[tuple[str, Any]]:
    """Every POST of this issue with a JSON body, each doing something once."""
    call_id = talk.call_ids()[3]
    return [
        ("/feedback", {"call_id": call_id, "rating": "thumbs_up"}),
        ("/feedback/batch", {"items": [{"call_id": call_id, "rating": "thumbs_down"}]}),
        ("/operations", {"key": "made"}),
        ("/feedback", {"call_id": "chatcmpl-none", "rating": "thumbs_up"}),
        ("/operations", {"key": "made", "name": "again"}),
    ]


@pytest.mark.parametrize("number", range(5))
def test_the_first_answer_is_given_again(five: Talk, number: int) -> None:
    for target, body in posts(five)[: number if number == 4 else 0]:
        five.post(target, body)
    target, body = posts(five)[number]
    first = five.post(target, body, headers=keyed("k"))
    state = five.changes(), five.get("/operations").json()
    again = five.post(target, body, headers=keyed("k"))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert (five.changes(), five.get("/operations").json()) == state


def test_another_body_or_path_is_a_conflict(five: Talk) -> None:
    target, body = posts(five)[0]
    five.post(target, body, headers=keyed("k"))
    other = five.post(target, {**body, "rating": "thumbs_down"}, headers=keyed("k"))
    elsewhere = five.post("/operations", {"key": "made"}, headers=keyed("k"))
    for response in (other, elsewhere):
        assert error_of(response) == (409, "conflict_error", "idempotency_conflict")
    assert five.get("/operations/made").status_code == 404


def test_an_import_is_replayed_too(talk: Talk) -> None:
    rows: list[Any] = [call_line(1), b"not json"]
    first = talk.lines(rows, headers=keyed("k"))
    assert first["imported"] == 1
    assert talk.lines(rows, headers=keyed("k")) == first
    assert talk.lines(rows)["duplicates"] == 1
    body = b'{"source_id":"other"}\n'
    media = {"content-type": "application/x-ndjson", **keyed("k")}
    assert talk("POST", "/calls/import", content=body, headers=media).status_code == 409


def test_keys_are_kept_apart_by_organization_and_customer(five: Talk) -> None:
    bodies = {key: {"key": f"made-{number}"} for number, key in enumerate((ALICE, OTHER))}
    answers = [five.post("/operations", body, key=key, headers=keyed("k")) for key, body in bodies.items()]
    assert [answer.status_code for answer in answers] == [200, 200]
    call_id = five.call_ids()[3]
    rating = {"call_id": call_id, "rating": "thumbs_up"}
    narrow = five.post("/feedback", rating, key=NARROW, headers=keyed("k"))
    assert (narrow.status_code, "idempotent-replayed" in narrow.headers) == (200, False)
    same_scope = five.post("/operations", bodies[ALICE], key=BOB, headers=keyed("k"))
    assert same_scope.headers["idempotent-replayed"] == "true"


def test_a_refused_request_can_be_mended_under_its_key(five: Talk) -> None:
    """What never reached the work leaves no trace: 400, 401, 415 and 422 of the body are not kept."""
    target, body = posts(five)[0]
    bodies: list[Any] = [{**body, "rating": "sideways"}, {"items": []}]
    for broken in bodies:
        assert five.post(target, broken, headers=keyed("k")).status_code == 422
    assert five.post(target, body, key=None, headers=keyed("k")).status_code == 401
    assert five.post(target, body, headers=keyed("k")).status_code == 200


def test_a_late_copy_of_a_refused_act_is_not_applied(five: Talk) -> None:
    """Its sender was told that it was not taken (invariant I3)."""
    late = {"call_id": "", "rating": "thumbs_up"}
    rows = [call_line(77)]
    made = five.lines(rows) and five.call_ids()[-1]
    other_id = made[:-1] + ("0" if made[-1] != "0" else "1")
    late["call_id"] = other_id
    first = five.post("/feedback", late, headers=keyed("k"))
    assert first.status_code == 404
    again = five.post("/feedback", late, headers=keyed("k"))
    assert (again.status_code, again.headers["idempotent-replayed"]) == (404, "true")


def test_keys_are_forgotten_after_seven_days(five: Talk) -> None:
    clock = five.config.clock
    assert isinstance(clock, HandClock)
    body = {"call_id": five.call_ids()[0], "rating": "thumbs_up"}
    first = five.post("/feedback", body, headers=keyed("k")).json()
    clock.seconds = 7 * DAY - 1
    assert five.post("/feedback", body, headers=keyed("k")).json() == first
    clock.seconds = 7 * DAY + 1
    later = five.post("/feedback", body, headers=keyed("k"))
    assert "idempotent-replayed" not in later.headers
    assert later.json()["id"] != first["id"]


def test_what_is_expired_goes_a_bounded_number_a_write(five: Talk) -> None:
    clock = five.config.clock
    assert isinstance(clock, HandClock)
    body = {"call_id": five.call_ids()[0], "rating": "thumbs_up"}
    for number in range(2 * MOST_FORGOTTEN + 5):
        five.post("/feedback", body, headers=keyed(f"k{number}"))
    clock.seconds = 7 * DAY + 1
    left = []
    # The first comes with the newest of the expired keys: it is not in its own way.
    for key in (f"k{2 * MOST_FORGOTTEN + 4}", "a", "b"):
        assert five.post("/feedback", body, headers=keyed(key)).status_code == 200
        left.append(rows(five))
    assert left == [MOST_FORGOTTEN + 5, 6, 3]


def rows(talk: Talk) -> int:
    # Through the server: another SQLite in this process would take its locks away.
    atlas = talk.app.state.atlas
    scope = atlas.storage.registry._static[0].scope
    kept = sa.select(sa.func.count().label("kept")).select_from(idempotency)
    return int(talk.runner.run(atlas.storage.read(scope, lambda tenant: tenant.one(kept))).kept)


@pytest.mark.parametrize("key", ["", "x" * 256, "\t", b"\xc3\xa9"])
def test_a_key_that_is_none_is_refused(five: Talk, key: Any) -> None:
    target, body = posts(five)[0]
    assert five.post(target, body, headers={"idempotency-key": key}).status_code == 400
    assert five.get("/feedback").json()["data"] == []
