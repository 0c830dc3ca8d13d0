"""What the engine does in each situation a server can put it in; real store, real server, virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from atlas_desktop.store import facts
from atlas_desktop.store.rows import OutboxState
from atlas_desktop.sync.push import Push
from atlas_desktop.sync.words import CANNOT_TELL, STALLED
from tests.faults.templates import Templates
from tests.sync.bench import Bench, play

Play = Callable[..., Bench]
NO_IDS = ("idempotency", "feedback.list", "feedback.batch")
PARKED: tuple[OutboxState, ...] = ("parked",)


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with closing(Templates()) as made:
        yield made


@pytest.fixture
def run(tmp_path: Path, templates: Templates) -> Play:
    def run(story: Callable[[Bench], Awaitable[None]], **how: Any) -> Bench:
        return play(story, tmp_path / "bench", templates, **how)

    return run


def test_decisions_arrive_and_the_status_says_so(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        await bench.decide(5)
        await bench.until(lambda: bench.applied == 5)
        await bench.until(lambda: bench.device.engine.status.pending == 0)
        status = bench.device.engine.status
        assert (status.needs_you, status.problem, status.limited, status.bugs) == (0, None, (), 0)
        assert status.synced_at_ms is not None

    assert len(run(story).posts) == 1


def test_without_ids_an_act_without_an_answer_is_never_sent_again(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        bench.network.befall("/feedback", "drop_response", "drop_request")
        await bench.decide(2)
        await bench.until(lambda: bench.device.engine.status.needs_you == 2)
        await asyncio.sleep(600)
        items = await bench.device.store.outbox.items(PARKED)
        assert [item.message for item in items] == [CANNOT_TELL] * 2

    bench = run(story, without=NO_IDS)
    assert len(bench.posts) == 2
    assert bench.applied == 1


def test_without_ids_the_server_is_asked_before_anything_is_sent_again(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        bench.network.befall("/feedback", "drop_response", "drop_request")
        await bench.decide(2)
        await bench.until(lambda: bench.applied == 2 and bench.device.engine.status.pending == 0, 300)

    bench = run(story, without=("idempotency", "feedback.batch"))
    assert len(bench.posts) == 3, "only the one that had not arrived is sent twice"
    assert bench.device.engine.status.needs_you == 0


def test_a_server_with_the_published_endpoints_only_gets_the_feedback(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        bench.server.without = ("calls", "calls.changes", *NO_IDS)
        bench.device.person_acts()
        await bench.decide(6)
        await bench.until(lambda: bench.applied == 6)
        await asyncio.sleep(60)
        assert bench.device.engine.status.link == "online"
        assert "calls" in bench.device.engine.status.limited

    assert not [sent for sent in run(story).network.log[-5:] if sent.path.endswith("/changes")]


def test_offline_by_hand_sends_nothing_until_it_is_over(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        bench.device.switch(offline=True)
        await bench.until_link("by_hand")
        before = len(bench.network.log)
        await bench.decide(3)
        await asyncio.sleep(3600)
        assert len(bench.network.log) == before
        assert bench.device.engine.status.pending == 3
        bench.device.switch(offline=False)
        await bench.until(lambda: bench.applied == 3, 5)

    run(story)


def test_a_revoked_key_is_used_once_and_what_was_decided_is_said_to_be_safe(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        bench.network.revoked.add(bench.device.authorization)
        await bench.decide(4)
        await bench.until_link("auth")
        sent = len(bench.network.log)
        bench.device.person_acts()
        await asyncio.sleep(3600)
        assert len(bench.network.log) == sent
        assert "4 ratings are safe on this computer" in (bench.device.engine.status.problem or "")
        bench.device.new_key()
        await bench.until(lambda: bench.applied == 4)

    run(story)


def test_a_late_refusal_of_the_old_key_does_not_shut_out_the_new_one(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        refuse = asyncio.Event()
        bench.network.serve = _refusing_late(bench.server.serve, bench.device.authorization, refuse)
        await bench.decide(4)
        await bench.until(lambda: len(bench.posts) == 1)
        bench.device.new_key()
        await asyncio.sleep(1)
        refuse.set()
        await bench.until(lambda: bench.applied == 4)
        assert bench.device.engine.status.link == "online"

    run(story)


def _refusing_late(serve: Any, old: str, refuse: asyncio.Event) -> Any:
    async def serves(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == old:
            await refuse.wait()
            error = {"type": "authentication_error", "message": "Unknown key", "code": "invalid_api_key"}
            return httpx.Response(401, json={"error": error})
        response: httpx.Response = await serve(request)
        return response

    return serves


@pytest.mark.parametrize("fault", ["redirect", "missing"])
def test_a_gate_waits_for_the_person(run: Play, fault: str) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        if fault == "redirect":
            bench.network.befall("/batch", "redirect")
        else:
            bench.network.serve = _without_batches(bench.network.serve)
        await bench.decide(2)
        await bench.until_link("redirect" if fault == "redirect" else "version")
        sent = len(bench.network.log)
        await asyncio.sleep(3600)
        assert len(bench.network.log) == sent
        bench.network.serve = bench.server.serve
        bench.device.person_acts()
        await bench.until(lambda: bench.applied == 2)

    run(story)


def _without_batches(serve: Any) -> Any:
    async def serves(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/batch"):
            return httpx.Response(404, html="<h1>Not Found</h1>")
        response: httpx.Response = await serve(request)
        return response

    return serves


def test_a_server_whose_sums_are_wrong_is_asked_again_from_zero_and_then_not_believed(run: Play) -> None:
    async def story(bench: Bench) -> None:
        bench.network.serve = _lying(bench.server.serve)
        await bench.until_link("lying")
        pulls = [sent for sent in bench.network.log if sent.path.endswith("/changes")]
        assert len(pulls) == 3
        await asyncio.sleep(3600)
        assert len([sent for sent in bench.network.log if sent.path.endswith("/changes")]) == 3
        bench.network.serve = bench.server.serve
        bench.device.person_acts()
        await bench.until_link("online")
        assert bench.device.engine.status.problem is None

    run(story)


def _lying(serve: Any) -> Any:
    async def serves(request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await serve(request)
        if request.url.path.endswith("/changes"):
            return httpx.Response(200, json={**orjson.loads(response.content), "digest": "0" * 16})
        return response

    return serves


def test_a_key_of_another_organization_is_not_used_for_these_calls(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        bench.device.switch(offline=True)
        await bench.decide(2)
        bench.network.serve = _foreign(bench.server.serve)
        bench.device.new_key()
        bench.device.switch(offline=False)
        await bench.until_link("auth")
        await asyncio.sleep(600)
        assert "another organization" in (bench.device.engine.status.problem or "")

    assert run(story).posts == []


def _foreign(serve: Any) -> Any:
    async def serves(request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await serve(request)
        if request.url.path.endswith("/capabilities"):
            return httpx.Response(200, json={**orjson.loads(response.content), "organization": "other"})
        return response

    return serves


def test_a_loop_that_stands_still_is_noticed_and_started_again(
    run: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, hung = Push.step, list[bool]()

    async def step(self: Push) -> bool:
        if not hung:
            hung.append(True)
            await asyncio.Event().wait()
        return await original(self)

    monkeypatch.setattr(Push, "step", step)

    async def story(bench: Bench) -> None:
        await bench.ready()
        await bench.decide(3)
        await asyncio.sleep(170)
        assert bench.device.engine.status.bugs == 0
        await bench.until(lambda: bench.applied == 3, 120)
        await asyncio.sleep(1)
        status = bench.device.engine.status
        assert (status.bugs, status.problem) == (1, STALLED)

    run(story)


def test_a_bug_in_one_loop_is_said_and_does_not_stop_the_work(
    run: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, raised = Push.step, list[bool]()

    async def step(self: Push) -> bool:
        if len(raised) < 2:
            raised.append(True)
            raise ZeroDivisionError
        return await original(self)

    monkeypatch.setattr(Push, "step", step)

    async def story(bench: Bench) -> None:
        await bench.ready()
        await bench.decide(3)
        await bench.until(lambda: bench.applied == 3)
        await asyncio.sleep(1)
        assert bench.device.engine.status.bugs == 2
        assert "ZeroDivisionError" in (bench.device.engine.status.problem or "")

    run(story)


def test_a_cursor_ahead_of_the_server_is_noticed_by_the_sums(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        write = bench.device.store.database.write
        await write(lambda writer: facts.write(writer, "cursor", 1_000_000))
        await bench.decide(3)
        await bench.until(lambda: bench.applied == 3)
        await asyncio.sleep(60)
        assert await bench.device.store.pull.cursor() == 11
        assert bench.device.engine.status.link == "online"

    run(story)


def test_what_counts_is_asked_at_once_when_the_server_took_mine_back(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        await bench.decide(1)
        await bench.until(lambda: bench.applied == 1 and bench.device.engine.status.pending == 0)
        bench.network.befall("/feedback/batch", "error_before", "error_before")
        await bench.decide(1, "clear")
        await bench.until(lambda: bench.applied == 2 and bench.device.engine.status.pending == 0)
        await asyncio.sleep(1)

    log = run(story).network.log
    answered_at = max(sent.answered_at for sent in log if sent.pushes and sent.answered_at is not None)
    asked_at = [sent.at for sent in log if not sent.pushes and sent.at >= answered_at]
    assert asked_at
    assert asked_at[0] - answered_at < 0.1, "not only at the next poll"


def test_the_time_of_the_last_pull_is_known_at_the_next_start(run: Play, tmp_path: Path) -> None:
    async def first(bench: Bench) -> None:
        await bench.ready()

    synced_at_ms = run(first).device.engine.status.synced_at_ms
    assert synced_at_ms is not None
    kept = (tmp_path / "bench" / "device0.db").read_bytes()

    async def later(bench: Bench) -> None:
        bench.device.engine.set_offline(True)
        await bench.until(lambda: bench.device.engine.status.link == "by_hand")
        status = bench.device.engine.status
        assert (status.synced_at_ms, status.caught_up) == (synced_at_ms, False)

    run(later, device=kept)


def test_a_server_without_a_changes_feed_leaves_the_time_too(run: Play) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        assert await bench.device.store.pull.synced_at_ms() == bench.device.engine.status.synced_at_ms

    run(story, without=("calls.changes",))
    run(story, without=("calls.changes", "calls"))
