"""What a provider said, as far as it is of the protocol's types: the rest no reader of the record could take. Pure."""

from collections.abc import Mapping
from typing import Final

from atlas_desktop.contract.base import Json

_LONGEST_REASON: Final = 64
_OURS: Final = frozenset({"cancelled", "interrupted"})
_KINDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "role": str,
    "content": (str, list),
    "name": str,
    "tool_call_id": str,
    "tool_calls": list,
}
"""The types of contract.chat.Message."""


def fits(name: str, value: Json) -> bool:
    """Whether a field of a message can have this value; fields that are not of the protocol may have any."""
    if value is None:
        return True
    if name == "tool_calls":
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    kinds = _KINDS.get(name)
    return kinds is None or isinstance(value, kinds)


def message_of(value: Json) -> dict[str, Json] | None:
    """A whole message with its role; None where this is none."""
    if not isinstance(value, dict) or not all(fits(name, member) for name, member in value.items()):
        return None
    return {"role": "assistant", **value, **({} if value.get("role") else {"role": "assistant"})}


def reason_of(value: Json) -> str | None:
    """Why it stopped, in a word of the protocol's kind; what only we can say of a call, a provider does not."""
    if not isinstance(value, str) or value in _OURS:
        return None
    return value if 0 < len(value) <= _LONGEST_REASON else None
