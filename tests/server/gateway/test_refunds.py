"""Refunds over HTTP: listed, confirmed, overturned by a reviewer; the bill says the same as the ledger."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_desktop.contract.refunds import RefundRow
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.config import StaticKey
from atlas_desktop.store.records import ReadCall, read_record, unpack
from tests.server.gateway.recording import PII, answered, asked, gate, name_of, run, standing
from tests.server.loop import wanted
from tests.server.talk import ALICE, BOB, NARROW, OTHER, Talk, error_of, talking


def define(talk: Talk, key: StaticKey = ALICE) -> None:
    wanted(talk.post("/evaluators", {"id": "ev_pii", "kind": "regex", "config": PII}, key=key))
    gates = [{"evaluator_id": "ev_pii", "min_score": 1.0}]
    wanted(talk.post("/operations", {"key": "extract", "ship_gates": gates}, key=key))


def record(talk: Talk, number: int, text: str, key: StaticKey = ALICE, **more: Any) -> str:
    """A live call, recorded and scored."""
    atlas: Atlas = talk.app.state.atlas
    scope = atlas.storage.registry.remembered(key.key)
    assert scope is not None
    ending = more.pop("ending", {})
    call = asked(scope, number, **({"standing": standing(gate())} | more))
    atlas.gateway.recorder.begin(call)
    atlas.gateway.recorder.done(call, answered(call, text, **ending))
    run(atlas.gateway.scoring.settle(scope))
    return call.id


@pytest.fixture
def refunded(talk: Talk) -> Talk:
    """Three refunds (the last of the narrowed key's customer) and a call that passed."""
    define(talk)
    for number in (1, 2):
        record(talk, number, "my ssn")
    record(talk, 3, "my ssn", customer="north/prod")
    record(talk, 4, "fine")
    return talk


def listed(talk: Talk, query: str = "", key: StaticKey = ALICE) -> list[str]:
    page = wanted(talk.get(f"/refunds{query}", key=key))
    return [RefundRow.model_validate(each).call_id for each in page["data"]]


def test_refunds_are_listed_newest_first_and_by_what_is_asked(refunded: Talk) -> None:
    assert listed(refunded) == [name_of(3), name_of(2), name_of(1)]
    assert listed(refunded, "?customer=north/prod") == [name_of(3)]
    assert listed(refunded, "?operation_id=extract&state=open") == [name_of(3), name_of(2), name_of(1)]
    assert listed(refunded, "?operation_id=other") == []
    assert listed(refunded, "?state=confirmed") == []
    first = wanted(refunded.get("/refunds?limit=2"))
    assert first["has_more"]
    rest = listed(refunded, f"?limit=2&cursor={first['next_cursor']}")
    assert [each["call_id"] for each in first["data"]] + rest == [name_of(3), name_of(2), name_of(1)]
    assert refunded.get("/refunds?state=maybe").status_code == 422


def test_overturned_it_is_metered_once_and_for_good_and_says_by_whom(refunded: Talk) -> None:
    path = f"/refunds/{name_of(1)}/overturn"
    row = RefundRow.model_validate(wanted(refunded.post(path, {"reason": "a street number"}, key=BOB)))
    assert (row.state, row.reviewer, row.note, row.metered) == ("overturned", "bob", "a street number", True)
    assert row.decided_at is not None
    call = wanted(refunded.get(f"/calls/{name_of(1)}"))
    assert (call["metered"], call["refund"]["state"]) == (True, "overturned")
    assert wanted(refunded.post(path, {"reason": "a street number"}, key=BOB))["state"] == "overturned"
    assert error_of(refunded.post(path, {"reason": "again"}, key=BOB)) == (
        409,
        "conflict_error",
        "refund_overturned",
    )
    confirm = refunded.post(f"/refunds/{name_of(1)}/confirm", {})
    assert error_of(confirm) == (409, "conflict_error", "refund_overturned")
    (used,) = wanted(refunded.get("/usage?group_by=operation"))["data"]
    assert (used["calls"], used["refunded_calls"]) == (4, 2)
    assert round(used["net_usd"] * 1e9) == 82


def test_confirmed_it_stays_unmetered_and_may_still_be_overturned(refunded: Talk) -> None:
    row = wanted(refunded.post(f"/refunds/{name_of(2)}/confirm"))
    assert (row["state"], row["reviewer"], row["note"], row["metered"]) == ("confirmed", "alice", None, False)
    assert wanted(refunded.get(f"/calls/{name_of(2)}"))["metered"] is False
    other = refunded.post(f"/refunds/{name_of(2)}/confirm", {"reason": "indeed"}, key=BOB)
    assert error_of(other) == (409, "conflict_error", "refund_confirmed")
    assert (
        wanted(refunded.post(f"/refunds/{name_of(2)}/overturn", {"reason": "after all"}))["metered"] is True
    )


def test_a_decision_reaches_whoever_follows_the_changes(refunded: Talk) -> None:
    after = refunded.get("/calls/changes?limit=1000").json()["next_after"]
    refunded.post(f"/refunds/{name_of(1)}/overturn", {"reason": "wrong"})
    (change,) = refunded.changes(after=after)
    assert (change["call"]["id"], change["call"]["metered"]) == (name_of(1), True)
    assert change["call"]["refund"]["note"] == "wrong"


def test_the_local_store_takes_in_what_was_refunded_and_why(refunded: Talk) -> None:
    records = [read_record(change) for change in refunded.changes()]
    assert all(isinstance(record, ReadCall) for record in records)
    taken = {record.id: record for record in records if isinstance(record, ReadCall)}
    assert [taken[name_of(number)].kind.metered for number in (1, 4)] == [False, True]
    assert [taken[name_of(number)].passed for number in (1, 4)] == [False, True]
    kept = taken[name_of(1)]
    assert unpack(kept.packed, kept.body)["refund"]["min_score"] == 1.0


def test_a_reason_is_needed_to_overturn(refunded: Talk) -> None:
    for body in ({}, {"reason": ""}, {"reason": None}):
        assert refunded.post(f"/refunds/{name_of(1)}/overturn", body).status_code == 422
    assert wanted(refunded.get(f"/calls/{name_of(1)}"))["metered"] is False


def test_the_reviewed_party_sees_its_refunds_and_decides_none(refunded: Talk) -> None:
    assert listed(refunded, key=NARROW) == [name_of(3)]
    for act in ("confirm", "overturn"):
        answer = refunded.post(f"/refunds/{name_of(3)}/{act}", {"reason": "me"}, key=NARROW)
        assert error_of(answer) == (403, "permission_error", "organization_key_required")


def test_another_organization_finds_nothing(refunded: Talk) -> None:
    assert listed(refunded, key=OTHER) == []
    for act in ("confirm", "overturn"):
        theirs = refunded.post(f"/refunds/{name_of(1)}/{act}", {"reason": "me"}, key=OTHER)
        nobodys = refunded.post(f"/refunds/{name_of(999)}/{act}", {"reason": "me"}, key=OTHER)
        assert (theirs.status_code, theirs.json()) == (404, nobodys.json())


def test_a_call_that_was_not_refunded_has_nothing_to_decide(refunded: Talk) -> None:
    assert refunded.post(f"/refunds/{name_of(4)}/confirm").status_code == 404


def test_decisions_are_in_the_audit_trail(refunded: Talk) -> None:
    refunded.post(f"/refunds/{name_of(1)}/overturn", {"reason": "wrong"}, key=BOB)
    (row,) = rows(refunded, "SELECT actor, act, subject, document FROM audit WHERE act LIKE 'refund_%'")
    assert (row.actor, row.act, row.subject) == ("bob", "refund_overturned", name_of(1))
    assert b"wrong" in row.document


def rows(talk: Talk, sql: str) -> list[Any]:
    atlas: Atlas = talk.app.state.atlas
    scope = atlas.storage.registry.remembered(ALICE.key)
    assert scope is not None
    return run(atlas.storage.read(scope, lambda tenant: list(tenant.all(sa.text(sql)))))


CALLS = st.lists(
    st.tuples(
        st.sampled_from(("fine", "my ssn")),
        st.integers(0, 10**12),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.sampled_from(("default", "north/prod", "west")),
        st.sampled_from(("stop", "cancelled")),
        st.sampled_from((None, "confirm", "overturn")),
    ),
    max_size=12,
)


@given(calls=CALLS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_bill_says_what_the_ledger_says(
    tmp_path_factory: pytest.TempPathFactory, template: Path, calls: list[Any]
) -> None:
    with talking(tmp_path_factory.mktemp("bill") / "a.db", template) as talk:
        define(talk)
        for number, (text, nano, asked_tokens, answered_tokens, customer, ended, decided) in enumerate(calls):
            usage = {"prompt_tokens": asked_tokens, "completion_tokens": answered_tokens}
            ending = {"cost_usd": nano / 1e9, "usage": usage, "finish_reason": ended}
            call_id = record(talk, number, text, customer=customer, ending=ending)
            if decided is not None:
                talk.post(f"/refunds/{call_id}/{decided}", {"reason": "seen"})
        ledger: defaultdict[str, int] = defaultdict(int)
        gross: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in rows(talk, "SELECT * FROM usage_event"):
            ledger[row.customer] += row.nano
            if row.kind == "call":
                for at, value in enumerate((row.nano, row.prompt_tokens, row.completion_tokens)):
                    gross[row.customer][at] += value
        billed = wanted(talk.get("/usage?group_by=customer"))["data"]
        assert {each["group"]: round(each["net_usd"] * 1e9) for each in billed} == dict(ledger)
        assert {
            each["group"]: [round(each["gross_usd"] * 1e9), each["prompt_tokens"], each["completion_tokens"]]
            for each in billed
        } == dict(gross)
