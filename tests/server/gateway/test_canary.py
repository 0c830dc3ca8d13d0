"""A provider's key is seen by that provider alone: in no answer, no row, no log, no traceback."""

import asyncio
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.server.gateway.providers.book import Endpoint
from atlas_desktop.server.gateway.upstream import Upstream
from atlas_desktop.server.gateway.upstream_errors import UpstreamError
from tests.server.gateway.house import CANARY, OPERATOR, House, opened, provider
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.gateway.test_chat import dead_port

PLANS = [
    Plan(),
    Plan(status=500, error={"error": {"message": CANARY}}),
    Plan(status=401, error={"error": {"message": CANARY, "code": CANARY, "param": CANARY}}),
    Plan(status=400, error={"error": {"message": CANARY, "code": CANARY, "param": CANARY}}),
    Plan(status=302, headers=(("location", f"http://127.0.0.1/{CANARY}"),)),
    Plan(raw=b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{not json"),
    Plan(raw=f"{CANARY} is no HTTP\r\n\r\n".encode()),
    Plan(raw=f"HTTP/1.1 200 OK\r\n{CANARY}\r\n\r\n".encode()),
    Plan(raw=b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"),
    Plan(cut_after=0),
    Plan(cut_after=30),
    Plan(cut_after=200),
    Plan(words=("some ", "words"), cut_after=500),
]

_SHOWN = ("/calls?limit=1000", "/calls/changes", "/models", "/providers", "/capabilities", "/openapi.json")


def holding(folder: Path) -> list[str]:
    """Files under this folder that hold the key."""
    return [
        path.name for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
    ]


async def asked_all(house: House) -> list[str]:
    """What the gateway answers to everything that can go wrong."""
    found = []
    for plan in PLANS:
        house.stub.default = plan
        for more in ({"stream": False}, {"stream": True}, {"model": "lab/dead"}):
            response = await house.chat(metadata={"operation_id": "greet"}, **more)
            found.append(f"{response.headers} {response.text}")
        response = await house.post("/embeddings", {"model": "lab/embed-1", "input": "x"})
        found.append(f"{response.headers} {response.text}")
    found.extend([(await house.get(path, OPERATOR)).text for path in _SHOWN])
    return found


async def test_the_key_is_nowhere(
    tmp_path: Path, template: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def table(stub: StubProvider) -> str:
        dead = provider("dead", f"http://127.0.0.1:{dead_port()}/v1", "dead")
        return dead + provider("stub", stub.base_url, "stub-1", "embed-1", first_byte_seconds=0.5)

    with caplog.at_level(logging.DEBUG):
        async with opened(tmp_path, template, table) as house:
            found = await asked_all(house)
            assert any(CANARY in each.headers.get("authorization", "") for each in house.stub.requests)
    for text in found:
        assert CANARY not in text
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())
    assert holding(tmp_path) == []


@pytest.mark.parametrize(
    "plan", [plan for plan in PLANS if plan.status != 200 or plan.cut_after in (0, 30, 200)]
)
async def test_no_error_holds_it(plan: Plan) -> None:
    """Not in its text, its traceback, nor the locals that a reckless logger would print."""
    upstream = Upstream()
    try:
        async with StubProvider(default=plan) as stub:
            where = Endpoint(stub.base_url, CANARY)
            with pytest.raises(UpstreamError) as raised:
                await asyncio.wait_for(read(upstream, where), 5)
    finally:
        await upstream.close()
    error: Any = raised.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error.refusal.error)
    assert CANARY not in shown
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


async def read(upstream: Upstream, where: Endpoint) -> None:
    """All of an answer."""
    from atlas_desktop.server.gateway.upstream import let_go, read_object

    answer = await upstream.post("lab", where, "/chat/completions", b'{"messages":[{"content":"x"}]}')
    try:
        await read_object("lab", answer)
    finally:
        let_go(answer)
