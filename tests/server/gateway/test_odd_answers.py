"""Providers and clients that send what is not of the protocol: every call is recorded, readable and scored all the same."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from atlas_desktop.contract.calls import Call
from atlas_desktop.domain.sse import MOST_BYTES, EventReader, EventTooLongError
from atlas_desktop.server.gateway import streaming
from atlas_desktop.server.gateway.delivery import usable
from atlas_desktop.server.gateway.gathering import Gathering
from atlas_desktop.server.gateway.said import message_of
from atlas_desktop.server.gateway.upstream_errors import of_status
from tests.server.gateway.house import SAY, House, events_of, opened
from tests.server.gateway.stub_provider import Plan

GOOD = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
DEEP = orjson.loads(b"[" * 600 + b"]" * 600)


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template) as found:
        yield found


def answer(body: bytes, media: bytes = b"application/json") -> Plan:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n" % (media, len(body))
    return Plan(raw=head + body)


def completion(message: Any, usage: Any = GOOD) -> Plan:
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return answer(b"%s" % _dumped({"id": "x", "choices": [choice], "usage": usage}))


def stream(delta: Any, usage: Any = GOOD, **more: Any) -> Plan:
    chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": "stop"}], "usage": usage, **more}
    return answer(b"data: " + _dumped(chunk) + b"\n\ndata: [DONE]\n\n", b"text/event-stream")


def _dumped(value: Any) -> bytes:
    # Of what orjson does not write: json does.
    import json

    return json.dumps(value).encode()


MESSAGES: tuple[dict[str, Any], ...] = (
    {"role": 5, "content": "x"},
    {"role": "assistant", "content": {"a": 1}},
    {"role": "assistant", "content": 7},
    {"role": "assistant", "content": "x", "tool_calls": 5},
    {"role": "assistant", "content": "x", "tool_calls": ["a"]},
    {"role": "assistant", "content": "x", "name": 5},
    {"role": "assistant", "content": "x", "tool_calls": [{"a": float("nan")}]},
    {"role": "assistant", "content": "x", "deep": DEEP},
)
USAGES: tuple[Any, ...] = (
    {"prompt_tokens": 3, "completion_tokens": -7, "total_tokens": -4},
    {"prompt_tokens": 3, "completion_tokens": 1.5},
    {"prompt_tokens": 3, "completion_tokens": "7"},
    {"prompt_tokens": 2**53 - 1, "completion_tokens": 2**53 - 1},
    {"prompt_tokens": 10**40},
    {"prompt_tokens": True},
    [],
)


async def test_a_message_that_is_none_is_no_answer_and_recorded_once(house: House) -> None:
    for number, message in enumerate(MESSAGES, 1):
        house.stub.default = completion(message)
        response = await house.chat(metadata={"operation_id": "greet"})
        assert (response.status_code, response.json()["error"]["code"]) == (502, "provider_nonsense"), message
        calls = await house.calls()
        assert len(calls) == number, message
        assert Call.model_validate(calls[0]).response.finish_reason == "error"


async def test_what_a_stream_says_out_of_shape_is_not_kept(house: House) -> None:
    for number, delta in enumerate(MESSAGES[:-2], 1):
        house.stub.default = stream(delta)
        response = await house.chat(metadata={"operation_id": "greet"}, stream=True)
        assert response.status_code == 200, delta
        calls = await house.calls()
        assert len(calls) == number, delta
        assert Call.model_validate(calls[0]).response.finish_reason == "stop"


async def test_tokens_that_cannot_be_are_counted_by_us(house: House) -> None:
    for number, usage in enumerate(USAGES, 1):
        for plan, streamed in (
            (completion({"content": "hi"}, usage), False),
            (stream({"content": "hi"}, usage), True),
        ):
            house.stub.default = plan
            response = await house.chat(metadata={"operation_id": "greet"}, stream=streamed)
            assert response.status_code == 200, usage
        calls = await house.calls()
        assert len(calls) == 2 * number, usage
        for call in calls[:2]:
            used = Call.model_validate(call).response.usage
            assert used is not None
            assert (used.prompt_tokens, used.completion_tokens) == (10, 1), usage


async def test_a_chunk_says_nothing_about_its_delivery(house: House) -> None:
    house.stub.default = stream({"content": "hi"}, delivery={"cost_usd": 99.0, "served_by": "nobody"})
    events = events_of((await house.chat(stream=True)).content)
    said = [event["delivery"]["served_by"] for event in events if event != b"[DONE]" and "delivery" in event]
    assert said == ["provider"]


REQUESTS: tuple[Any, ...] = (
    {"content": "x"},
    {"role": 5, "content": "x"},
    {"role": "user", "content": 5},
    {"role": "user", "content": {"text": "x"}},
    {"role": "user", "content": "x", "name": 5},
    {"role": "assistant", "content": "", "tool_calls": ["x"]},
)


async def test_a_request_that_no_reader_could_take_is_refused(house: House) -> None:
    for message in REQUESTS:
        response = await house.chat(messages=[message, *SAY])
        assert response.status_code == 422, (message, response.text)
    assert house.stub.requests == []


def test_null_is_the_same_as_absent_in_a_message() -> None:
    said = {"content": None, "tool_calls": None, "name": None, "refusal": "no"}
    assert message_of(said) == {"role": "assistant", **said}
    assert message_of({"role": None, "content": ""}) == {"role": "assistant", "content": ""}
    assert message_of(None) is None


def test_a_finish_reason_is_a_word() -> None:
    gathered = Gathering()
    gathered.add({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    gathered.add({"choices": [{"delta": {}, "finish_reason": "x" * 1000}]})
    assert gathered.finish_reason == "stop"


def test_usage_is_taken_as_it_is_said_where_it_can_be() -> None:
    assert usable(GOOD)
    assert usable({"prompt_tokens": 1, "completion_tokens": None})
    assert not any(usable(usage) for usage in USAGES)


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "x" * 500},
        {"content": "\U0001f600" * 125},
        {"tool_calls": [{"index": 0, "function": {"arguments": "x" * 500}}]},
        {"unheard_of": "x" * 500},
    ],
)
async def test_a_stream_without_end_is_ended(
    house: House, monkeypatch: pytest.MonkeyPatch, delta: Any
) -> None:
    monkeypatch.setattr(streaming, "MOST_BYTES", 10_000)
    chunk = b"data: " + _dumped({"choices": [{"index": 0, "delta": delta}]}) + b"\n\n"
    house.stub.default = answer(chunk * 1000, b"text/event-stream")
    events = events_of((await house.chat(stream=True)).content)
    assert events[-1]["error"]["code"] == "provider_endless"
    assert len(events) < 50
    assert Call.model_validate(await house.the_call()).response.finish_reason == "error"


def test_many_tools_or_fields_add_up_too() -> None:
    gathered = Gathering()
    gathered.add({"choices": [{"delta": {"tool_calls": [{"index": at} for at in range(100)]}}]})
    assert gathered.size >= 10_000


def test_an_event_of_empty_lines_is_too_long_at_some_time() -> None:
    reader = EventReader()

    def feed() -> None:
        for _ in range(MOST_BYTES // 5 // 10_000 + 1):
            reader.feed(b"data:\n" * 10_000)

    with pytest.raises(EventTooLongError):
        feed()


@pytest.mark.parametrize("word", ["canary4f1d2c9b8a7e6055", "messages.AKIA5EXAMPLE7X9Y1"])
def test_a_part_of_a_key_is_no_word_of_the_protocol(word: str) -> None:
    body = _dumped({"error": {"code": word, "param": word}})
    error = of_status("lab", 400, {}, body).refusal.error
    assert (error["code"], error["param"]) == ("provider_refused_request", None)


@pytest.mark.parametrize(
    "word", ["messages[12].content[3].image_url", "invalid_base64", "context_length_exceeded"]
)
def test_words_of_the_protocol_are_passed_on(word: str) -> None:
    body = _dumped({"error": {"code": word, "param": word}})
    assert of_status("lab", 400, {}, body).refusal.error["param"] == word


FOREIGN = (
    *("api_base", "api_key", "azure_endpoint", "aws_secret_access_key", "vertex_credentials"),
    *("litellm_metadata", "preset", "base_model", "deployment_id", "extra_body", "kv_transfer_params"),
    *("mock_response", "proxy"),
)


async def test_nobody_says_where_to_go_with_which_key_or_to_which_model_but_the_table(house: House) -> None:
    response = await house.chat(**dict.fromkeys(FOREIGN, "http://evil.example"), seed=7)
    assert response.status_code == 200, response.text
    (asked,) = house.stub.requests
    assert asked.body == {"model": "stub-1", "messages": SAY, "seed": 7}


async def test_no_reason_keeps_an_answer_from_being_judged_and_refunded(house: House) -> None:
    rule = {"id": "ev_no", "kind": "regex", "config": {"pattern": "never said"}}
    assert (await house.post("/evaluators", rule)).status_code == 200
    gates = [{"evaluator_id": "ev_no", "min_score": 1.0}]
    assert (await house.post("/operations", {"key": "gated", "ship_gates": gates})).status_code == 200
    reasons = (None, 5, "cancelled", "interrupted", "x" * 100)
    for reason in reasons:
        choice = {"index": 0, "message": {"content": "hi"}, "finish_reason": reason}
        house.stub.default = answer(_dumped({"choices": [choice], "usage": GOOD}))
        assert (await house.chat(metadata={"operation_id": "gated"})).status_code == 200
    async with asyncio.timeout(10):
        while any(call["refund"] is None for call in await house.calls()):  # noqa: ASYNC110 - scored elsewhere
            await asyncio.sleep(0.02)
    ends = [(call["metered"], call["response"]["finish_reason"]) for call in await house.calls()]
    assert ends == [(False, None)] * len(reasons)
