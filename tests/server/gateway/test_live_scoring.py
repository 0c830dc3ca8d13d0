"""Scoring live calls: by the rules that stood, again where it failed, and a refund for a low score only."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.contract.calls import Call
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.ids import new_id
from atlas_desktop.contract.operations import OperationUpdate
from atlas_desktop.domain.scoring.score import Reason, Score, unscored
from atlas_desktop.server.config import ServerConfig, sqlite_url
from atlas_desktop.server.gateway import live_work
from atlas_desktop.server.gateway.judging import PAUSES_MS
from atlas_desktop.server.gateway.live_scoring import Judged, LiveScoring
from atlas_desktop.server.gateway.recorder import LiveRecorder
from atlas_desktop.server.scoring import work
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import evaluators, live_jobs, live_scores, operations, usage_events
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.storage import Storage
from tests.server.gateway.recording import PII, Room, answered, asked, gate, name_of, standing
from tests.server.talk import ALICE, HandClock, config_for


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "a.db", config_for(tmp_path / "a.db"))
    made.start()
    made.define(gate())
    yield made
    made.crash()


def record(room: Room, number: int, text: str, **more: Any) -> None:
    call = asked(room.scope, number, **({"standing": standing(gate())} | more))
    room.recorder.begin(call)
    room.recorder.done(call, answered(call, text))


def wait(room: Room, seconds: float) -> None:
    clock = room.config.clock
    assert isinstance(clock, HandClock)
    clock.seconds += seconds


def test_a_low_score_takes_the_call_back_and_says_why(room: Room) -> None:
    told: list[Judged] = []
    room.scoring.listen(told.append)
    record(room, 1, "my ssn")
    record(room, 2, "fine")
    room.settle()
    low, high = Call.model_validate(room.call(1)), Call.model_validate(room.call(2))
    assert (low.metered, low.passed, high.metered, high.passed, high.refund) == (
        False,
        False,
        True,
        True,
        None,
    )
    assert low.refund is not None
    assert (
        low.refund.evaluator_id,
        low.refund.evaluator_version,
        low.refund.score,
        low.refund.min_score,
    ) == ("ev_pii", 1, 0.0, 1.0)
    assert (low.refund.state, low.refund.amount_nano) == ("open", 41)
    assert (room.net(1), room.net(2)) == ((0, 0, 0), (10, 3, 41))
    assert {(each.call_id, each.refunded) for each in told} == {(name_of(1), True), (name_of(2), False)}
    assert told[0].model == "meta/llama-3.1"


def test_the_version_that_stood_when_it_was_asked_judges(room: Room) -> None:
    record(room, 1, "my ssn")
    record(room, 2, "my password")

    def change(tenant: Tenant) -> None:
        evaluators.update(tenant, evaluators.standing(tenant, "ev_pii"), None, PII | {"pattern": "password"})

    room.write(change)
    room.settle()
    (first,), (second,) = room.call(1)["scores"], room.call(2)["scores"]
    assert (first["score"], first["evaluator_version"]) == (0.0, 1)
    assert (second["score"], second["evaluator_version"]) == (1.0, 1)


def test_a_gate_that_is_loosened_meanwhile_does_not_save_the_call(room: Room) -> None:
    record(room, 1, "my ssn")
    update = OperationUpdate(ship_gates=[], allow_loosening=True)
    room.write(lambda tenant: operations.update(tenant, "extract", update))
    room.settle()
    assert room.call(1)["metered"] is False


def test_a_version_that_is_not_known_scores_nothing_and_refunds_nothing(room: Room) -> None:
    record(room, 1, "my ssn", standing=standing(gate(version=7)))
    room.settle()
    (score,) = room.call(1)["scores"]
    assert (score["score"], score["passed"], score["details"]["reason"]) == (None, None, "invalid_config")
    assert (room.call(1)["passed"], room.call(1)["metered"]) == (None, True)
    assert room.rows("SELECT * FROM live_job") == []


def failing(monkeypatch: pytest.MonkeyPatch, reason: Reason) -> None:
    def none(rules: bytes, answers: Any) -> list[tuple[Score, ...]]:
        return [tuple(unscored(reason, "not now") for _ in numbers) for _, numbers in answers]

    monkeypatch.setattr(live_work, "score_answers", none)


def test_a_score_that_fails_is_tried_again_some_times_and_refunds_only_when_it_is_there(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(room, 1, "my ssn")
    failing(monkeypatch, "timeout")
    room.settle()
    assert (room.call(1)["metered"], room.call(1)["scores"][0]["score"]) == (True, None)
    room.settle()
    assert len(room.rows("SELECT * FROM live_job")) == 1, "not before its time"
    monkeypatch.undo()
    wait(room, PAUSES_MS[0] / 1000)
    room.settle()
    assert (room.call(1)["metered"], room.call(1)["scores"][0]["score"]) == (False, 0.0)


def test_a_score_that_never_comes_is_given_up(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "judge_failed")
    record(room, 1, "my ssn")
    tries = 0
    while room.rows("SELECT * FROM live_job"):
        room.settle()
        tries += 1
        wait(room, PAUSES_MS[-1] / 1000)
    assert tries == len(PAUSES_MS) + 1
    monkeypatch.undo()
    room.settle()
    assert (room.call(1)["metered"], room.call(1)["passed"]) == (True, None)


def test_what_cannot_change_is_not_tried_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "too_large")
    record(room, 1, "my ssn")
    room.settle()
    assert room.rows("SELECT * FROM live_job") == []


def test_one_low_score_of_two_refunds_at_once_and_the_other_no_second_time(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.define(gate("ev_my", pattern="my"), key="other")
    record(room, 1, "my ssn", standing=standing(gate(), gate("ev_my", pattern="my")))
    really = live_work.score_answers

    def half(rules: bytes, answers: Any) -> list[tuple[Score, ...]]:
        return [(scores[0], unscored("timeout", "")) for scores in really(rules, answers)]

    monkeypatch.setattr(live_work, "score_answers", half)
    room.settle()
    assert room.call(1)["metered"] is False
    monkeypatch.undo()
    wait(room, 10)
    room.settle()
    assert [score["score"] for score in room.call(1)["scores"]] == [0.0, 0.0]
    assert room.net(1) == (0, 0, 0)
    assert len(room.rows("SELECT * FROM refund")) == 1


def test_the_same_scores_written_twice_are_written_once(room: Room) -> None:
    """As when another server took the job over while this one was still at it."""
    record(room, 1, "my ssn")
    kept: list[Any] = []
    really = live_scores.write

    def remember(tenant: Tenant, results: Any, subjects: Any) -> Any:
        kept.append((results, subjects))
        return really(tenant, results, subjects)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_scores, "write", remember)
        room.settle()
    before = room.call(1)["revision"]
    ((results, subjects),) = kept
    assert room.write(partial(really, results=results, subjects=subjects)) == []
    assert room.call(1)["revision"] == before
    assert len(room.rows("SELECT * FROM usage_event")) == 2


def test_a_thousand_refunds_of_one_call_are_one(room: Room) -> None:
    record(room, 1, "my ssn")
    made = [room.write(partial(usage_events.add, call_id=name_of(1), kind="refund")) for _ in range(1000)]
    assert sum(each is not None for each in made) == 1
    assert room.net(1) == (0, 0, 0)


def test_nothing_is_overturned_that_was_not_refunded(room: Room) -> None:
    record(room, 1, "fine")
    assert room.write(partial(usage_events.add, call_id=name_of(1), kind="overturn")) is None
    assert room.net(1) == (10, 3, 41)


def test_jobs_of_a_server_that_has_ended_are_taken_up_and_those_of_a_running_one_left(room: Room) -> None:
    record(room, 1, "my ssn")
    claim = partial(live_jobs.claim, owner="999999999@elsewhere/x", limit=10)
    assert len(room.write(claim)) == 1
    room.settle()
    assert room.call(1)["scores"] == []
    room.write(partial(live_jobs.release, is_free=lambda owner: owner.startswith("999999999@")))
    room.settle()
    assert room.call(1)["metered"] is False


async def test_in_a_server_with_all_its_processes_every_call_is_scored(tmp_path: Path) -> None:
    config = ServerConfig(sqlite_url(tmp_path / "a.db"), static_keys=(ALICE,))
    storage = Storage.open(config)
    scorer = Scorer(config)
    scoring = LiveScoring(config, storage, scorer)
    recorder = LiveRecorder(config, storage, scoring)
    await recorder.start()
    scope = storage.registry.remembered(ALICE.key)
    assert scope is not None
    all_told = asyncio.Event()
    told: list[Judged] = []

    def hear(judged: Judged) -> None:
        told.append(judged)
        if len(told) == 300:
            all_told.set()

    scoring.listen(hear)
    await storage.write(scope, _define)
    for number in range(300):
        call = asked(scope, number, standing=standing(gate()))
        recorder.begin(call)
        recorder.done(call, answered(call, "my ssn" if number % 3 == 0 else "fine"))
    async with asyncio.timeout(60):
        await all_told.wait()
    assert len({judged.call_id for judged in told}) == 300
    assert sum(judged.refunded for judged in told) == 100
    await recorder.close()
    scorer.stop()
    storage.close()


def _define(tenant: Tenant) -> None:
    evaluators.create(tenant, EvaluatorCreate(id="ev_pii", kind="regex", config=PII), PII, new_id)


def test_a_fault_in_scoring_one_call_keeps_no_other_from_its_scores(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, text in enumerate(("fine", "boom", "my ssn")):
        record(room, number, text)
    really = work.score

    def boom(kind: Any, config: Any, output: str, schema: Any) -> Score:
        if output == "boom":
            raise RuntimeError("what nobody thought of")
        return really(kind, config, output, schema)

    def broken(rules: bytes, answers: Any) -> Any:
        raise RuntimeError("all of them at once")

    monkeypatch.setattr(live_work, "score_answers", broken)
    monkeypatch.setattr(work, "score", boom)
    room.settle()
    assert [room.call(number)["scores"][0]["score"] for number in range(3)] == [1.0, None, 0.0]
    assert [room.call(number)["metered"] for number in range(3)] == [True, True, False]
    assert len(room.rows("SELECT * FROM live_job")) == 1
