"""JSON as a server must read it: no duplicate keys, no NaN, no numbers nobody can store, no bottomless nesting."""

import json
import math
from typing import Any, Final, NoReturn

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.routes import DEPTH_LIMIT
from atlas_desktop.server.refusals import Refusal, bad_request

_LEAST, _MOST = -(2**63), 2**64 - 1
"""The integers that orjson can write back."""

_LONGEST_NUMBER: Final = 400


def parse(body: bytes) -> Json:
    """The value of a JSON text in UTF-8. Raises Refusal (400).

    Lone surrogates written as escapes are let through here: they are a 422 that says where.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise bad_request("invalid_json", "the body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise bad_request(
            "invalid_json", f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from None
    except RecursionError:
        raise _too_deep() from None
    if deeper_than(value, DEPTH_LIMIT):
        raise _too_deep()
    return value


def deeper_than(value: Json, limit: int) -> bool:
    """Whether arrays and objects nest more than ``limit`` levels. Goes level by level, without recursion."""
    level = [value]
    for _ in range(limit):
        level = [child for item in level for child in _containers(item)]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def _containers(item: Json) -> list[Json]:
    if isinstance(item, dict):
        return [child for child in item.values() if isinstance(child, dict | list)]
    if isinstance(item, list):
        return [child for child in item if isinstance(child, dict | list)]
    return []


def _too_deep() -> Refusal:
    return bad_request("json_too_deep", f"the JSON nests more than {DEPTH_LIMIT} levels")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise bad_request("duplicate_key", "an object of the JSON has the same key twice")
    return found


def _constant(name: str) -> NoReturn:
    raise bad_request("invalid_json", f"{name} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise bad_request("number_out_of_range", "a number of the JSON is too large")
    return value


def _int(text: str) -> int:
    value = int(text) if len(text) < _LONGEST_NUMBER else _MOST + 1
    if not _LEAST <= value <= _MOST:
        raise bad_request("number_out_of_range", "an integer of the JSON does not fit in 64 bits")
    return value


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_constant, parse_float=_float, parse_int=_int
)
