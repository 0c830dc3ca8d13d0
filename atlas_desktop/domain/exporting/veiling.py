"""The veil over data that leaves: every text of a JSON value, also inside JSON that is itself kept as text."""

from typing import Any, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.exporting.written import json_text
from atlas_desktop.domain.veil import names_a_secret, veiled
from atlas_desktop.wording import tr

_DEEPEST: Final = 100
"""JSON nested deeper is covered as the text it is; a body of the contract holds none."""


class _TooDeepError(ValueError):
    pass


def veiled_text(text: str) -> str:
    """The text with personal data and secrets replaced by the name of their kind.

    JSON stays JSON, and is looked into: an escape such as ``\\u0040`` would hide an address from the rules.
    """
    return _text(text, "", 0)


def veiled_json(value: Json) -> Json:
    """The value with every text in it veiled, members' names and numbers such as those of cards too.

    A member's name counts: the text of ``{"password": "…"}`` is a secret by it.
    """
    try:
        return _value(value, "", 0)
    except _TooDeepError:
        return tr("[nested too deeply to be looked through]")


def _value(value: Json, name: str, depth: int) -> Json:
    if isinstance(value, str):
        return _text(value, name, depth)
    if isinstance(value, dict | list) and depth >= _DEEPEST:
        raise _TooDeepError
    if isinstance(value, dict):
        return _members(value, depth + 1)
    if isinstance(value, list):
        return [_value(each, name, depth + 1) for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _as_written(value)
    return value


def _text(text: str, name: str, depth: int) -> str:
    if text.lstrip()[:1] in ("{", "[", '"') and depth < _DEEPEST:
        try:
            value = orjson.loads(text)
            covered = _value(value, name, depth + 1)
        except (orjson.JSONDecodeError, _TooDeepError):
            return _by_name(name, veiled(text))
        if covered != value:
            return json_text(covered)
    return _by_name(name, veiled(text))


def _as_written(value: float) -> Json:
    """The number itself, or, where it is a card's or such, what it is, as a text."""
    written = json_text(value)
    covered = veiled(written)
    return value if covered == written else covered


def _members(value: dict[str, Any], depth: int) -> dict[str, Any]:
    covered: dict[str, Any] = {}
    for name, member in value.items():
        shown = base = veiled(name)
        # Two addresses as names: neither member may take the other's place.
        number = 2
        while shown in covered or (shown != name and shown in value):
            shown = f"{base} {number}"
            number += 1
        covered[shown] = _value(member, name, depth)
    return covered


def _by_name(name: str, text: str) -> str:
    """Covers a secret that only its name gives away."""
    if not names_a_secret(name):
        return text
    start = f"{name}="
    covered = veiled(start + text)
    return covered.removeprefix(start) if covered.startswith(start) else text
