"""Releases through a real server: shadow, canary, prod, and the ways back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.gateway.estate import (
    BAD,
    CHEAP,
    NEW,
    NEWER,
    OLD,
    OPERATION,
    Estate,
    estate,
    judged,
    seen,
    shadowed,
    to_canary,
    to_prod,
)
from tests.server.gateway.stub_provider import Plan
from tests.server.talk import ALICE, NARROW, OTHER, error_of


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Estate]:
    async with estate(tmp_path) as found:
        await found.define()
        yield found


async def test_a_release_begins_in_the_shadow(here: Estate) -> None:
    made = await here.good("/releases", {"operation_id": OPERATION, "model": NEW})
    assert made["id"].startswith("rel_")
    assert (made["stage"], made["open"], made["percent"]) == ("shadow", True, 10)
    assert made["standing"]["why_not"] == ["gates_unmet", "pass_rate_unmet"]
    assert [step["act"] for step in made["steps"]] == ["started"]
    listed = (await here.get("/releases")).json()["data"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert listed[0]["standing"] is None


async def test_one_release_of_an_operation_is_open(here: Estate) -> None:
    first = await here.release()
    again = await here.post("/releases", {"operation_id": OPERATION, "model": NEWER})
    assert error_of(again) == (409, "conflict_error", "release_exists")
    assert again.json()["release_id"] == first
    await here.good(f"/releases/{first}/rollback", {"reason": "not now"})
    assert await here.release(NEWER) != first


async def test_what_cannot_be_released_is_refused(here: Estate) -> None:
    async def code(**asked: Any) -> tuple[int, str]:
        response = await here.post("/releases", {"operation_id": OPERATION, "model": NEW} | asked)
        status, _, said = error_of(response)
        return status, said

    assert await code(model="lab/none") == (422, "unknown_model")
    assert await code(model="atlas-1") == (422, "unknown_model")
    assert await code(provider="nobody") == (422, "unknown_provider")
    assert await code(quantization="q4") == (422, "unknown_quantization")
    assert await code(operation_id="nothing") == (422, "unknown_operation")
    assert await code(dataset_id="ds_none") == (404, "dataset_not_found")
    await here.ask(metadata={"operation_id": "seen"})
    assert await code(operation_id="seen") == (409, "operation_not_defined")
    draft = (await here.good("/datasets", {"operation_id": OPERATION, "name": "d"}))["id"]
    assert await code(dataset_id=draft) == (409, "dataset_not_golden")
    for percent in (0, 101, 1.5):
        assert (
            await here.post("/releases", {"operation_id": OPERATION, "model": NEW, "percent": percent})
        ).status_code == 422


async def test_releases_are_of_the_whole_organization_and_of_no_other(here: Estate) -> None:
    made = await here.release()
    for path in ("/releases", f"/releases/{made}"):
        assert error_of(await here.get(path, NARROW))[2] == "organization_key_required"
    for path in (f"/releases/{made}/advance", f"/releases/{made}/rollback"):
        assert error_of(await here.post(path, {}, NARROW))[2] == "organization_key_required"
        assert error_of(await here.post(path, {}, OTHER)) == (404, "not_found_error", "release_not_found")
    assert error_of(await here.get(f"/releases/{made}", OTHER))[0] == 404
    assert (await here.get("/releases", OTHER)).json()["data"] == []


async def test_it_advances_only_on_green_gates_with_enough_scores(here: Estate) -> None:
    made = await here.release(min_samples=8)
    await shadowed(here, made, 7)
    refused = await here.post(f"/releases/{made}/advance", {})
    assert refused.status_code == 400
    body = refused.json()
    assert body["error"] == "ship_gates_unmet"
    failed = body["failedGates"][0]
    assert (failed["evaluator_id"], failed["score"], failed["min_score"]) == ("ev_good", 1.0, 1.0)
    assert (failed["reason"], failed["samples"], failed["needed"]) == ("too_few_samples", 7, 8)
    await here.ask("one more")
    await here.until(made, judged(8))
    advanced = await here.good(f"/releases/{made}/advance")
    assert (advanced["stage"], advanced["percent"]) == ("canary", 10)
    assert advanced["steps"][-1]["details"]["gates"][0]["samples"] == 8
    assert advanced["standing"]["gates"][0]["samples"] == 0, "a stage counts its own scores only"


async def test_a_canary_is_sticky_and_grows(here: Estate) -> None:
    made = await to_canary(here, percent=30)
    users = [f"user {number}" for number in range(60)]

    async def taken() -> set[str]:
        sides = {}
        for user in users:
            answer = (await here.ask("the same", metadata={"user": user})).json()
            sides[user] = answer["model"]
        return {user for user, model in sides.items() if model == NEW}

    first = await taken()
    assert 8 <= len(first) <= 30
    assert await taken() == first
    await here.until(made, judged(len(first)))
    wider = await here.good(f"/releases/{made}/advance", {"percent": 70})
    assert (wider["stage"], wider["percent"], wider["steps"][-1]["act"]) == ("canary", 70, "widened")
    second = await taken()
    assert first < second
    shrunk = await here.post(f"/releases/{made}/advance", {"percent": 20})
    assert error_of(shrunk) == (409, "conflict_error", "percent_shrinks")


async def test_in_the_canary_a_call_says_what_answered_it(here: Estate) -> None:
    made = await to_canary(here, percent=100)
    answer = (await here.ask("who are you")).json()
    assert answer["model"] == NEW
    assert "release" not in answer["delivery"]
    call = next(call for call in await here.calls() if call["id"] == answer["id"])
    assert call["delivery"]["release"] == {"id": made, "stage": "canary"}
    pinned = await here.ask("who are you", model=OLD)
    assert pinned.json()["model"] == OLD, "a pin is a pin"
    other = await here.ask("who are you", metadata={"operation_id": "other"})
    assert other.json()["model"] == OLD


async def test_prod_is_in_force_until_it_is_rolled_back(here: Estate) -> None:
    made = await to_prod(here)
    assert (await here.ask("now")).json()["model"] == NEW
    again = await here.post(f"/releases/{made}/advance", {})
    assert error_of(again) == (409, "conflict_error", "release_not_open")
    back = await here.good(f"/releases/{made}/rollback", {"reason": "customers complain"})
    assert (back["stage"], back["steps"][-1]["reason"]) == ("rolled_back", "customers complain")
    assert (await here.ask("now")).json()["model"] == OLD
    assert error_of(await here.post(f"/releases/{made}/rollback", {}))[2] == "release_not_open"


async def test_what_was_rolled_back_is_not_chosen_for_its_good_scores(here: Estate) -> None:
    made = await to_canary(here, CHEAP, percent=100)
    for number in range(25):
        assert (await here.ask(f"canary {number}")).json()["model"] == CHEAP
    await here.until(made, judged(25))
    await here.good(f"/releases/{made}/rollback", {"reason": "its tone"})
    assert (await here.ask("now")).json()["model"] == OLD
    pinned = await here.ask("now", model=CHEAP)
    assert pinned.json()["model"] == CHEAP, "a pin is a pin"
    await here.release(CHEAP)
    assert (await here.ask("now")).json()["model"] == CHEAP, (
        "under a new release, its scores say what they say"
    )


async def test_a_newer_release_takes_the_place_of_the_old_and_gives_it_back(here: Estate) -> None:
    first = await to_prod(here)
    second = await to_prod(here, NEWER)
    assert (await here.standing(first))["stage"] == "superseded"
    assert (await here.ask("now")).json()["model"] == NEWER
    await here.good(f"/releases/{second}/rollback", {})
    restored = await here.standing(first)
    assert (restored["stage"], restored["steps"][-1]["act"]) == ("prod", "restored")
    assert (await here.ask("now")).json()["model"] == NEW


async def test_a_candidate_that_answers_badly_is_rolled_back_by_itself(here: Estate) -> None:
    made = await to_canary(here, percent=100)
    here.stub.plans["new"] = BAD
    for number in range(25):
        await here.ask(f"question {number}")
    gone = await here.until(made, lambda release: release["stage"] == "rolled_back")
    step = gone["steps"][-1]
    assert (step["actor"], step["automatic"], step["reason"]) == ("server", True, "pass_rate_below_gate")
    assert step["details"]["rate"]["judged"] >= 20

    async def back() -> bool | None:
        return True if (await here.ask("now")).json()["model"] == OLD else None

    # Traffic follows right after the commit, which may be seen first.
    await here.soon(back, seconds=2)
    audit = (await here.get(f"/operations/{OPERATION}/audit")).json()["data"]
    acts = [entry["act"] for entry in audit if entry["act"].startswith("release_")]
    assert acts == ["release_rolled_back", "release_advanced", "release_started"]


async def test_failures_upstream_count_against_the_candidate(here: Estate) -> None:
    made = await to_canary(here, percent=100)
    here.stub.plans["new"] = Plan(status=500)
    for number in range(25):
        await here.ask(f"question {number}")
    gone = await here.until(made, lambda release: release["stage"] == "rolled_back")
    assert seen(gone, "canary")["failures"]["provider_failed"] >= 20
    assert gone["standing"]["rate"]["failed"] >= 20


async def test_a_request_that_is_refused_is_not_the_canarys_fault(here: Estate) -> None:
    made = await to_canary(here, percent=100)
    here.stub.plans["new"] = Plan(status=400)
    for number in range(25):
        assert (await here.ask(f"question {number}")).status_code == 400
    found = await here.standing(made)
    assert (found["stage"], seen(found, "canary")["calls"]) == ("canary", 0)


async def test_an_operation_without_gates_wants_it_said(here: Estate) -> None:
    await here.good("/operations", {"key": "free"})
    made = (await here.good("/releases", {"operation_id": "free", "model": NEW}))["id"]
    refused = await here.post(f"/releases/{made}/advance", {})
    assert error_of(refused) == (409, "conflict_error", "no_ship_gates")
    done = await here.good(f"/releases/{made}/advance", {"acknowledge_no_gates": True})
    assert done["stage"] == "canary"
    assert done["steps"][-1]["details"]["acknowledged_no_gates"] is True


async def test_scores_by_an_evaluator_that_was_changed_do_not_count(here: Estate) -> None:
    made = await here.release()
    await shadowed(here, made, 5)
    changed = await here.client.patch(
        "/evaluators/ev_good",
        json={"config": {"pattern": "good answer"}},
        headers={"authorization": f"Bearer {ALICE.key}"},
    )
    assert changed.status_code == 200
    found = await here.standing(made)
    assert found["standing"]["gates"][0]["samples"] == 0
    assert (await here.post(f"/releases/{made}/advance", {})).status_code == 400


async def test_a_repetition_takes_one_step(here: Estate) -> None:
    made = await here.release()
    await shadowed(here, made, 5)
    path, key = f"/releases/{made}/advance", {"idempotency-key": "once"}
    first = await here.post(path, {}, ALICE, **key)
    second = await here.post(path, {}, ALICE, **key)
    assert first.json()["stage"] == second.json()["stage"] == "canary"
    assert second.headers["idempotent-replayed"] == "true"


async def test_two_who_advance_at_once_take_one_step(here: Estate) -> None:
    await here.good("/operations", {"key": "free"})
    made = (await here.good("/releases", {"operation_id": "free", "model": NEW}))["id"]
    body = {"acknowledge_no_gates": True, "from_stage": "shadow"}
    both = await asyncio.gather(*(here.post(f"/releases/{made}/advance", body) for _ in range(2)))
    assert sorted(each.status_code for each in both) == [200, 409]
    refused = next(each for each in both if each.status_code == 409)
    assert error_of(refused)[2] == "release_moved"
    assert (await here.standing(made))["stage"] == "canary"


async def test_a_candidate_below_the_tier_does_not_answer_it(tmp_path: Path) -> None:
    async with estate(tmp_path) as here:
        await here.define()
        made = await to_canary(here, percent=100)
        strict = await here.ask("now", tier="realtime", tier_strict=True)
        assert strict.status_code == 503, "q8 does not serve realtime, released or not"
        assert seen(await here.standing(made), "canary")["calls"] == 0


async def test_what_another_model_said_is_not_given_again(here: Estate) -> None:
    """Answers from the record are the model's that is in force, before, in between and after."""
    changed = await here.client.patch(
        f"/operations/{OPERATION}", json={"cache": True}, headers={"authorization": f"Bearer {ALICE.key}"}
    )
    assert changed.status_code == 200
    await here.ask("again")
    assert "cached_from" in (await here.ask("again")).json()["delivery"]
    made = await to_canary(here, percent=100)
    for _ in range(2):
        answer = (await here.ask("again")).json()
        assert answer["model"] == NEW
        assert "cached_from" not in answer["delivery"], "a canary answers itself"
    for number in range(5):
        await here.ask(f"canary {number}")
    await here.until(made, judged(5))
    await here.good(f"/releases/{made}/advance")
    assert "cached_from" not in (await here.ask("again")).json()["delivery"]
    repeated = (await here.ask("again")).json()
    assert "cached_from" in repeated["delivery"]
    assert repeated["model"] == NEW
    await here.good(f"/releases/{made}/rollback", {})
    answer = (await here.ask("again")).json()
    assert answer["model"] == OLD
    assert "cached_from" not in answer["delivery"]


async def test_after_a_restart_all_goes_on(tmp_path: Path) -> None:
    async with estate(tmp_path) as here:
        await here.define()
        made = await to_canary(here, percent=100)
    async with estate(tmp_path) as here:
        assert (await here.ask("now")).json()["model"] == NEW
        found = await here.until(made, judged(1))
        assert found["stage"] == "canary"
