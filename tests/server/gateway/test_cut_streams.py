"""Cut at any byte, by the client or by the provider, a call is recorded exactly once, with what had come until then."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.gateway.house import CANARY, MODEL, SAY, House, events_of, opened, text_of
from tests.server.gateway.raw_client import body_of, chat_request, cut_after, whole
from tests.server.gateway.stub_provider import Plan

WORDS = ("Grüße ", "an ", "\U0001f600 ", "alle")
TEXT = "".join(WORDS)
AT_ONCE = 16


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template) as found:
        found.stub.default = Plan(words=WORDS)
        yield found


def asked(house: House, name: str, *, stream: bool) -> bytes:
    """A request that is known again by its customer."""
    body = {"model": MODEL, "messages": SAY, "stream": stream, "metadata": {"customer": name}}
    return chat_request(house.port, body)


async def recorded(house: House, number: int) -> dict[str, dict[str, Any]]:
    """The calls by customer; each has one, and there are so many."""
    async with asyncio.timeout(20):
        while len(calls := await house.calls()) < number:  # noqa: ASYNC110 - written by another task
            await asyncio.sleep(0.02)
    twice = {name: many for name, many in Counter(call["customer"] for call in calls).items() if many > 1}
    assert not twice
    assert len(calls) == number
    assert len({call["id"] for call in calls}) == number
    return {call["customer"]: call for call in calls}


async def side_by_side(works: list[Any]) -> None:
    """All of them, a few at once."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(work: Any) -> None:
        async with turn:
            await work

    await asyncio.gather(*(one(work) for work in works))


@pytest.mark.parametrize("stream", [False, True])
async def test_the_client_goes_at_every_byte(house: House, stream: bool) -> None:
    answer = await whole(house.port, asked(house, "whole", stream=stream))
    lengths = range(0, len(answer), 1 if len(answer) < 900 else 3)
    await side_by_side([cut_after(house.port, asked(house, f"at-{at}", stream=stream), at) for at in lengths])
    calls = await recorded(house, 1 + len(lengths))
    for call in calls.values():
        said = call["response"]["message"]["content"] or ""
        assert TEXT.startswith(said)
        if call["response"]["finish_reason"] == "stop":
            assert said == TEXT
        else:
            assert call["response"]["finish_reason"] == "cancelled"
    usage = (await house.get("/usage")).json()["data"]
    assert sum(row["calls"] for row in usage) == len(calls)


async def test_the_client_goes_while_the_provider_is_slow(house: House) -> None:
    house.stub.default = Plan(words=WORDS, pause=0.01)
    answer = await whole(house.port, asked(house, "whole", stream=True))
    lengths = random.Random(6).sample(range(len(answer)), 150)
    await side_by_side([cut_after(house.port, asked(house, f"at-{at}", stream=True), at) for at in lengths])
    calls = await recorded(house, 1 + len(lengths))
    reasons = Counter(call["response"]["finish_reason"] for call in calls.values())
    assert reasons["cancelled"] > 50, reasons
    for call in calls.values():
        assert TEXT.startswith(call["response"]["message"]["content"] or "")
    assert house.stub.open_connections <= AT_ONCE


@pytest.mark.parametrize("stream", [False, True])
async def test_the_provider_goes_at_every_byte(house: House, stream: bool) -> None:
    house.stub.default = Plan(words=WORDS, cut_after=10**6)
    sent = await whole(house.stub.port, to_the_stub(stream=stream))
    answers: dict[str, bytes] = {}
    for at in range(0, len(sent), 1 if len(sent) < 900 else 2):
        house.stub.default = Plan(words=WORDS, cut_after=at)
        answers[f"cut-{at}"] = await whole(house.port, asked(house, f"cut-{at}", stream=stream))
    calls = await recorded(house, len(answers))
    for name, answer in answers.items():
        check_cut(calls[name], answer, stream=stream)


def to_the_stub(*, stream: bool) -> bytes:
    """What the gateway sends, about: the answer to it has as many bytes."""
    more = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    return chat_request(0, {"model": "stub-1", "messages": SAY} | more)


def check_cut(call: dict[str, Any], answer: bytes, *, stream: bool) -> None:
    """The client and the record were told the same."""
    head, _, _ = answer.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    reason = call["response"]["finish_reason"]
    assert status in (200, 502), answer
    assert CANARY.encode() not in answer
    if not stream:
        assert (status == 200) == (reason == "stop")
        return
    if status == 502:
        assert reason == "error"
        assert not call["response"]["message"]["content"]
        return
    events = events_of(body_of(answer))
    assert text_of(events) == (call["response"]["message"]["content"] or "")
    assert (events[-1] == b"[DONE]") == (reason == "stop") == (text_of(events) == TEXT and reason != "error")
    if reason == "error":
        assert events[-1]["error"]["code"] == "provider_broke_off"
