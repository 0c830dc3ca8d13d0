"""Lines of OpenAI's two fine-tuning formats: supervised chat, and preference pairs (DPO)."""

from typing import Any

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.exporting.example import CannotExportError, Example, text_of
from atlas_desktop.domain.exporting.messages import chat_messages, chat_tools, tool_calls
from atlas_desktop.domain.exporting.written import json_line, json_text, sorted_members
from atlas_desktop.wording import tr


def fine_tuning_line(example: Example) -> bytes:
    """``{"messages": […, the expected answer], "tools"?}`` and a line end. Raises CannotExportError."""
    tools = chat_tools(example.input)
    answer = _answer(_expected(example), calls=bool(tools))
    line: dict[str, Any] = {"messages": [*chat_messages(example.input), answer]}
    if tools:
        line["tools"] = tools
    return json_line(line)


def preference_line(example: Example) -> bytes:
    """``{"input", "preferred_output", "non_preferred_output"}``: what should have come over what came.

    Raises CannotExportError where nothing else came: that is no preference.
    """
    wanted, came = _expected(example), example.predicted
    if came is None:
        raise CannotExportError(tr("the answer that came is not known"))
    if _same(wanted, came):
        raise CannotExportError(tr("the answer that came is the expected one"))
    if not text_of(came):
        raise CannotExportError(tr("the answer that came is empty"))
    asked: dict[str, Any] = {"messages": chat_messages(example.input)}
    if tools := chat_tools(example.input):
        asked |= {"tools": tools, "parallel_tool_calls": True}
    line = {
        "input": asked,
        "preferred_output": [_answer(wanted, calls=bool(tools))],
        "non_preferred_output": [_answer(came, calls=bool(tools))],
    }
    return json_line(line)


def _expected(example: Example) -> Json:
    if example.expected is None or not text_of(example.expected):
        raise CannotExportError(tr("it has no expected output"))
    return example.expected


def _answer(value: Json, *, calls: bool) -> dict[str, Json]:
    """The answer as a message; one that only calls tools is kept as their JSON (domain.answer)."""
    if calls and (made := _as_calls(value)) is not None:
        return {"role": "assistant", "tool_calls": made}
    return {"role": "assistant", "content": text_of(value)}


def _as_calls(value: Json) -> list[dict[str, Json]] | None:
    try:
        parsed = orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError:
        return None
    if not isinstance(parsed, list) or not parsed:
        return None
    try:
        return tool_calls(parsed, number=0)
    except CannotExportError:
        return None


def _same(first: Json, second: Json) -> bool:
    """The same answer, also where one was kept as a JSON value and the other as its text."""
    return _canonical(first) == _canonical(second)


def _canonical(value: Json) -> bytes:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return str(value).strip().encode("utf-8", "surrogatepass")
    return json_text(sorted_members(value)).encode()
