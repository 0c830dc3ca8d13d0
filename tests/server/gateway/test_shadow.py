"""Shadow traffic through a real server: it never answers, is never billed, and never queues."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atlas_desktop.server.gateway import shadowing
from atlas_desktop.server.gateway.shadowing import OF_ONE
from atlas_desktop.server.storage.release_results import (
    Facts,
    add,
    newest,
    shadow_judged,
    waiting,
    waiting_document,
)
from atlas_desktop.server.storage.scope import Tenant
from tests.server.gateway.estate import GOOD, NEW, OLD, Estate, counted, estate, judged, seen, shadowed
from tests.server.gateway.stub_provider import Plan


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Estate]:
    async with estate(tmp_path) as found:
        await found.define()
        yield found


async def test_a_shadow_never_answers_and_nobody_pays_for_it(here: Estate) -> None:
    made = await here.release()
    before = (await here.get("/usage?group_by=model")).json()
    for number in range(6):
        answer = (await here.ask(f"question {number}")).json()
        await here.until(made, counted(number + 1))
        assert answer["model"] == OLD
        assert answer["choices"][0]["message"]["content"] == "good answer"
    release = await here.until(made, judged(6))
    assert here.asked(NEW) == 6
    found = seen(release, "shadow")
    assert (found["calls"], found["waiting"], found["failures"]) == (6, 0, {})
    assert found["cost_usd"] > 0
    assert found["latency_ms"] > 0
    gate = release["standing"]["gates"][0]
    assert (gate["evaluator_id"], gate["mean"], gate["samples"], gate["met"]) == ("ev_good", 1.0, 6, True)
    calls = await here.calls()
    assert len(calls) == 6
    paid = sum(call["delivery"]["cost_usd"] for call in calls)
    usage = (await here.get("/usage?group_by=model")).json()
    assert [row["group"] for row in usage["data"]] == ["atlas-1"], before
    assert usage["data"][0]["calls"] == 6
    assert float(usage["data"][0]["gross_usd"]) == pytest.approx(paid)
    rates = (await here.get("/analytics/pass-rate?group_by=provider")).json()
    assert sum(point["evaluated"] for series in rates["data"] for point in [series]) <= 6


async def test_streams_are_duplicated_too_and_only_a_share_where_asked(here: Estate) -> None:
    made = await here.release(shadow_percent=30)
    for number in range(24):
        answered = await here.ask(f"question {number}", stream=True)
        assert b"[DONE]" in answered.content
        await here.until(made, lambda release: seen(release, "shadow")["waiting"] == 0)
    shadows = here.asked(NEW)
    assert 1 <= shadows <= 16
    assert all(not asked.body.get("stream") for asked in here.stub.asked_for("new"))


async def test_large_requests_are_not_held_without_end(here: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadowing, "MOST_BYTES", 5 * 1024 * 1024)
    hold = asyncio.Event()
    here.stub.plans["new"] = Plan(words=GOOD.words, hold=hold)
    made = await here.release()
    large = "x" * (2 * 1024 * 1024)
    for _ in range(4):
        assert (await here.ask(large)).status_code == 200
    hold.set()
    release = await here.until(made, judged(2))
    found = seen(release, "shadow")
    assert (found["calls"], found["dropped"]) == (2, 2), found


async def test_what_was_not_scored_before_the_end_is_after_it(tmp_path: Path) -> None:
    async with estate(tmp_path) as here:
        await here.define()
        made = await here.release()
        document = waiting_document([{"role": "user", "content": "hello"}], "a good answer", None)
        facts = Facts("chatcmpl-left", "default", None, 5.0, 41, 10, 3, document)
        (scope,) = [
            each for each in here.atlas.storage.registry.organizations() if each.organization == "north"
        ]
        await here.atlas.storage.write(scope, lambda tenant: add(tenant, 1, "shadow", facts))
        assert seen(await here.standing(made), "shadow")["waiting"] == 1
    async with estate(tmp_path) as here:
        release = await here.until(made, judged(1))
        assert seen(release, "shadow")["waiting"] == 0
        kept = await here.atlas.storage.read(scope, lambda tenant: newest(tenant, 1, "shadow", 10))
        assert [result.scores for result in kept] == [{"ev_good": (1, 1.0)}]
        left = await here.atlas.storage.read(scope, lambda tenant: waiting(tenant, 10))
        assert left == [], "nor is what was said kept any longer"


async def test_as_many_scores_count_as_it_needs(here: Estate) -> None:
    made = await here.release(min_samples=600)
    (scope,) = [each for each in here.atlas.storage.registry.organizations() if each.organization == "north"]

    def many(tenant: Tenant) -> None:
        for number in range(600):
            seq = add(tenant, 1, "shadow", Facts(f"chatcmpl-{number}", "default", None, 5.0, 41, 10, 3))
            assert seq is not None
            shadow_judged(tenant, seq, {"ev_good": (1, 1.0)})

    await here.atlas.storage.write(scope, many)
    release = await here.standing(made)
    assert release["standing"]["gates"][0]["samples"] == 600
    assert release["standing"]["may_advance"]


async def test_what_does_not_fit_is_dropped_and_said(here: Estate) -> None:
    hold = asyncio.Event()
    here.stub.plans["new"] = Plan(words=GOOD.words, hold=hold)
    made = await here.release()
    for number in range(12):
        assert (await here.ask(f"question {number}")).status_code == 200

    async def as_many_as_fit() -> bool | None:
        return True if here.asked(NEW) == OF_ONE else None

    await here.soon(as_many_as_fit)
    hold.set()
    release = await here.until(made, judged(OF_ONE))
    assert here.asked(NEW) == OF_ONE
    assert seen(release, "shadow")["dropped"] == 12 - OF_ONE


async def test_in_the_shadow_it_is_since_the_other_model_took_it(here: Estate) -> None:
    here.stub.plans["new"] = Plan(status=400)
    made = await here.release()
    await shadowed(here, made, 24)
    gone = await here.until(made, lambda release: release["stage"] == "rolled_back")
    assert gone["steps"][-1]["automatic"]
    assert (await here.ask("still here")).status_code == 200
