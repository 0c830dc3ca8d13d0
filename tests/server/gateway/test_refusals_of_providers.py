"""A provider that refuses, fails or answers something else: told in our words, and recorded."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.gateway.house import CANARY, House, opened
from tests.server.gateway.stub_provider import Plan
from tests.server.talk import error_of


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template) as found:
        yield found


SECRET_ERROR = {
    "error": {"message": f"bad key {CANARY}", "code": CANARY, "param": "see https://x", "type": "t"}
}
PLAIN_ERROR = {
    "error": {"message": "prompt too long: secret", "code": "context_length_exceeded", "param": "messages"}
}
REFUSALS = [
    (400, PLAIN_ERROR, 400, "invalid_request_error", "context_length_exceeded"),
    (422, SECRET_ERROR, 400, "invalid_request_error", "provider_refused_request"),
    (413, "not json", 400, "invalid_request_error", "provider_refused_request"),
    (401, SECRET_ERROR, 502, "upstream_error", "provider_refused_key"),
    (403, SECRET_ERROR, 502, "upstream_error", "provider_refused_key"),
    (402, SECRET_ERROR, 502, "upstream_error", "provider_unpaid"),
    (404, SECRET_ERROR, 502, "upstream_error", "provider_lacks_model"),
    (429, SECRET_ERROR, 429, "rate_limit_error", "provider_rate_limited"),
    (302, SECRET_ERROR, 502, "upstream_error", "provider_redirects"),
    (500, SECRET_ERROR, 502, "upstream_error", "provider_failed"),
    (503, SECRET_ERROR, 502, "upstream_error", "provider_failed"),
    (504, SECRET_ERROR, 504, "upstream_timeout", "provider_timeout"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("status", "error", "ours", "kind", "code"), REFUSALS)
async def test_a_providers_error_is_told_in_our_words(
    house: House, status: int, error: Any, ours: int, kind: str, code: str, stream: bool
) -> None:
    headers = (("retry-after", "17"), ("location", f"{house.stub.base_url}/chat/completions"))
    house.stub.default = Plan(status=status, error=error, headers=headers)
    response = await house.chat(stream=stream)
    assert error_of(response) == (ours, kind, code)
    assert CANARY not in response.text
    assert "secret" not in response.text
    assert response.headers.get("retry-after") == ("17" if ours == 429 else None)
    assert len(house.stub.requests) == 1, "it was sent: nobody else is asked, and no redirect followed"
    (call,) = await house.calls()
    assert call["response"]["finish_reason"] == "error"
    assert call["delivery"]["error"] == code
    assert call["delivery"]["cost_usd"] == 0
    assert CANARY not in str(call)


def json_answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )


@pytest.mark.parametrize(
    "raw",
    [
        json_answer(b'{"choices":[{"message":{"content":"\\ud800","more":NaN}}]}'),
        json_answer(b'{"choices":[{"message":{"content":"x","more":' + b"[" * 120 + b"]" * 120 + b"}}]}"),
        json_answer(b'{"choices":[{"message":{"content":"x","more":' + b"[" * 300 + b"]" * 300 + b"}}]}"),
        json_answer(b'{"choices":[{"message":{"content":"x","more":' + b"[" * 5000 + b"]" * 5000 + b"}}]}"),
        json_answer(b'{"choices":[{"message":{"content":"\\ud800","more":' + b"9" * 40 + b"}}]}"),
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n{]}x",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]",
        b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{"choices":[]}',
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 7\r\n\r\n<html/>",
    ],
)
async def test_an_answer_that_is_no_completion(house: House, raw: bytes) -> None:
    house.stub.default = Plan(raw=raw)
    for stream in (False, True):
        assert error_of(await house.chat(stream=stream)) == (502, "upstream_error", "provider_nonsense")
    assert {call["delivery"]["error"] for call in await house.calls()} == {"provider_nonsense"}
