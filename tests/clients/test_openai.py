"""The official Python client against the real gateway."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pydantic
import pytest
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam

from tests.clients.served import Served

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello there"}]
WEATHER: ChatCompletionToolParam = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


class City(pydantic.BaseModel):
    city: str
    people: int


@pytest.fixture
def client(gateway: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=gateway.url, api_key=gateway.key, max_retries=0) as found:
        yield found


def test_plain(client: openai.OpenAI, gateway: Served) -> None:
    answer = client.chat.completions.create(
        model="stub/plain", messages=HELLO, metadata={"operation_id": "summarize_ticket"}
    )
    assert answer.choices[0].message.content == "You said: hello there"
    delivery: dict[str, Any] = answer.model_extra["delivery"]  # type: ignore[index]
    assert delivery["fingerprints"]["cache"].startswith("fp_c_")
    recorded = [call for call in gateway.calls(operation_id="summarize_ticket") if call["id"] == answer.id]
    assert [call["response"]["message"]["content"] for call in recorded] == ["You said: hello there"]
    assert recorded[0]["delivery"]["cost_usd"] == delivery["cost_usd"]


def test_streams(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="atlas-1", messages=HELLO, stream=True))
    assert (
        "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        == "You said: hello there"
    )
    assert [chunk.choices for chunk in chunks if chunk.model_extra and "delivery" in chunk.model_extra] == [
        []
    ]
    with client.chat.completions.stream(model="stub/plain", messages=HELLO) as stream:
        whole = stream.get_final_completion()
    assert whole.choices[0].message.content == "You said: hello there"


def test_tools_and_structured_output(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="stub/tools", messages=HELLO, tools=[WEATHER])
    calls = answer.choices[0].message.tool_calls or []
    assert [json.loads(call.function.arguments) for call in calls if call.type == "function"] == [
        {"city": "Kyoto"}
    ]
    parsed = client.chat.completions.parse(model="stub/city", messages=HELLO, response_format=City)
    assert parsed.choices[0].message.parsed == City(city="Kyoto", people=1463723)


def test_an_abort_is_recorded_as_cancelled(client: openai.OpenAI, gateway: Served) -> None:
    cancelled = gateway.calls(model="stub/slow", finish_reason="cancelled")
    before = len(cancelled)
    stream = client.chat.completions.create(model="stub/slow", messages=HELLO, stream=True)
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            break
    stream.close()
    # Closing is heard by the server a moment later; each look waits for what it is recording.
    for _ in range(200):
        cancelled = gateway.calls(model="stub/slow", finish_reason="cancelled")
        if len(cancelled) > before:
            break
    assert len(cancelled) == before + 1
    assert cancelled[0]["response"]["message"]["content"] == "one "


def test_batch(client: openai.OpenAI) -> None:
    first = client.chat.completions.create(model="atlas-1", messages=HELLO, extra_body={"tier": "batch"})
    assert first.choices == []
    found = first
    for _ in range(500):
        found = client.chat.completions.retrieve(first.id)
        if found.choices:
            break
    assert found.choices[0].message.content == "You said: hello there"


def test_embeddings_and_models(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model="stub/embed", input=["one", "two"], encoding_format="float")
    assert [len(row.embedding) for row in answer.data] == [8, 8]
    assert "atlas-1" in {model.id for model in client.models.list()}


def test_errors_are_of_the_clients_own_kinds(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="stub/nowhere", messages=HELLO)
    with pytest.raises(openai.InternalServerError) as broken:
        client.chat.completions.create(model="stub/broken", messages=HELLO)
    assert broken.value.status_code == 502
    assert "told_to" not in str(broken.value)
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="stub/plain", messages=[])
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="nm_live_aaaaaa_" + "b" * 32).chat.completions.create(
            model="stub/plain", messages=HELLO
        )
