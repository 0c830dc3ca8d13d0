"""How an item of a dataset reads in a line, and its expected output as a text to edit. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import DatasetItem

_SHOWN: Final = 200
_LOOKED_AT: Final = 600
_TITLE: Final = 2_400
"""Characters of a request that are kept of it: templates begin alike for 2,000 and more."""
_SHORTEST: Final = 40
"""A shorter common beginning is how people ask, not a template."""
_SPACED: Final = 20_000
_LAID_OUT: Final = 200_000
_REST: Final = 8
_MOST: Final = 6


def item_title(source: dict[str, Json]) -> str:
    """The beginning of what the user asked last, on one line; long enough for `apart`."""
    messages = source.get("messages")
    if not isinstance(messages, list):
        return one_line_of(source)
    turns = [each for each in messages if isinstance(each, dict)]
    asked = next((each for each in reversed(turns) if each.get("role") == "user"), None)
    turn = asked or (turns[-1] if turns else {})
    return " ".join(_text(turn.get("content"))[: 2 * _TITLE].split())[:_TITLE]


def beginnings_of(titles: Sequence[str]) -> tuple[str, ...]:
    """What at least a third of these begin with, the longest first: the templates of their prompts."""
    ordered = sorted(set(titles))
    apart_by = max(len(ordered) // 3, 1)
    found = {
        common[: common.rfind(" ") + 1]
        for one, other in zip(ordered, ordered[apart_by:], strict=False)
        if len(common := _common(one, other)) >= _SHORTEST
    }
    return tuple(sorted(filter(None, found), key=len, reverse=True)[:_MOST])


def _common(one: str, other: str) -> str:
    pairs = enumerate(zip(one, other, strict=False))
    return one[: next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))]


def apart(title: str, beginnings: Iterable[str]) -> str:
    """A title as a row shows it: without what others begin with, too."""
    for each in beginnings:
        if title.startswith(each) and len(title) - len(each) >= _REST:
            return f"…{title[len(each) :]}"[:_SHOWN]
    return title[:_SHOWN]


def one_line_of(value: Json) -> str:
    """The beginning of a text or of a JSON value, on one line."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _line(value)
    said = orjson.dumps(value).decode()
    # With blanks it can be cut between words; of much of it the beginning is enough.
    return _line(said if len(said) > _SPACED else json.dumps(value, ensure_ascii=False))


def expected_text(value: Json) -> str:
    """An expected output as the text one edits: a string as it is, anything else as JSON with indents."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def answered_text(item: DatasetItem) -> str:
    """What was answered, as one compares it with what is expected: JSON laid out alike where that is an object."""
    said = item.predicted
    if isinstance(item.expected_output, dict | list) and isinstance(said, str) and len(said) <= _LAID_OUT:
        try:
            return expected_text(orjson.loads(said))
        except orjson.JSONDecodeError:
            return said
    return expected_text(said)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (each.get("text") for each in parts if isinstance(each, dict))
    return " ".join(each for each in texts if isinstance(each, str))


def _line(text: str) -> str:
    return " ".join(text[:_LOOKED_AT].split())[:_SHOWN]
