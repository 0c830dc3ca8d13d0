"""JSON read so strictly that every store and every reader agrees on what it says."""

import json
import math
from typing import Final, NoReturn

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.routes import DEPTH_LIMIT
from atlas_desktop.contract.text import bad_text

_ESCAPED_NUL: Final = b"\\u0000"


class NotStrictError(ValueError):
    """Why the bytes were not taken, in words for the person who has the file."""


def parse_strictly(data: bytes, *, depth: int = DEPTH_LIMIT) -> Json:
    """The value of UTF-8 JSON. Raises NotStrictError with the reason for anything less.

    Refused beyond what is not JSON at all: NaN and numbers that are infinite as doubles, NUL, lone
    surrogates, a name twice in one object, and nesting deeper than ``depth``.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        _explain(data, depth)
    # A value nested this deep has at least as many brackets: counting them costs 1 µs, walking 20.
    if data.count(b"[") + data.count(b"{") > depth:
        _check_depth(value, depth)
    if _ESCAPED_NUL in data:
        _check_text(value)
    # Only a text without repeated names can come out of a dict again as it went in, so compact JSON (all
    # but 21 of 8,916 real calls) is cleared by 1 µs of writing; the rest costs a second, slower reading.
    if orjson.dumps(value) != data:
        _check_names(data)
    return value


def place(path: tuple[str | int, ...]) -> str:
    """A path as a person would write it: ``messages[0].content``."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in words.removeprefix(".")[:200]
    )


def _explain(data: bytes, depth: int) -> NoReturn:
    """Find words for what orjson refused; its own have positions but no names."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NotStrictError(f"not UTF-8 text (byte {error.start + 1})") from None
    try:
        value = json.loads(text, parse_constant=_refuse_number, parse_float=_finite, parse_int=_finite)
    except json.JSONDecodeError as error:
        raise NotStrictError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise NotStrictError(f"nested deeper than {depth} levels") from None
    _check_depth(value, depth)
    _check_text(value)
    raise NotStrictError("not JSON")


def _refuse_number(text: str) -> NoReturn:
    raise NotStrictError(f"{text[:20]} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        _refuse_number(text)
    return number


def _check_depth(value: Json, depth: int) -> None:
    level = [value]
    for _ in range(depth):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not any(isinstance(item, dict | list) for item in level):
            return
    raise NotStrictError(f"nested deeper than {depth} levels")


def _check_text(value: Json) -> None:
    path = bad_text(value)
    if path is not None:
        raise NotStrictError(f"{place(path) or 'the text'} holds a NUL character or half of a surrogate pair")


def _check_names(data: bytes) -> None:
    json.loads(data, object_pairs_hook=_unique, parse_int=float)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotStrictError(f"{twice[:100]!r} is given twice in one object")
    return found
