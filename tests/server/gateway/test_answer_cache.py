"""Answers from the record: the same request of the same customer, where the operation allows it, and no other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.ids import new_id
from atlas_desktop.server.gateway.answer_cache import RecordedAnswers
from atlas_desktop.server.gateway.seams import CachedAnswer, LiveCall
from atlas_desktop.server.storage import feedback, recording
from tests.server.gateway.recording import Room, answered, asked, gate, name_of, run, standing
from tests.server.talk import config_for

SAME: Any = {"messages": [{"role": "user", "content": "the same"}]}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "a.db", config_for(tmp_path / "a.db"))
    made.start()
    made.define(gate(), cache=True)
    yield made
    made.crash()


def record(room: Room, number: int, text: str = "fine", **more: Any) -> LiveCall:
    ending = more.pop("ending", {})
    given: dict[str, Any] = {"standing": standing(gate(), cache=True), "body": SAME}
    call = asked(room.scope, number, **(given | more))
    room.recorder.begin(call)
    room.recorder.done(call, answered(call, text, **ending))
    return call


def found(room: Room, call: LiveCall, **more: Any) -> CachedAnswer | None:
    prints = answered(call).fingerprints
    place = {"customer": call.customer, "operation": "extract", "fp_cache": prints.cache}
    return run(
        RecordedAnswers(room.storage, room.recorder).look_up(more.pop("scope", room.scope), **(place | more))
    )


def test_the_newest_answer_to_the_same_request_is_given_again(room: Room) -> None:
    call = record(room, 1, "old")
    record(room, 2, "new")
    again = found(room, call)
    assert again is not None
    assert (again.call_id, again.message["content"], again.finish_reason) == (name_of(2), "new", "stop")
    assert again.usage == {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}
    assert (again.served.provider, again.served.model, again.served.quantization) == (
        "Hyperbolic",
        "meta/llama-3.1",
        "q8",
    )


def test_nobody_else_gets_it(room: Room, tmp_path: Path) -> None:
    call = record(room, 1)
    south = Room(tmp_path / "south.db", room.config, room.storage)
    assert found(room, call, scope=south.scope) is None
    assert found(room, call, customer="north/prod") is None
    assert found(room, call, operation="other") is None
    assert found(room, call, scope=replace(room.scope, customer="north/prod")) is None


def test_another_request_is_another(room: Room) -> None:
    call = record(room, 1)
    other = asked(room.scope, 2, body=SAME | {"temperature": 0.5})
    assert found(room, other) is None
    assert found(room, asked(room.scope, 3, body=SAME)) is not None
    assert call.id == name_of(1)


@pytest.mark.parametrize(
    "more",
    [
        {"standing": standing(gate(), cache=False)},
        {"standing": None},
        {"ending": {"finish_reason": "length"}},
        {"ending": {"finish_reason": "cancelled"}},
        {"ending": {"finish_reason": "error"}},
        {"ending": {"cached_from": "chatcmpl-x"}},
        {"body": SAME | {"tool_choice": "required"}},
        {"body": SAME | {"n": 2}},
    ],
)
def test_what_is_not_whole_or_not_allowed_or_given_again_already_is_not_kept(room: Room, more: Any) -> None:
    call = record(room, 1, **more)
    assert found(room, call) is None


def test_a_refunded_answer_is_not_given_again_until_that_is_overturned(room: Room) -> None:
    call = record(room, 1, "my ssn")
    assert found(room, call) is not None, "before anybody looked at it"
    room.settle()
    assert found(room, call) is None


@pytest.mark.parametrize("said", [{"rating": "thumbs_down"}, {"correction": "better"}])
def test_what_a_reviewer_rejects_is_not_given_again(room: Room, said: Any) -> None:
    call = record(room, 1)
    act = FeedbackCreate(call_id=call.id, **said)
    room.write(lambda tenant: feedback.record(tenant, [act], new_id))
    assert found(room, call) is None


def test_what_was_deleted_is_not_given_again(room: Room) -> None:
    call = record(room, 1)
    room.write(lambda tenant: recording.delete(tenant, [call.id]))
    assert found(room, call) is None
    assert room.rows("SELECT * FROM cached_answer") == room.rows("SELECT * FROM live_job") == []
    assert room.net(1) == (10, 3, 41), "what it counted for stays in the ledger"


def test_it_says_where_it_comes_from(room: Room) -> None:
    record(room, 1, ending={"cached_from": "chatcmpl-first", "cost_usd": 0.0})
    assert room.call(1)["delivery"]["cached_from"] == "chatcmpl-first"
    assert room.net(1) == (10, 3, 0)
