"""A value as JSON, whatever a server elsewhere put into it."""

import json

import orjson

from atlas_desktop.contract.base import Json


def json_text(value: Json) -> str:
    """Compact JSON. Our server takes no number beyond 64 bits and no half character; others may send them."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return written.encode("utf-8", "replace").decode()


def json_line(value: Json) -> bytes:
    """The same with a line end."""
    return json_text(value).encode() + b"\n"


def sorted_members(value: Json) -> Json:
    """The value with the members of each object in order, so that equal ones are written alike."""
    if isinstance(value, dict):
        return {name: sorted_members(value[name]) for name in sorted(value)}
    return [sorted_members(each) for each in value] if isinstance(value, list) else value
