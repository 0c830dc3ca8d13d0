"""The gateway in the real server, beside a bare pass-through proxy, both before a stub provider on this machine."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import uvloop

from tests.bench.importing import reached
from tests.bench.loading import Answered, Line, one_after_another, request, side_by_side
from tests.bench.table import percentile

_ROUNDS: Final = 6
_EACH: Final = 300
_WARM: Final = 50
_LINES: Final = 16
_STREAMS: Final = 300
_OPERATION: Final = "bench"
_MODEL: Final = "stub/bench"
_MESSAGES: Final = [
    {"role": "system", "content": "You sum up support tickets in one sentence." * 8},
    {"role": "user", "content": "The export button does nothing since the last release. " * 20},
]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to the provider: straight, through the bare proxy, or through the gateway."""

    base_url: str
    key: str | None
    plain: bytes
    stream: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """Samples by row, and those of the floors."""

    taken: dict[str, list[float]]
    floors: dict[str, list[float]]


def gateway(folder: Path, scale: float) -> Found:
    """What the gateway adds in ms, requests a second, and 300 streams at once; every call of it is recorded once."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_gateway(folder, scale))


async def _gateway(folder: Path, scale: float) -> Found:
    each = max(20, round(_EACH * scale))
    with (
        _process("tests.server.gateway.stub_provider") as stub,
        _process("tests.bench.passthrough", stub) as proxy,
    ):
        async with _atlas(folder, stub) as (base_url, key, client):
            ways = {"direct": _way(stub, None), "proxy": _way(proxy, None), "gateway": _way(base_url, key)}
            latency: dict[str, list[list[float]]] = {name: [] for name in ways}
            first: dict[str, list[list[float]]] = {name: [] for name in ways}
            for way in ways.values():
                await _on_a_line(way, way.plain, _WARM)
            sent = _WARM
            for _ in range(_ROUNDS):
                # In turns: what else the machine does meets all three.
                for name, way in ways.items():
                    latency[name].append([one.last for one in await _on_a_line(way, way.plain, each)])
                    streams = await _on_a_line(way, way.stream, max(5, each // 4))
                    first[name].append([one.first for one in streams])
                sent += each + max(5, each // 4)
            rates: dict[str, list[float]] = {"proxy": [], "gateway": []}
            for _ in range(_ROUNDS // 2):
                for name, found in rates.items():
                    found.append(await _rate(ways[name], each // 2))
                sent += _LINES * (each // 2)
            many = await _at_once(ways["gateway"], max(20, round(_STREAMS * scale)))
            sent += len(many)
            await _recorded_once(client, sent)
    return Found(
        {
            "gateway_added": _added(latency["gateway"], latency["direct"]),
            "gateway_first": _added(first["gateway"], first["direct"]),
            "gateway_rate": rates["gateway"],
            "gateway_streams": [one.last for one in many],
        },
        {
            "proxy_added": _added(latency["proxy"], latency["direct"]),
            "proxy_first": _added(first["proxy"], first["direct"]),
            "proxy_rate": rates["proxy"],
        },
    )


def _added(through: list[list[float]], direct: list[list[float]]) -> list[float]:
    """What each answer took beyond the provider's own median of the same round."""
    return [
        took - percentile(straight, 0.5)
        for taken, straight in zip(through, direct, strict=True)
        for took in taken
    ]


def _way(base_url: str, key: str | None) -> _Way:
    body = {
        "model": _MODEL,
        "messages": _MESSAGES,
        "temperature": 0.2,
        "metadata": {"operation_id": _OPERATION},
    }
    plain = orjson.dumps(body)
    stream = orjson.dumps(body | {"stream": True})
    return _Way(base_url, key, request(base_url, plain, key), request(base_url, stream, key))


async def _on_a_line(way: _Way, asked: bytes, number: int) -> list[Answered]:
    line = await Line.to(way.base_url)
    try:
        answers = await one_after_another(line, asked, number)
    finally:
        line.close()
    return _good(answers)


async def _rate(way: _Way, each: int) -> float:
    lines = [await Line.to(way.base_url) for _ in range(_LINES)]
    try:
        answers, rate = await side_by_side(lines, way.plain, each)
    finally:
        for line in lines:
            line.close()
    _good(answers)
    return rate


async def _at_once(way: _Way, number: int) -> list[Answered]:
    lines = [await Line.to(way.base_url) for _ in range(number)]
    try:
        answers, _ = await side_by_side(lines, way.stream, 1)
    finally:
        for line in lines:
            line.close()
    assert all(b"[DONE]" in one.body for one in answers)
    return _good(answers)


def _good(answers: list[Answered]) -> list[Answered]:
    bad = [one for one in answers if one.status != 200]
    assert not bad, (len(bad), bad[0].status, bad[0].body[:500])
    return answers


async def _recorded_once(client: httpx.AsyncClient, sent: int) -> None:
    """Every call is in the record, and metered, exactly once."""
    ids: set[str] = set()
    after, more = 0, True
    while more:
        page = (
            (await client.get("/calls/changes", params={"after": after, "limit": 1000}))
            .raise_for_status()
            .json()
        )
        ids.update(change["call"]["id"] for change in page["data"])
        after, more = page["next_after"], page["has_more"]
    usage = (await client.get("/usage")).raise_for_status().json()
    metered = sum(row["calls"] for row in usage["data"])
    assert (len(ids), metered) == (sent, sent), (len(ids), metered, sent)


@asynccontextmanager
async def _atlas(folder: Path, stub: str) -> AsyncIterator[tuple[str, str, httpx.AsyncClient]]:
    async with reached(folder / "atlas.db", folder / "server.log") as atlas:
        key = atlas.key.reveal()
        headers = {"authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=atlas.base_url, headers=headers, timeout=60) as client:
            await _set_up(client, stub)
            yield atlas.base_url, key, client


async def _set_up(client: httpx.AsyncClient, stub: str) -> None:
    """A provider, and an operation with a gate, so that the evaluation after the answer is in what is measured."""
    table = (await client.get("/providers")).raise_for_status().json()
    model = {
        "id": _MODEL,
        "quantization": "full",
        "prompt_usd": 1.0,
        "completion_usd": 2.0,
    }
    provider = {"name": "stub", "base_url": stub, "models": [model]}
    written: dict[str, Any] = {"revision": table["revision"], "providers": [provider]}
    (await client.put("/providers", json=written)).raise_for_status()


@contextmanager
def _process(module: str, *arguments: str) -> Iterator[str]:
    """A server of ours that prints its port and ends with its stdin; its base URL."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
