"""curl against the real gateway: what is on the wire, to the byte."""

import json
import shutil
import subprocess
from collections.abc import Mapping

import pytest

from tests.clients.served import Served


def curl(gateway: Served, body: Mapping[str, object], *more: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not on this machine")
    command = [
        "curl", "--silent", "--show-error", "--no-buffer", *more, f"{gateway.url}/chat/completions",
        "-H", f"Authorization: Bearer {gateway.key}", "-H", "Content-Type: application/json", "-d", json.dumps(body),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


def test_plain(gateway: Served) -> None:
    body = {
        "model": "atlas-1",
        "messages": [{"role": "user", "content": "hello"}],
        "metadata": {"operation_id": "c"},
    }
    head, _, answer = curl(gateway, body, "-i").partition("\n\n")
    assert head.startswith("HTTP/1.1 200")
    assert "x-request-id: req_" in head
    found = json.loads(answer)
    assert found["object"] == "chat.completion"
    assert list(found["delivery"]["fingerprints"]) == ["prompt", "exchange", "schema", "cache"]


def test_a_stream_ends_with_delivery_and_done(gateway: Served) -> None:
    body = {"model": "stub/plain", "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    events = [event for event in curl(gateway, body, "-N").split("\n\n") if event]
    assert all(event.startswith("data: ") for event in events)
    assert events[-1] == "data: [DONE]"
    last = json.loads(events[-2].removeprefix("data: "))
    assert (last["choices"], last["object"]) == ([], "chat.completion.chunk")
    assert last["delivery"]["fingerprints"]["exchange"].startswith("fp_e_")
    first = json.loads(events[0].removeprefix("data: "))
    assert first["id"] == last["id"]


def test_a_refusal_is_json(gateway: Served) -> None:
    answer = json.loads(curl(gateway, {"model": "atlas-1", "messages": "none"}))
    assert answer["error"]["type"] == "invalid_request_error"
    assert answer["error"]["param"]
