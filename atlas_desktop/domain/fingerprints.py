"""The four content-addressable ids of a call (contract.md, *Fingerprints*; seed *Reading the delivery block*)."""

import hashlib
import math
import unicodedata
from collections.abc import Mapping
from typing import Final

import orjson
import rfc8785

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Fingerprints

_CACHE_PARAMETERS: Final = (
    "temperature",
    "top_p",
    "max_tokens",
    "stop",
    "seed",
    "response_format",
    "tools",
    "tier",
    "tier_strict",
)
_MESSAGE_FIELDS: Final = ("role", "content", "name", "tool_calls", "tool_call_id")
_RESULTS: Final = frozenset({"content", "tool_calls"})
_ASKED: Final = frozenset(
    {"model", "messages", *_CACHE_PARAMETERS}
    | {"forbid_atlas_network", "metadata", "stream", "stream_options", "user"}
)
"""What the cache fingerprint covers, and what changes no answer."""
_SAFE_INT: Final = 2**53 - 1
_HEX: Final = 24


def fingerprints(request: Mapping[str, Json], message: Mapping[str, Json] | None) -> Fingerprints:
    """The fingerprints of a chat request (with ``model`` and ``messages``) and its assistant message.

    Both are parsed JSON objects. Absent and null fields are the same, key order never matters, and all
    text is compared in Unicode NFC. A number JSON cannot carry raises ValueError.
    """
    return RequestPrints(request).with_answer(message)


class RequestPrints:
    """The fingerprints of a request that has no answer yet (:attr:`prints`)."""

    __slots__ = ("_before_result", "prints")

    def __init__(self, request: Mapping[str, Json]) -> None:
        # The prompt is most of a call and part of three digests: its bytes are made once and put into each.
        prompt = canonical_json([_said(turn) for turn in request.get("messages") or ()])
        self._before_result = hashlib.sha256(b'{"prompt":' + prompt + b',"result":')
        self.prints = Fingerprints(
            prompt=_digest("p", prompt),
            json_schema=_schema(request),
            cache=_digest("c", _with_prompt(prompt, _present(request, ("model", *_CACHE_PARAMETERS)))),
        )

    def with_answer(self, message: Mapping[str, Json] | None) -> Fingerprints:
        """The same, with the exchange's, where the message says something."""
        answer = _said(message) if message is not None else {}
        answer.pop("role", None)
        if not answer.keys() & _RESULTS:
            return self.prints
        digest = self._before_result.copy()
        digest.update(canonical_json(answer) + b"}")
        return Fingerprints(
            prompt=self.prints.prompt,
            exchange=f"fp_e_{digest.hexdigest()[:_HEX]}",
            json_schema=self.prints.json_schema,
            cache=self.prints.cache,
        )


def says_all(request: Mapping[str, Json]) -> bool:
    """Whether the cache fingerprint covers all that an answer depends on.

    With anything else (``tool_choice``, ``n``, a message's ``function_call``) two requests of one fingerprint may
    want different answers.
    """
    turns = request.get("messages") or ()
    return _given(request) <= _ASKED and all(_given(turn) <= set(_MESSAGE_FIELDS) for turn in turns)


def _given(source: Mapping[str, Json]) -> set[str]:
    return {name for name, value in source.items() if value is not None}


def _with_prompt(prompt: bytes, members: Mapping[str, Json]) -> bytes:
    """RFC 8785 bytes of an object with these members and ``prompt``. Names are ASCII: sorted as text."""
    parts = {name: canonical_json(value) for name, value in members.items()} | {"prompt": prompt}
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), parts[name]) for name in sorted(parts)) + b"}"


def _said(turn: Mapping[str, Json]) -> dict[str, Json]:
    """A message without what says nothing: null and empty content, empty lists of tool calls."""
    said = _present(turn, _MESSAGE_FIELDS)
    return {name: value for name, value in said.items() if value not in ("", [])}


def _present(source: Mapping[str, Json], names: tuple[str, ...]) -> dict[str, Json]:
    return {name: source[name] for name in names if source.get(name) is not None}


def _schema(request: Mapping[str, Json]) -> str | None:
    """``response_format`` when it carries a JSON Schema, and every tool's ``parameters``, in order."""
    response_format = request.get("response_format")
    carries = isinstance(response_format, dict) and response_format.get("json_schema") is not None
    parameters = [found for tool in request.get("tools") or () if (found := _parameters(tool)) is not None]
    if not carries and not parameters:
        return None
    schema = {"response_format": response_format if carries else None, "parameters": parameters}
    return _digest("s", canonical_json(schema))


def _parameters(tool: Json) -> Json:
    function = tool.get("function") if isinstance(tool, dict) else None
    return function.get("parameters") if isinstance(function, dict) else None


def _digest(kind: str, canonical: bytes) -> str:
    return f"fp_{kind}_{hashlib.sha256(canonical).hexdigest()[:_HEX]}"


def canonical_json(value: Json) -> bytes:
    """RFC 8785 bytes of a JSON value after NFC, with object members that are null left out.

    orjson writes the same bytes many times faster as long as there are no floats, no integers beyond
    2^53 and only ASCII keys; everything else goes through the rfc8785 library. Raises ValueError for what
    JSON cannot carry: NaN, infinities, integers beyond any double, lone surrogates.
    """
    exact, plain = _normal(value)
    if not plain:
        return rfc8785.dumps(exact)
    try:
        return orjson.dumps(exact, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error


def _normal(value: Json) -> tuple[Json, bool]:
    """The value in NFC without null members, and whether orjson writes it as RFC 8785 does."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value), True
    if isinstance(value, dict):
        return _normal_object(value)
    if isinstance(value, list | tuple):
        pairs = [_normal(item) for item in value]
        return [item for item, _ in pairs], all(plain for _, plain in pairs)
    if isinstance(value, float):
        return _normal_number(value)
    if isinstance(value, int) and not -_SAFE_INT <= value <= _SAFE_INT:
        return _normal_number(_as_double(value))
    return value, True


def _normal_object(value: dict[str, Json]) -> tuple[dict[str, Json], bool]:
    plain = True
    members: dict[str, Json] = {}
    for key, member in value.items():
        if member is not None:
            members[key], member_plain = _normal(member)
            plain = plain and member_plain and key.isascii()
    if plain:
        return members, True
    named = {unicodedata.normalize("NFC", key): member for key, member in members.items()}
    # Two keys that are one in NFC: as they stand they keep both members, whatever their order.
    return named if len(named) == len(members) else members, False


def _as_double(value: int) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError("an integer beyond any double is not a JSON number") from error


def _normal_number(value: float) -> tuple[float, bool]:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a JSON number")
    return value, False
