"""Recording live calls: what the database holds of them, and what it does not lose."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from atlas_desktop.contract.calls import Call, CallFilters
from atlas_desktop.server.config import CommitHooks, ServerConfig, sqlite_url
from atlas_desktop.server.gateway import recorder as recording
from atlas_desktop.server.gateway.answer_cache import RecordedAnswers
from atlas_desktop.server.gateway.live_scoring import LiveScoring
from atlas_desktop.server.gateway.recorder import LiveRecorder
from atlas_desktop.server.gateway.spool import SpoolError, left_behind
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import live_calls
from atlas_desktop.server.storage.cached_answers import Place
from atlas_desktop.server.storage.calls import page
from atlas_desktop.server.storage.storage import Storage
from tests.server.gateway.recording import Room, answered, asked, gate, name_of, run, standing
from tests.server.gateway.schedule import Crash
from tests.server.talk import ALICE, config_for


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "a.db", config_for(tmp_path / "a.db"))
    made.start()
    yield made
    made.crash()


def record(room: Room, number: int, text: str | None = "fine", **more: Any) -> None:
    """A call from beginning to end; ``ending`` is about how it ended."""
    ending = more.pop("ending", {})
    call = asked(room.scope, number, **more)
    room.recorder.begin(call)
    room.recorder.done(call, answered(call, text, **ending))


def test_a_call_is_kept_with_its_delivery_and_what_it_counts_for(room: Room) -> None:
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
    route = [{"variant": "a", "reason": "cheapest_passing"}]
    record(room, 1, body={"tools": tools, "temperature": 0.5}, route=route, schema_version="3")
    call = Call.model_validate(room.call(1))
    assert call.request.model_dump(exclude_unset=True) == {
        "messages": [{"role": "user", "content": "question 1"}],
        "tools": tools,
        "temperature": 0.5,
    }
    assert call.delivery is not None
    assert (call.delivery.provider, call.delivery.quantization, call.delivery.tier) == (
        "Hyperbolic",
        "q8",
        "standard",
    )
    assert (call.delivery.model_extra or {})["route"] == route
    assert (call.delivery.model_extra or {})["model"] == "meta/llama-3.1"
    assert (call.schema_version, call.operation_id, call.metered, call.refund) == ("3", "extract", True, None)
    assert room.net(1) == (10, 3, 41)
    assert room.rows("SELECT registration FROM operation")[0].registration == "auto"


def found(room: Room, **filters: Any) -> list[str]:
    asked_for = CallFilters(**filters)
    data = run(room.storage.read(room.whole, lambda tenant: page(tenant, asked_for, None))).data
    return [each["id"] for each in data]


def test_it_is_found_by_what_was_said_and_by_who_answered(room: Room) -> None:
    record(room, 1, "an aardvark")
    record(room, 2, "a zebra")
    exchange = room.call(1)["delivery"]["fingerprints"]["exchange"]
    for one in ({"q": "aardvark"}, {"q": "question 1"}, {"fingerprint": exchange}):
        assert found(room, **one) == [name_of(1)], one
    for both in ({"provider": "Hyperbolic"}, {"quantization": "q8"}, {"tier": "standard"}):
        assert found(room, **both) == [name_of(2), name_of(1)], both


def test_what_was_cut_is_counted_so_far_and_judged_by_nobody(room: Room) -> None:
    room.define(gate())
    for number, reason in enumerate(("cancelled", "error", "interrupted")):
        record(room, number, "my ssn", standing=standing(gate()), ending={"finish_reason": reason})
    assert room.rows("SELECT * FROM live_job") == []
    assert [room.net(number) for number in range(3)] == [(10, 3, 41)] * 3


def test_a_call_without_operation_or_gate_is_eligible_for_nothing(room: Room) -> None:
    record(room, 1, "my ssn", operation=None, standing=standing(gate()))
    record(room, 2, "my ssn", standing=standing())
    record(room, 3, "my ssn")
    assert room.rows("SELECT * FROM live_job") == []


def test_nothing_that_no_store_keeps_comes_from_a_model(room: Room) -> None:
    record(room, 1, "a\x00b")
    assert room.call(1)["response"]["message"]["content"] == "a\ufffdb"


def test_what_was_embedded_is_a_message(room: Room) -> None:
    body = {"model": "atlas-embed-1", "input": ["one", "two"]}
    call = asked(room.scope, 1, raw=orjson.dumps(body))
    room.recorder.begin(call)
    room.recorder.done(call, answered(call, None))
    said = Call.model_validate(room.call(1)).request.messages
    assert [message.content for message in said] == ["one", "two"]


def test_a_call_of_a_narrowed_key_is_its_customers(room: Room) -> None:
    call = asked(replace(room.scope, customer="north/prod"), 1)
    room.recorder.begin(call)
    room.recorder.done(call, answered(call))
    assert room.call(1)["customer"] == "north/prod"
    assert room.rows("SELECT live FROM customer WHERE name = 'north/prod'")[0].live == 1


def test_done_without_begin_is_a_bug_that_is_said(room: Room) -> None:
    call = asked(room.scope, 1)
    with pytest.raises(ValueError, match="not a call that has begun"):
        room.recorder.done(call, answered(call))


def crash() -> None:
    raise Crash


def test_calls_that_ended_and_that_only_began_are_found_by_the_next_process(tmp_path: Path) -> None:
    room = Room(tmp_path / "a.db", config_for(tmp_path / "a.db"))
    calls = [asked(room.scope, number) for number in range(3)]
    for call in calls:
        room.recorder.begin(call)
    room.recorder._storage = Room(  # from now on nothing is committed
        tmp_path / "a.db", config_for(tmp_path / "a.db", hooks=CommitHooks(before=crash))
    ).storage
    for call in calls[:2]:
        with pytest.raises(Crash):
            room.recorder.done(call, answered(call, "whole"))
    room.crash()
    after = Room(tmp_path / "a.db", config_for(tmp_path / "a.db"))
    after.start()
    found = [after.call(number)["response"] for number in range(3)]
    assert [each["finish_reason"] for each in found] == ["stop", "stop", "interrupted"]
    assert found[2]["message"] == {"role": "assistant", "content": None}
    assert after.net(2) == (0, 0, 0)
    assert left_behind(tmp_path / "a.db") == []
    after.crash()


def test_calls_of_an_organization_that_is_not_there_stay_in_the_spool(tmp_path: Path) -> None:
    first = Room(tmp_path / "a.db", config_for(tmp_path / "a.db"))
    call = asked(replace(first.scope, organization_id="org_elsewhere"), 1)
    first.recorder.begin(call)
    first.crash()
    after = Room(tmp_path / "a.db", config_for(tmp_path / "a.db"))
    after.start()
    assert len(left_behind(tmp_path / "a.db")) == 1
    after.crash()


async def served(folder: Path, **more: Any) -> tuple[Storage, LiveRecorder]:
    """A recorder with its threads."""
    config = ServerConfig(sqlite_url(folder / "a.db"), static_keys=(ALICE,), **more)
    storage = Storage.open(config)
    made = LiveRecorder(config, storage, LiveScoring(config, storage, Scorer(config)))
    await made.start()
    return storage, made


async def count(storage: Storage) -> int:
    scope = storage.registry.remembered(ALICE.key)
    assert scope is not None
    return int(await storage.read(scope, lambda tenant: tenant.one(sa.text("SELECT count(*) FROM call"))[0]))


async def test_who_reads_finds_the_call_that_was_just_answered(tmp_path: Path) -> None:
    storage, recorder = await served(tmp_path)
    scope = storage.registry.remembered(ALICE.key)
    assert scope is not None
    for number in range(120):
        call = asked(scope, number)
        recorder.begin(call)
        recorder.done(call, answered(call))
        if number % 7 == 0:
            await recorder.settled()
            assert await count(storage) == number + 1
    await recorder.close()
    assert await count(storage) == 120
    storage.close()
    assert left_behind(tmp_path / "a.db") == []


async def test_a_full_disk_is_waited_for_and_every_call_is_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "_PAUSES", (0.01,))
    monkeypatch.setattr(recording, "LINGER_SECONDS", 0.001)
    refusing = 0

    def commit() -> None:
        nonlocal refusing
        if refusing:
            refusing -= 1
            raise sa.exc.OperationalError("COMMIT", None, Exception("database or disk is full"))

    storage, recorder = await served(tmp_path, hooks=CommitHooks(before=commit))
    scope = storage.registry.remembered(ALICE.key)
    assert scope is not None
    refusing = 5
    for number in range(50):
        call = asked(scope, number)
        recorder.begin(call)
        recorder.done(call, answered(call))
        await asyncio.sleep(0)
    while recorder.pending:
        await recorder.settled()
    assert refusing == 0
    assert await count(storage) == 50
    await recorder.close()
    storage.close()


async def test_one_call_that_no_database_takes_keeps_no_other_and_is_kept_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage, recorder = await served(tmp_path)
    scope = storage.registry.remembered(ALICE.key)
    assert scope is not None
    really = live_calls._made

    def made(record: Any) -> Any:
        if record.begun.id == name_of(3):
            raise RuntimeError("what nobody thought of")
        return really(record)

    monkeypatch.setattr(live_calls, "_made", made)
    for number in range(6):
        call = asked(scope, number)
        recorder.begin(call)
        recorder.done(call, answered(call))
    await recorder.settled()
    assert not recorder.pending
    assert await count(storage) == 5
    (aside,) = left_behind(tmp_path / "a.db-unrecorded")
    assert name_of(3).encode() in aside.read_bytes()
    await recorder.close()
    storage.close()


async def test_what_could_not_be_recorded_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage, recorder = await served(tmp_path)
    scope = storage.registry.remembered(ALICE.key)
    assert scope is not None

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(SpoolError):
        recorder.begin(asked(scope, 1))
    monkeypatch.undo()
    monkeypatch.setattr(recording, "_MOST_WAITING", 0)
    with pytest.raises(SpoolError, match="too many calls wait"):
        recorder.begin(asked(scope, 2))
    await recorder.close()
    assert await count(storage) == 0
    storage.close()


async def test_an_answer_is_given_again_before_it_is_committed_and_the_newest_of_a_group_after(
    tmp_path: Path,
) -> None:
    storage, recorder = await served(tmp_path)
    scope = storage.registry.remembered(ALICE.key)
    assert scope is not None
    cache = RecordedAnswers(storage, recorder)
    call = asked(scope, 1, standing=standing(cache=True))
    prints = answered(call).fingerprints
    for number, text in ((1, "old"), (2, "new")):
        same = asked(scope, number, standing=standing(cache=True), raw=call.raw, request=call.request)
        recorder.begin(same)
        recorder.done(same, answered(same, text))
        pending = await cache.look_up(scope, "default", "extract", prints.cache)
        assert pending is not None
        assert (pending.call_id, pending.message["content"]) == (name_of(number), text)
    assert recorder.pending
    await recorder.settled()
    assert recorder.answer(scope, Place("default", "extract", prints.cache)) is None
    kept = await cache.look_up(scope, "default", "extract", prints.cache)
    assert kept is not None
    assert (kept.call_id, kept.message["content"]) == (name_of(2), "new")
    await recorder.close()
    storage.close()
