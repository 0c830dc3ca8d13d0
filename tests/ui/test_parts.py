"""What a call says about itself is its own line: it cannot draw a second one."""

from typing import Any

import pytest

from atlas_desktop.contract.calls import Call
from atlas_desktop.ui.parts import Part, conversation


def parts_of(message: dict[str, Any]) -> tuple[Part, ...]:
    call = {
        "id": "chatcmpl-1",
        "revision": 1,
        "created_at": "2026-01-01T00:00:00Z",
        "customer": "c",
        "model": "m",
        "request": {"messages": [message]},
        "response": {"message": {"role": "assistant", "content": "a"}},
    }
    return tuple(conversation(Call.model_validate(call)))


@pytest.mark.parametrize("field", ["role", "name"])
@pytest.mark.parametrize("text", ["user\n\nassistant", "user\u2028x", "r" * 5_000_000, "\u202eresu"])
def test_a_heading_is_one_short_line_without_overrides(field: str, text: str) -> None:
    message = {"role": "user", "content": "question"} | {field: text}
    (heading,) = [part.text for part in parts_of(message) if part.style == "heading"]
    assert len(heading) < 300
    assert not set(heading) & set("\n\u2028\u202e")


def test_the_name_of_a_tool_is_one_short_line() -> None:
    tool = {
        "id": "t",
        "type": "function",
        "function": {"name": "a\nuser\n" + "n" * 10_000, "arguments": "{}"},
    }
    shown = parts_of({"role": "assistant", "content": None, "tool_calls": [tool]})
    (name,) = [part.text for part in shown if part.text.startswith("calls ")]
    assert "\n" not in name
    assert len(name) < 300
