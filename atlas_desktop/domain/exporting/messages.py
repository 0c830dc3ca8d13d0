"""Recorded messages in the form that OpenAI's fine-tuning takes: recorded traffic is more lenient than that."""

from collections.abc import Mapping
from typing import Any, Final

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.exporting.example import CannotExportError
from atlas_desktop.domain.exporting.written import json_text
from atlas_desktop.wording import tr

_ROLES: Final = ("system", "developer", "user", "assistant", "tool")


def chat_messages(source: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The input's messages, at least one. Raises CannotExportError."""
    messages = source.get("messages")
    if not isinstance(messages, list) or not messages:
        raise CannotExportError(tr("its input has no messages"))
    return [_message(message, number) for number, message in enumerate(messages, 1)]


def chat_tools(source: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The input's tools; an unnamed type is a function's. Raises CannotExportError."""
    tools = source.get("tools")
    if not tools:
        return []
    if not isinstance(tools, list):
        raise CannotExportError(tr("its tools are no list"))
    return [_tool(tool) for tool in tools]


def _message(message: Json, number: int) -> dict[str, Json]:
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        raise CannotExportError(tr("message {number} has no role that fine-tuning knows", number=number))
    role = message["role"]
    made: dict[str, Json] = {"role": role}
    calls = tool_calls(message.get("tool_calls"), number) if role == "assistant" else []
    content = _content(message.get("content"), number, role)
    if content is not None:
        made["content"] = content
    elif not calls:
        raise CannotExportError(tr("message {number} has no content", number=number))
    if calls:
        made["tool_calls"] = calls
    if role == "tool":
        made["tool_call_id"] = _text(message, "tool_call_id", number)
    elif isinstance(message.get("name"), str) and message["name"]:
        made["name"] = message["name"]
    return made


def _content(content: Json, number: int, role: str) -> Json:
    if content is None or isinstance(content, str):
        return content
    if isinstance(content, list) and content and all(_is_part(part, role) for part in content):
        return content
    raise CannotExportError(tr("message {number} has content that is neither text nor parts", number=number))


def _is_part(part: Json, role: str) -> bool:
    if not isinstance(part, dict):
        return False
    if part.get("type") == "text":
        return isinstance(part.get("text"), str)
    if role == "user" and part.get("type") == "image_url":
        image = part.get("image_url")
        return isinstance(image, dict) and isinstance(image.get("url"), str)
    return False


def tool_calls(calls: Json, number: int) -> list[dict[str, Json]]:
    """An assistant's calls, as OpenAI takes them. Raises CannotExportError, naming the message."""
    if not calls:
        return []
    made = []
    for call in calls if isinstance(calls, list) else [calls]:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            raise CannotExportError(tr("message {number} calls something that is no function", number=number))
        made.append(
            {
                "id": _text(call, "id", number),
                "type": "function",
                "function": {"name": _text(function, "name", number), "arguments": _arguments(function)},
            }
        )
    return made


def _arguments(function: Mapping[str, Json]) -> str:
    """A call without arguments was recorded without the member; one provider sends an object, not its text."""
    arguments: Any = function.get("arguments")
    if arguments is None:
        return "{}"
    return arguments if isinstance(arguments, str) else json_text(arguments)


def _tool(tool: Json) -> dict[str, Json]:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise CannotExportError(tr("one of its tools is no function"))
    kept = {
        name: function[name]
        for name in ("name", "description", "parameters", "strict")
        if function.get(name) is not None
    }
    return {"type": "function", "function": kept}


def _text(source: Mapping[str, Json], name: str, number: int) -> str:
    value = source.get(name)
    if not isinstance(value, str) or not value:
        raise CannotExportError(tr("message {number} lacks {name}", number=number, name=name))
    return value
