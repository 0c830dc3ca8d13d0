"""LangChain's OpenAI chat model against the real gateway."""

from typing import Any

import pydantic
import pytest
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from tests.clients.served import Served


class City(pydantic.BaseModel):
    """A city and how many live in it."""

    city: str
    people: int


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


def chat(gateway: Served, model: str, **more: Any) -> ChatOpenAI:
    return ChatOpenAI(
        model=model,
        base_url=gateway.url,
        api_key=pydantic.SecretStr(gateway.key),
        max_retries=0,
        extra_body={"metadata": {"operation_id": "chain"}},
        **more,
    )


def test_asked_and_streamed(gateway: Served) -> None:
    answer = chat(gateway, "atlas-1").invoke("hello there")
    assert answer.content == "You said: hello there"
    assert isinstance(answer, AIMessage)
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] == 4
    chunks = list(chat(gateway, "stub/plain", stream_usage=True).stream("hello there"))
    assert "".join(str(chunk.content) for chunk in chunks) == "You said: hello there"
    counted = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert [usage["output_tokens"] for usage in counted] == [4]
    assert {call["operation_id"] for call in gateway.calls(operation_id="chain")} == {"chain"}


def test_tools_and_structured_output(gateway: Served) -> None:
    answer = chat(gateway, "stub/tools").bind_tools([weather]).invoke("how is it in Kyoto?")
    assert isinstance(answer, AIMessage)
    assert [(call["name"], call["args"]) for call in answer.tool_calls] == [("weather", {"city": "Kyoto"})]
    structured = chat(gateway, "stub/city").with_structured_output(City, method="json_schema")
    assert structured.invoke("which city?") == City(city="Kyoto", people=1463723)


def test_side_by_side(gateway: Served) -> None:
    model = chat(gateway, "stub/plain")
    answers = model.batch([f"question {n}" for n in range(20)])
    assert [answer.content for answer in answers] == [f"You said: question {n}" for n in range(20)]


def test_what_fails_is_an_error(gateway: Served) -> None:
    with pytest.raises(Exception, match="502"):
        chat(gateway, "stub/broken").invoke("hello")
