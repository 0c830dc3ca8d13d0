"""What OpenAI takes: the lines checked against the types of the `openai` package, nothing added.

The package itself has no validator of chat lines any more (2.x had one for prompt/completion pairs only), but its
types say what a message may be; the rest is the published format.
"""

from typing import Any, get_args, get_type_hints

import orjson
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import TypeAdapter

_MESSAGE: TypeAdapter[Any] = TypeAdapter(ChatCompletionMessageParam)
_TOOL: TypeAdapter[Any] = TypeAdapter(ChatCompletionFunctionToolParam)
_FIELDS = {
    get_args(get_type_hints(kind)["role"])[0]: set(get_type_hints(kind))
    for kind in get_args(ChatCompletionMessageParam)
}


def check_message(message: dict[str, Any]) -> None:
    _plain(_MESSAGE.validate_python(message))
    assert set(message) <= _FIELDS[message["role"]], message
    assert (
        message.get("content")
        or message.get("tool_calls")
        or message["role"] != "assistant"
        or (isinstance(message.get("content"), str))
    )


def check_fine_tuning(line: bytes) -> dict[str, Any]:
    """A line of supervised chat: it ends with the assistant's answer."""
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    example: dict[str, Any] = orjson.loads(line)
    assert set(example) <= {"messages", "tools"}
    for message in example["messages"]:
        check_message(message)
    assert example["messages"][-1]["role"] == "assistant"
    for tool in example.get("tools", []):
        _plain(_TOOL.validate_python(tool))
    return example


def check_preference(line: bytes) -> dict[str, Any]:
    """A preference pair: one answer each, and they differ."""
    assert line.endswith(b"\n")
    pair: dict[str, Any] = orjson.loads(line)
    assert set(pair) == {"input", "preferred_output", "non_preferred_output"}
    for message in [*pair["input"]["messages"], *pair["preferred_output"], *pair["non_preferred_output"]]:
        check_message(message)
    assert [each["role"] for each in pair["preferred_output"]] == ["assistant"]
    assert [each["role"] for each in pair["non_preferred_output"]] == ["assistant"]
    assert pair["preferred_output"] != pair["non_preferred_output"]
    return pair


def _plain(value: Any) -> Any:
    """Everything there is: pydantic checks what is inside of an iterable only when it is taken out."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, str | int | float | None):
        return value
    return [_plain(each) for each in value]
