"""How an item of a dataset reads in a line, and its expected output as a text to edit. Pure."""

from typing import Any, Final

import orjson

from atlas_desktop.contract.base import Json

_SHOWN: Final = 200
_LOOKED_AT: Final = 600


def item_title(source: dict[str, Json]) -> str:
    """The beginning of what the user asked last, on one line."""
    messages = source.get("messages")
    if not isinstance(messages, list):
        return one_line_of(source)
    turns = [each for each in messages if isinstance(each, dict)]
    asked = next((each for each in reversed(turns) if each.get("role") == "user"), None)
    turn = asked or (turns[-1] if turns else {})
    return _line(_text(turn.get("content")))


def one_line_of(value: Json) -> str:
    """The beginning of a text or of a JSON value, on one line."""
    if value is None:
        return ""
    return _line(value if isinstance(value, str) else orjson.dumps(value).decode())


def expected_text(value: Json) -> str:
    """An expected output as the text one edits: a string as it is, anything else as JSON with indents."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (each.get("text") for each in parts if isinstance(each, dict))
    return " ".join(each for each in texts if isinstance(each, str))


def _line(text: str) -> str:
    return " ".join(text[:_LOOKED_AT].split())[:_SHOWN]
