"""Streams through the real server and a provider on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.server.gateway.house import CANARY, MODEL, SAY, House, events_of, opened, text_of
from tests.server.gateway.raw_client import body_of, chat_request, whole
from tests.server.gateway.stub_provider import Plan
from tests.server.gateway.test_chat import TOOL_CALL, TOOLS
from tests.server.talk import ALICE

WORDS = ("Grüße ", "an ", "alle ", "\u2028 ", "\U0001f600")


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template) as found:
        yield found


async def streamed(house: House, **more: Any) -> list[Any]:
    response = await house.chat(stream=True, **more)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    return events_of(response.content)


async def test_the_delivery_rides_a_chunk_between_the_last_delta_and_done(house: House) -> None:
    house.stub.default = Plan(words=WORDS)
    events = await streamed(house, metadata={"operation_id": "greet"})
    *deltas, last, done = events
    assert done == b"[DONE]"
    assert text_of(events) == "".join(WORDS)
    assert len(deltas) == len(WORDS) + 2
    assert all(chunk["choices"] for chunk in deltas)
    assert not any("usage" in chunk for chunk in events[:-1]), "it was not asked for"
    assert deltas[-1]["choices"][0]["finish_reason"] == "stop"
    assert last["choices"] == []
    assert last["delivery"]["tier"] == "standard"
    (name,) = {chunk["id"] for chunk in events[:-1]}
    assert {chunk["model"] for chunk in events[:-1]} == {MODEL}
    assert {chunk["object"] for chunk in events[:-1]} == {"chat.completion.chunk"}
    (call,) = await house.calls()
    assert call["id"] == name
    assert call["response"]["message"] == {"role": "assistant", "content": "".join(WORDS)}
    assert call["response"]["finish_reason"] == "stop"
    assert call["response"]["usage"]["completion_tokens"] > 0
    assert last["delivery"].items() <= call["delivery"].items()


async def test_plain_and_streamed_are_the_same_call(house: House) -> None:
    plain = (await house.chat()).json()
    *_, last, _ = await streamed(house, stream_options={"include_usage": True})
    assert last["usage"] == plain["usage"]
    for name in ("prompt", "exchange", "schema", "cache"):
        assert last["delivery"]["fingerprints"][name] == plain["delivery"]["fingerprints"][name], name
    assert last["delivery"]["cost_usd"] == plain["delivery"]["cost_usd"]


async def test_usage_is_always_asked_of_the_provider_and_passed_on_only_where_it_was_wanted(
    house: House,
) -> None:
    wanted = await streamed(house, stream_options={"include_usage": True, "more": 1})
    assert [chunk["usage"]["total_tokens"] for chunk in wanted[:-1] if "usage" in chunk] == [14]
    await streamed(house, stream_options={"include_usage": False})
    asked = [each.body["stream_options"] for each in house.stub.requests]
    assert asked == [{"include_usage": True, "more": 1}, {"include_usage": True}]


async def test_tool_calls_are_put_together(house: House) -> None:
    second = TOOL_CALL | {"id": "call_2"}
    house.stub.default = Plan(tool_calls=(TOOL_CALL, second), finish_reason="tool_calls")
    await streamed(house, tools=TOOLS)
    (call,) = await house.calls()
    assert call["response"]["message"]["tool_calls"] == [TOOL_CALL, second]
    assert call["response"]["message"]["content"] in (None, "")
    assert call["response"]["finish_reason"] == "tool_calls"


async def test_usage_that_never_comes_is_estimated(house: House) -> None:
    house.stub.default = Plan(words=("twelve chars",), usage=False)
    *_, last, _ = await streamed(house, stream_options={"include_usage": True})
    assert last["usage"]["completion_tokens"] == 3
    assert last["usage"]["estimated"] is True


async def test_a_provider_that_does_not_stream_is_streamed(house: House) -> None:
    answer = {
        "choices": [{"message": {"role": "assistant", "content": "all at once", "tool_calls": [TOOL_CALL]}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    }
    data = orjson.dumps(answer)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(data)
    house.stub.default = Plan(raw=head + data)
    events = await streamed(house)
    assert text_of(events) == "all at once"
    assert events[0]["choices"][0]["delta"]["tool_calls"] == [{"index": 0, **TOOL_CALL}]
    assert events[-1] == b"[DONE]"
    (call,) = await house.calls()
    assert call["response"]["message"]["tool_calls"] == [TOOL_CALL]
    assert call["response"]["usage"]["total_tokens"] == 7


def as_stream(*pieces: bytes, length: int | None = None) -> bytes:
    """A raw answer whose body is these pieces, ended by closing the connection."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + b"".join(
        pieces
    )


