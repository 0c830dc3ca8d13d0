"""The rest of a call's way: limits, the record as an answer, a full disk, a server that stops, and bytes on the wire."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.server.config import RateLimit
from tests.server.gateway.house import MODEL, SAY, House, events_of, opened, provider, text_of
from tests.server.gateway.raw_client import chat_request
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.talk import OTHER, error_of

CACHED = {"metadata": {"operation_id": "greet"}}


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template) as found:
        yield found


async def with_cache(house: House) -> None:
    made = await house.post("/operations", {"key": "greet", "cache": True})
    assert made.status_code == 200, made.text


async def test_calls_are_counted_apart_from_other_requests(tmp_path: Path, template: Path) -> None:
    async with opened(tmp_path, template, rate=RateLimit(calls=2, concurrent=1)) as house:
        hold = asyncio.Event()
        house.stub.default = Plan(hold=hold)
        running = [asyncio.ensure_future(house.chat(stream=stream)) for stream in (False, True)]
        await house.until_asked(2)
        refused = await house.chat()
        assert error_of(refused) == (429, "rate_limit_error", "too_many_at_once")
        assert (await house.get("/operations")).status_code == 200
        assert (await house.post("/chat/completions", {"model": MODEL}, OTHER)).status_code == 422
        hold.set()
        assert [one.status_code for one in await asyncio.gather(*running)] == [200, 200]
        assert (await house.chat()).status_code == 200


async def test_an_answer_from_the_record_says_so_and_costs_nothing(house: House) -> None:
    await with_cache(house)
    first = (await house.chat(**CACHED)).json()
    again = (await house.chat(**CACHED)).json()
    assert again["id"] != first["id"]
    assert again["choices"][0]["message"] == first["choices"][0]["message"]
    assert again["delivery"]["cached_from"] == first["id"]
    assert again["delivery"]["cost_usd"] == 0
    assert again["delivery"]["provider"] == "stub"
    streamed = await house.chat(stream=True, **CACHED)
    events = events_of(streamed.content)
    assert text_of(events) == first["choices"][0]["message"]["content"]
    assert events[-2]["delivery"]["cached_from"] == first["id"]
    assert events[-1] == b"[DONE]"
    assert len(house.stub.requests) == 1
    calls = await house.calls()
    assert len(calls) == 3
    assert [call["delivery"].get("cached_from") for call in calls] == [first["id"], first["id"], None]
    assert {call["response"]["finish_reason"] for call in calls} == {"stop"}


@pytest.mark.parametrize(
    "more",
    [
        {"metadata": {"operation_id": "greet", "customer": "another"}},
        {"metadata": {"operation_id": "other"}},
        {"tool_choice": "none", **CACHED},
        {"n": 1, **CACHED},
        {"temperature": 0.1, **CACHED},
        {"messages": [{"role": "user", "content": "hello  there"}], **CACHED},
    ],
)
async def test_what_may_be_answered_otherwise_is_asked(house: House, more: dict[str, Any]) -> None:
    await with_cache(house)
    await house.chat(**CACHED)
    assert "cached_from" not in (await house.chat(**more)).json()["delivery"]
    assert len(house.stub.requests) == 2


async def test_another_organization_is_never_answered_from_here(house: House) -> None:
    await with_cache(house)
    await house.post("/operations", {"key": "greet", "cache": True}, OTHER)
    await house.chat(**CACHED)
    body = {"model": MODEL, "messages": SAY, **CACHED}
    assert "cached_from" not in (await house.post("/chat/completions", body, OTHER)).json()["delivery"]


async def test_what_cannot_be_recorded_is_not_sent(house: House) -> None:
    # As if 20,000 calls waited for a database that takes none.
    house.atlas.gateway.recorder._bytes = 10**12
    for stream in (False, True):
        assert error_of(await house.chat(stream=stream)) == (500, "internal_error", "cannot_record")
    assert house.stub.requests == []
    house.atlas.gateway.recorder._bytes = 0
    assert (await house.chat()).status_code == 200


async def test_a_stream_that_falls_silent_is_given_up(tmp_path: Path, template: Path) -> None:
    def table(stub: StubProvider) -> str:
        return provider("slow", stub.base_url, first_byte_seconds=0.3, total_seconds=0.6)

    async with opened(tmp_path, template, table) as house:
        house.stub.default = Plan(words=("a ", "b "), pause=0.45)
        silent = await house.chat(stream=True)
        assert error_of(silent) == (504, "upstream_timeout", "provider_timeout"), "nothing had come"
        house.stub.default = Plan(words=tuple("abcdefghijklmnop"), pause=0.1)
        events = events_of((await house.chat(stream=True)).content)
        assert text_of(events).startswith("a")
        assert events[-1]["error"]["type"] == "upstream_timeout"
        assert b"[DONE]" not in events
        assert {call["response"]["finish_reason"] for call in await house.calls()} == {"error"}


async def test_a_server_that_stops_records_what_it_was_doing(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atlas_desktop.server.run._GRACE_SECONDS", 0.2)

    async def ask(house: House, *, stream: bool) -> None:
        request = chat_request(house.port, {"model": MODEL, "messages": SAY, "stream": stream})
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(request)
        await reader.read()
        writer.close()

    async with opened(tmp_path, template) as house:
        house.stub.default = Plan(words=("a ", "b "), hold=asyncio.Event())
        asking = [asyncio.ensure_future(ask(house, stream=stream)) for stream in (False, True)]
        await house.until_asked(2)
    await asyncio.gather(*asking)
    async with opened(tmp_path, tmp_path / "atlas.db") as house:
        calls = await house.calls()
    assert sorted(call["response"]["finish_reason"] for call in calls) == ["interrupted"] * 2


async def test_a_client_that_asks_before_it_sends_its_body_is_answered(house: House) -> None:
    request = chat_request(house.port, {"model": MODEL, "messages": SAY})
    head, gap, body = request.partition(b"\r\n\r\n")
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(head + b"\r\nexpect: 100-continue" + gap)
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"You said: hello there" in answer


async def test_requests_sent_ahead_are_answered_in_turn(house: House) -> None:
    def one(text: str, *, stream: bool) -> bytes:
        body = {"model": MODEL, "messages": [{"role": "user", "content": text}], "stream": stream}
        return chat_request(house.port, body).replace(b"connection: close\r\n", b"")

    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    last = one("three", stream=False).replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1)
    writer.write(one("one", stream=False) + one("two", stream=True) + last)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.index(b"said: one") < answer.index(b'"two"') < answer.index(b"said: three")
    assert len(await house.calls()) == 3


async def test_an_answer_without_a_body_is_written_too(house: House) -> None:
    """Of HEAD there is a head alone."""
    for close in (b"", b"connection: close\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"HEAD /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n%s\r\n" % close)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK")
        writer.close()
        await writer.wait_closed()


def test_a_server_without_providers_does_not_load_what_speaks_to_them() -> None:
    code = "import sys, atlas_desktop.server.run; print('aiohttp' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
