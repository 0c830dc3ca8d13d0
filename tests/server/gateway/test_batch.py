"""Tier batch through a real server: taken at once, answered later, recorded once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.gateway.estate import NEW, OLD, OPERATION, Estate, estate
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.talk import ALICE, BOB, NARROW, OTHER, error_of


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Estate]:
    async with estate(tmp_path) as found:
        await found.define()
        yield found


async def done(here: Estate, call_id: str) -> Any:
    """The answer, once it is no longer 202."""

    async def look() -> Any:
        response = await here.get(f"/chat/completions/{call_id}")
        return None if response.status_code == 202 else response

    return await here.soon(look)


async def test_it_is_taken_at_once_and_answered_later(here: Estate) -> None:
    hold = asyncio.Event()
    here.stub.plans["old"] = Plan(words=("good ", "night"), hold=hold)
    taken = await here.ask("sleep well", tier="batch")
    assert taken.status_code == 202
    body = taken.json()
    assert (body["object"], body["choices"], body["model"]) == ("chat.completion", [], "atlas-1")
    waiting = await here.get(f"/chat/completions/{body['id']}")
    assert (waiting.status_code, waiting.json()) == (202, body)
    assert await here.calls() == [], "nothing is recorded, nor billed, before it is answered"
    hold.set()
    answer = (await done(here, body["id"])).json()
    assert answer["id"] == body["id"]
    assert answer["created"] == body["created"]
    assert answer["model"] == OLD
    assert answer["choices"][0]["message"]["content"] == "good night"
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"]["completion_tokens"] > 0
    assert answer["delivery"]["tier"] == "batch"
    assert "route" not in answer["delivery"]
    (call,) = await here.calls()
    assert (call["id"], call["operation_id"], call["delivery"]["tier"]) == (body["id"], OPERATION, "batch")
    usage = (await here.get("/usage?group_by=tier")).json()["data"]
    assert [(row["group"], row["calls"]) for row in usage] == [("batch", 1)]


async def test_its_scores_come_as_for_any_live_call(here: Estate) -> None:
    here.stub.default = Plan(words=("bad",))
    body = (await here.ask(tier="batch")).json()
    await done(here, body["id"])

    async def refunded() -> Any:
        (call,) = await here.calls()
        return call if call["scores"] else None

    call = await here.soon(refunded)
    assert (call["passed"], call["metered"]) == (False, False)


async def test_any_recorded_completion_can_be_fetched(here: Estate) -> None:
    plain = (await here.ask("one")).json()
    fetched = (await here.get(f"/chat/completions/{plain['id']}")).json()
    for name in ("id", "object", "created", "model", "usage", "delivery"):
        assert fetched[name] == plain[name], name
    assert fetched["choices"][0]["message"] == plain["choices"][0]["message"]


async def test_it_is_seen_by_its_own_only(here: Estate) -> None:
    hold = asyncio.Event()
    here.stub.plans["old"] = Plan(hold=hold)
    ours = (await here.ask(tier="batch")).json()["id"]
    theirs = (await here.ask(tier="batch", key=NARROW)).json()["id"]
    for call_id, key, status in (
        (ours, BOB, 202),
        (ours, NARROW, 404),
        (ours, OTHER, 404),
        (theirs, NARROW, 202),
        (theirs, BOB, 202),
        (theirs, OTHER, 404),
        ("chatcmpl-none", BOB, 404),
    ):
        assert (await here.get(f"/chat/completions/{call_id}", key)).status_code == status
    hold.set()
    await done(here, ours)
    await done(here, theirs)
    for call_id, key, status in ((ours, NARROW, 404), (ours, OTHER, 404), (theirs, NARROW, 200)):
        assert (await here.get(f"/chat/completions/{call_id}", key)).status_code == status


async def test_a_stream_is_refused_and_so_is_what_nobody_could_ever_answer(here: Estate) -> None:
    assert error_of(await here.ask(tier="batch", stream=True))[::2] == (422, "batch_not_streamed")
    assert error_of(await here.ask(tier="batch", n=2))[::2] == (422, "batch_one_choice")
    assert (await here.ask(tier="batch", model="lab/none")).status_code == 404
    assert await here.calls() == []


async def test_a_repetition_is_the_same_job(here: Estate) -> None:
    body = {
        "model": "atlas-1",
        "tier": "batch",
        "messages": [{"role": "user", "content": "once"}],
    }
    key = {"idempotency-key": "k"}
    first = await here.post("/chat/completions", body, ALICE, **key)
    second = await here.post("/chat/completions", body, ALICE, **key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    await done(here, first.json()["id"])
    assert len(await here.calls()) == 1
    assert here.asked(OLD) == 1


async def test_a_provider_that_fails_is_asked_again(here: Estate) -> None:
    here.stub.plans["old"] = Plan(status=500)
    here.stub.plans["new"] = here.stub.plans["newer"] = Plan(status=500)
    call_id = (await here.ask(tier="batch")).json()["id"]

    async def failed_once() -> bool | None:
        return True if here.stub.requests else None

    await here.soon(failed_once)
    assert (await here.get(f"/chat/completions/{call_id}")).status_code == 202
    here.stub.plans.clear()
    here.clock.ahead += 60
    answer = await done(here, call_id)
    assert answer.status_code == 200
    assert len(await here.calls()) == 1


async def test_after_a_day_of_failures_it_says_so(here: Estate) -> None:
    for model in ("old", "new", "newer"):
        here.stub.plans[model] = Plan(status=500)
    call_id = (await here.ask(tier="batch")).json()["id"]
    here.clock.ahead += 25 * 3600
    answer = await done(here, call_id)
    assert error_of(answer) == (502, "upstream_error", "provider_failed")
    (call,) = await here.calls()
    assert call["response"]["finish_reason"] == "error"


async def test_a_request_that_a_provider_refuses_is_not_asked_again(here: Estate) -> None:
    here.stub.plans["old"] = Plan(status=400, error={"error": {"code": "context_length_exceeded"}})
    call_id = (await here.ask(tier="batch")).json()["id"]
    answer = await done(here, call_id)
    assert error_of(answer) == (400, "invalid_request_error", "context_length_exceeded")
    assert here.asked(OLD) == 1


async def test_after_a_restart_it_goes_on(tmp_path: Path) -> None:
    async with StubProvider() as stub:
        stub.plans["old"] = Plan(words=("good",), hold=asyncio.Event())
        async with estate(tmp_path, stub) as here:
            ids = [(await here.ask(f"n {number}", tier="batch")).json()["id"] for number in range(12)]

            async def begun() -> bool | None:
                return True if here.asked(OLD) >= 8 else None

            await here.soon(begun)
        stub.plans.clear()
        async with estate(tmp_path, stub) as here:
            for call_id in ids:
                assert (await done(here, call_id)).status_code == 200
            assert sorted(call["id"] for call in await here.calls()) == sorted(ids)


async def test_two_servers_on_one_database_answer_each_once(tmp_path: Path) -> None:
    async with StubProvider() as stub, estate(tmp_path, stub) as here, estate(tmp_path, stub) as other:
        ids = [(await here.ask(f"n {number}", tier="batch")).json()["id"] for number in range(10)]
        ids += [(await other.ask(f"m {number}", tier="batch")).json()["id"] for number in range(10)]
        for call_id in ids:
            assert (await done(other, call_id)).status_code == 200
        assert sorted(call["id"] for call in await here.calls()) == sorted(ids)
        assert here.asked(OLD) == len(ids), "none was asked twice"


async def test_a_release_takes_batches_too(here: Estate) -> None:
    await here.good("/operations", {"key": "free"})
    made = (await here.good("/releases", {"operation_id": "free", "model": NEW, "percent": 100}))["id"]
    await here.good(f"/releases/{made}/advance", {"acknowledge_no_gates": True})
    call_id = (await here.ask(tier="batch", metadata={"operation_id": "free"})).json()["id"]
    assert (await done(here, call_id)).json()["model"] == NEW