def chunk(text: str = "", reason: str | None = None, **more: Any) -> bytes:
    body = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}], **more}
    return b"data: " + orjson.dumps(body) + b"\n\n"


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ((chunk("one "), chunk("two")), "provider_broke_off"),
        ((chunk("one "), b'data: {"error":{"message":"%s"}}\n\n' % CANARY.encode()), "provider_failed"),
        ((chunk("one "), b"data: {nonsense %s\n\n" % CANARY.encode()), "provider_nonsense"),
        ((chunk("one "), b"data: [1]\n\n"), "provider_nonsense"),
        ((chunk("one "), b"data: [DONE]\n\n"), "provider_broke_off"),
    ],
)
async def test_what_goes_wrong_in_the_middle_is_an_event_and_recorded(
    house: House, pieces: tuple[bytes, ...], code: str
) -> None:
    raw = as_stream(*pieces)
    house.stub.default = Plan(raw=raw, cut_after=len(raw))
    events = await streamed(house)
    assert text_of(events).startswith("one ")
    error = events[-1]["error"]
    assert (error["type"], error["code"]) == ("upstream_error", code)
    assert b"[DONE]" not in events
    assert CANARY not in str(events)
    (call,) = await house.calls()
    assert call["response"]["finish_reason"] == "error"
    assert call["response"]["message"]["content"].startswith("one ")
    assert call["delivery"]["error"] == code
    assert call["delivery"]["cost_usd"] > 0, "billed so far"


async def test_a_stream_that_says_its_reason_and_no_done_is_whole(house: House) -> None:
    raw = as_stream(b": comment\n\n", chunk("one "), b"event: x\n", chunk("two", "length"))
    house.stub.default = Plan(raw=raw, cut_after=len(raw))
    events = await streamed(house)
    assert text_of(events) == "one two"
    assert events[-1] == b"[DONE]"
    (call,) = await house.calls()
    assert call["response"]["finish_reason"] == "length"


async def test_the_first_words_are_not_held_back(house: House) -> None:
    hold = asyncio.Event()
    house.stub.default = Plan(words=("a ", "b "), pause=0.05)
    body = {"model": MODEL, "messages": SAY, "stream": True}
    headers = {"authorization": f"Bearer {ALICE.key}"}
    came = []
    async with house.client.stream("POST", "/chat/completions", json=body, headers=headers) as response:
        async for piece in response.aiter_raw():
            came.append(piece)
            hold.set()
    assert len(came) >= 4, "each chunk by itself"


async def test_a_client_that_closes_is_cancelled_and_billed_so_far(house: House) -> None:
    house.stub.default = Plan(words=("one ", "two ", "three "), pause=0.1)
    body = {"model": MODEL, "messages": SAY, "stream": True, "metadata": {"operation_id": "greet"}}
    headers = {"authorization": f"Bearer {ALICE.key}"}
    async with house.client.stream("POST", "/chat/completions", json=body, headers=headers) as response:
        async for line in response.aiter_lines():
            if "one " in line:
                break
    call = await house.the_call()
    assert call["response"]["finish_reason"] == "cancelled"
    assert call["response"]["message"]["content"].startswith("one ")
    assert "three" not in call["response"]["message"]["content"]
    assert call["response"]["usage"]["estimated"] is True
    assert call["delivery"]["cost_usd"] > 0
    assert house.stub.open_connections == 0, "the provider was hung up on"


async def test_three_hundred_streams_at_once(house: House) -> None:
    house.stub.default = Plan(words=("a ", "b ", "c"), pause=0.02)
    request = chat_request(house.port, {"model": MODEL, "messages": SAY, "stream": True})
    answers = await asyncio.gather(*(whole(house.port, request) for _ in range(300)))
    all_events = [events_of(body_of(answer)) for answer in answers]
    assert {text_of(events) for events in all_events} == {"a b c"}
    assert all(events[-1] == b"[DONE]" for events in all_events)
    calls = await house.calls()
    assert len({call["id"] for call in calls}) == len(calls) == 300
    assert {call["response"]["finish_reason"] for call in calls} == {"stop"}
