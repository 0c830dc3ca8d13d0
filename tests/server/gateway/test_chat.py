"""Plain chat completions through the real server and a provider on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.gateway.house import CANARY, MODEL, OPERATOR, SAY, House, opened, provider
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.talk import ALICE, NARROW, OTHER, error_of

TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
TOOL_CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"at":"x"}'}}


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template) as found:
        yield found


def dead_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_a_completion_is_openais_with_the_delivery_of_the_seed(house: House) -> None:
    response = await house.chat(metadata={"operation_id": "greet"})
    assert response.status_code == 200
    body = response.json()
    assert body["id"].startswith("chatcmpl-")
    assert (body["object"], body["model"]) == ("chat.completion", MODEL)
    assert body["choices"][0]["message"] == {"role": "assistant", "content": "You said: hello there"}
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["usage"] == {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14}
    delivery = body["delivery"]
    assert list(delivery) == [
        *("tier", "served_by", "provider", "quantization", "upgraded", "cost_usd", "latency_ms"),
        *("evals", "fingerprints"),
    ]
    assert delivery["tier"] == "standard"
    assert (delivery["served_by"], delivery["provider"]) == ("provider", "stub")
    assert (delivery["quantization"], delivery["upgraded"]) == ("full", False)
    assert delivery["cost_usd"] == (10 * 1.0 + 4 * 2.0) / 1e6
    assert 0 < delivery["latency_ms"] < 20_000
    assert delivery["evals"] == {"gates": 0, "scheduled": False}
    prints = delivery["fingerprints"]
    assert prints["prompt"].startswith("fp_p_")
    assert prints["exchange"].startswith("fp_e_")
    assert prints["schema"] is None
    assert prints["cache"].startswith("fp_c_")


async def test_it_is_recorded_once_with_what_was_asked_and_answered(house: House) -> None:
    body = (
        await house.chat(
            temperature=0.5, metadata={"operation_id": "greet", "customer": "north/dev", "ours": [1]}
        )
    ).json()
    (call,) = await house.calls()
    assert call["id"] == body["id"]
    assert (call["operation_id"], call["customer"], call["model"]) == ("greet", "north/dev", MODEL)
    assert call["request"]["messages"] == SAY
    assert call["request"]["temperature"] == 0.5
    assert call["response"]["message"] == body["choices"][0]["message"]
    assert call["response"]["finish_reason"] == "stop"
    assert call["response"]["usage"] == body["usage"]
    assert body["delivery"].items() <= call["delivery"].items()
    assert call["metadata"]["ours"] == [1]
    assert call["metered"] is True
    usage = (await house.get("/usage")).json()["data"]
    assert sum(row["calls"] for row in usage) == 1


async def test_the_provider_gets_all_that_was_said_and_nothing_that_is_ours(house: House) -> None:
    parts = [{"type": "text", "text": "what is this?"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    body = {
        "messages": [{"role": "user", "content": parts, "x": 1}],
        "tools": TOOLS,
        "tool_choice": "auto",
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"a": [1.5]}}},
        "seed": 7,
        "never_heard_of": {"deep": [None, "é"]},
    }
    ours = {"tier": "realtime", "tier_strict": True, "forbid_atlas_network": True, "metadata": {"a": "b"}}
    foreign = {"api_base": "http://evil", "base_url": "http://evil", "api_key": "x", "extra_headers": {}}
    response = await house.chat(**body, **ours, **foreign)
    assert response.status_code == 200, response.text
    (asked,) = house.stub.requests
    assert asked.body == body | {"model": "stub-1"}
    assert asked.headers["authorization"] == f"Bearer {CANARY}"
    assert ALICE.key not in str(asked)
    assert not {"cookie", "user-agent", "x-forwarded-for"} & asked.headers.keys()


async def test_tool_calls_come_back_and_are_recorded(house: House) -> None:
    house.stub.default = Plan(tool_calls=(TOOL_CALL,), finish_reason="tool_calls")
    body = (await house.chat(tools=TOOLS)).json()
    assert body["choices"][0]["message"]["tool_calls"] == [TOOL_CALL]
    assert body["choices"][0]["finish_reason"] == "tool_calls"
    assert body["delivery"]["fingerprints"]["schema"].startswith("fp_s_")
    (call,) = await house.calls()
    assert call["response"]["message"]["tool_calls"] == [TOOL_CALL]


async def test_usage_that_a_provider_does_not_give_is_estimated_and_said_to_be(house: House) -> None:
    house.stub.default = Plan(words=("twelve chars",), usage=False)
    body = (await house.chat()).json()
    assert body["usage"] == {
        "prompt_tokens": 10,
        "completion_tokens": 3,
        "total_tokens": 13,
        "estimated": True,
    }
    assert body["delivery"]["cost_usd"] == (10 * 1.0 + 3 * 2.0) / 1e6


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"model": "nobody/knows"}, 404, "model_not_found"),
        ({"messages": []}, 422, "invalid_field"),
        ({"messages": "hello"}, 422, "invalid_field"),
        ({"model": ""}, 422, "invalid_field"),
        ({"tier": "fast"}, 422, "invalid_field"),
        ({"metadata": {"operation_id": "No Slug"}}, 422, "invalid_field"),
        ({"stream": "yes"}, 422, "invalid_field"),
    ],
)
async def test_what_cannot_be_asked_is_refused_before_anybody_is(
    house: House, body: dict[str, Any], status: int, code: str
) -> None:
    response = await house.chat(**body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert house.stub.requests == []
    assert await house.calls() == []


async def test_without_a_provider_it_says_how_to_add_one(tmp_path: Path, template: Path) -> None:
    async with opened(tmp_path, template, lambda _: "") as house:
        for more in ({}, {"stream": True}):
            response = await house.chat(model="atlas-1", **more)
            assert error_of(response) == (503, "no_provider", "no_provider")
            assert "provider" in response.json()["error"]["message"]
        assert (await house.get("/models")).json()["data"] == []
        assert await house.calls() == []


async def test_a_long_request_is_no_other(house: House) -> None:
    long = [{"role": "user", "content": "word " * 400_000}]
    body = (await house.chat(messages=long)).json()
    assert body["choices"][0]["message"]["content"] == f"You said: {long[0]['content']}"
    (call,) = await house.calls()
    assert call["request"]["messages"] == long
    prints = body["delivery"]["fingerprints"]
    assert prints["exchange"] == call["delivery"]["fingerprints"]["exchange"]


async def test_text_that_no_store_can_keep_is_made_such(house: House) -> None:
    house.stub.default = Plan(
        raw=b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 66\r\n\r\n"
        b'{"choices":[{"message":{"content":"a\\u0000b \\ud83d \\\\u0000"}}]}   '
    )
    body = (await house.chat()).json()
    assert body["choices"][0]["message"]["content"] == "a\ufffdb \ufffd \\u0000"
    (call,) = await house.calls()
    assert call["response"]["message"]["content"] == "a\ufffdb \ufffd \\u0000"


async def test_where_nothing_could_be_sent_the_next_is_asked(tmp_path: Path, template: Path) -> None:
    def table(stub: StubProvider) -> str:
        dead = provider("dead", f"http://127.0.0.1:{dead_port()}/v1").replace("= 1.0", "= 0.1")
        return dead + provider("alive", stub.base_url)

    async with opened(tmp_path, template, table) as house:
        for stream in (False, True):
            response = await house.chat(stream=stream)
            assert response.status_code == 200, response.text
            assert '"provider":"alive"' in response.text
        calls = await house.calls()
        assert [call["delivery"]["provider"] for call in calls] == ["alive", "alive"]
        assert {str(call["delivery"]["route"].get("unreachable")) for call in calls} == {"['dead']"}
        listed = (await house.get("/providers", OPERATOR)).json()["data"]
        assert {each["name"]: each["status"]["last_error"] is None for each in listed} == {
            "dead": False,
            "alive": True,
        }


async def test_where_nobody_can_be_reached_it_is_said(tmp_path: Path, template: Path) -> None:
    def table(_: StubProvider) -> str:
        return provider("dead", f"http://127.0.0.1:{dead_port()}/v1")

    async with opened(tmp_path, template, table) as house:
        assert error_of(await house.chat()) == (502, "upstream_error", "provider_unreachable")
        (call,) = await house.calls()
        assert call["response"]["finish_reason"] == "error"


async def test_a_provider_that_hangs_up_is_not_asked_again(house: House) -> None:
    house.stub.default = Plan(raw=b"", cut_after=0)
    assert error_of(await house.chat()) == (502, "upstream_error", "provider_broke_off")
    assert len(house.stub.requests) == 1


async def test_a_provider_that_is_silent_is_given_up(tmp_path: Path, template: Path) -> None:
    def table(stub: StubProvider) -> str:
        return provider("slow", stub.base_url, first_byte_seconds=0.2)

    async with opened(tmp_path, template, table) as house:
        house.stub.default = Plan(hold=asyncio.Event())
        for stream in (False, True):
            assert error_of(await house.chat(stream=stream)) == (504, "upstream_timeout", "provider_timeout")
        assert {call["delivery"]["error"] for call in await house.calls()} == {"provider_timeout"}


async def test_a_client_that_goes_away_is_worked_for_no_more(house: House) -> None:
    house.stub.default = Plan(hold=asyncio.Event())
    with pytest.raises(httpx.ReadTimeout):
        await house.client.post(
            "/chat/completions",
            json={"model": MODEL, "messages": SAY},
            headers={"authorization": f"Bearer {ALICE.key}"},
            timeout=0.3,
        )
    call = await house.the_call()
    assert call["response"]["finish_reason"] == "cancelled"
    assert call["response"]["usage"]["estimated"] is True
    assert house.stub.open_connections == 0, "the provider was hung up on"


async def test_a_narrowed_key_writes_its_own_customer_only(house: House) -> None:
    more = {"metadata": {"operation_id": "greet", "customer": "south/prod"}}
    made = await house.post("/chat/completions", {"model": MODEL, "messages": SAY} | more, NARROW)
    assert made.status_code == 200
    (call,) = await house.calls()
    assert call["customer"] == "north/prod"
    assert await house.calls(OTHER) == []


async def test_an_idempotency_key_asks_a_provider_once(house: House) -> None:
    body = {"model": MODEL, "messages": SAY}
    both = await asyncio.gather(
        *(house.post("/chat/completions", body, idempotency_key="one") for _ in range(4))
    )
    assert len({response.content for response in both}) == 1
    assert len(house.stub.requests) == len(await house.calls()) == 1
    assert sorted(response.headers.get("idempotent-replayed", "") for response in both) == ["", *["true"] * 3]
    other = await house.post("/chat/completions", body | {"seed": 1}, idempotency_key="one")
    assert error_of(other) == (409, "conflict_error", "idempotency_conflict")


async def test_failures_are_not_kept_for_an_idempotency_key(house: House) -> None:
    body = {"model": MODEL, "messages": SAY}
    house.stub.default = Plan(status=500)
    assert (await house.post("/chat/completions", body, idempotency_key="one")).status_code == 502
    house.stub.default = Plan()
    assert (await house.post("/chat/completions", body, idempotency_key="one")).status_code == 200


async def test_the_models_are_those_of_the_table(house: House) -> None:
    data = (await house.get("/models")).json()["data"]
    assert [model["id"] for model in data] == ["atlas-1", "atlas-embed-1", "lab/embed-1", MODEL]
    assert {model["object"] for model in data} == {"model"}


async def test_embeddings_are_openais_with_a_delivery(house: House) -> None:
    for model in ("atlas-embed-1", "lab/embed-1"):
        response = await house.post("/embeddings", {"model": model, "input": ["one", "two words"]})
        assert response.status_code == 200, response.text
        body = response.json()
        assert (body["object"], body["model"], len(body["data"])) == ("list", "lab/embed-1", 2)
        assert body["usage"]["prompt_tokens"] == 3
        assert body["delivery"]["cost_usd"] == 3e-6
        assert body["delivery"]["provider"] == "stub"
    assert [asked.path for asked in house.stub.requests] == ["/v1/embeddings"] * 2
    house.stub.default = Plan(status=500)
    refused = await house.post("/embeddings", {"model": "lab/embed-1", "input": "one"})
    assert error_of(refused) == (502, "upstream_error", "provider_failed")
    reasons = [call["response"]["finish_reason"] for call in await house.calls()]
    assert reasons == ["error", "embedding", "embedding"]
    refused = await house.post("/embeddings", {"model": MODEL, "input": "one"})
    assert refused.status_code in (400, 404)
