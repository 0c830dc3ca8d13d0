"""One record of the changes feed, made ready for the tables."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import Call, CallDeleted
from atlas_desktop.contract.delivery import Delivery, Fingerprints
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.contract.text import storable
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.full_text import indexed

_PREVIEW: Final = 200  # characters
_PREVIEW_SOURCE: Final = 600  # looked at to find them: a message may begin with many line ends
_INDEXED: Final = 400_000  # characters of one call that the search sees; 1 MB took the writer 50 ms
_FINGERPRINT: Final = re.compile(r"fp_[a-z]_([0-9a-f]{16})[0-9a-f]*")
_HEAD: Final = 150  # bytes of a name and its value in memory, besides their characters
_WORTH_PACKING: Final = 4_096  # bytes; deflating a call of 4 kB takes 40 us and halves it


class CallKind(NamedTuple):
    """What few calls differ in: a row of the table ``kind``, in its order."""

    operation: str | None
    customer: str
    model: str
    provider: str | None
    quantization: str | None
    tier: str | None
    schema_version: str | None
    finish: str | None
    metered: bool


@dataclass(frozen=True, slots=True)
class ReadCall:
    """A call as the tables want it. ``words`` is what the full-text index gets."""

    id: str
    revision: int
    created_ms: int
    kind: CallKind
    passed: bool | None
    latency_ms: float | None
    cost_usd: float | None
    size_bytes: int
    exchange: int | None
    prompt: int | None
    feedback: Feedback | None
    correction: Feedback | None
    mine: Feedback | None
    tells_mine: bool
    feedback_count: int
    preview: str
    output_preview: str
    words: str
    text_hash: int
    packed: bool
    body: bytes
    altered: bool


@dataclass(frozen=True, slots=True)
class Deletion:
    """A call that is gone."""

    id: str
    revision: int | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record for the quarantine."""

    id: str | None
    revision: int | None
    reason: str
    raw: bytes


Record = ReadCall | Deletion | Unreadable


def read_record(record: Json) -> Record:
    """Check a parsed record. Raises ValueError (also pydantic's) when it cannot be stored."""
    if not isinstance(record, dict):
        raise ValueError("a record must be an object")  # noqa: TRY004  # bad input, not a bad call
    if record.get("type") == "call.deleted":
        gone = CallDeleted.model_validate(record)
        return Deletion(gone.id, gone.revision)
    if record.get("type") != "call":
        raise ValueError(f"unknown type of record: {record.get('type')!r}")
    raw = record.get("call")
    body, altered = _as_bytes(raw)
    if altered:
        raw = json.loads(body)
    return _read_call(Call.model_validate(raw), raw, body, altered)


def _as_bytes(raw: Json) -> tuple[bytes, bool]:
    try:
        return orjson.dumps(raw), False
    except (TypeError, orjson.JSONEncodeError):
        # A lone surrogate, which no store can keep (or a number beyond 64 bits, which stays as it is).
        text, altered = storable(json.dumps(raw, ensure_ascii=False))
        return text.encode(), altered


def _read_call(call: Call, raw: Json, body: bytes, altered: bool) -> ReadCall:
    asked = raw["request"].get("messages") or []
    answer = raw["response"].get("message") or {}
    words = indexed("\n".join(_texts([*asked, answer]))[:_INDEXED])
    packed, kept = pack(body)
    delivery = call.delivery
    same = _fingerprints(call, raw)
    return ReadCall(
        id=call.id,
        revision=call.revision,
        created_ms=round(call.created_at.timestamp() * 1000),
        kind=_kind(call),
        passed=call.passed,
        latency_ms=delivery.latency_ms if delivery else None,
        cost_usd=delivery.cost_usd if delivery else None,
        size_bytes=len(body),
        exchange=fingerprint_number(same.exchange) if same else None,
        prompt=fingerprint_number(same.prompt) if same else None,
        feedback=call.feedback,
        correction=_with_text(call.standing_correction),
        mine=call.mine,
        tells_mine="mine" in call.model_fields_set,
        feedback_count=call.feedback_count,
        preview=_preview(_last_of_user(asked)),
        output_preview=_preview(answer),
        words=words,
        text_hash=_hash(words),
        packed=packed,
        body=kept,
        altered=altered or "\x00" in words,
    )


def _kind(call: Call) -> CallKind:
    served = call.delivery or Delivery()
    return CallKind(
        operation=call.operation_id,
        customer=call.customer,
        model=call.model,
        provider=served.provider,
        quantization=served.quantization,
        tier=served.tier,
        schema_version=call.schema_version,
        finish=call.response.finish_reason,
        metered=call.metered,
    )


def _fingerprints(call: Call, raw: Mapping[str, Json]) -> Fingerprints | None:
    """The server's; our own where it sent none, so that equal exchanges are known on any Atlas."""
    if call.delivery is not None and call.delivery.fingerprints is not None:
        return call.delivery.fingerprints
    try:
        return fingerprints({"model": call.model, **raw["request"]}, raw["response"].get("message"))
    except ValueError:  # it holds a number that JSON cannot carry: it is equal to none
        return None


def fingerprint_number(fingerprint: str | None) -> int | None:
    """63 bits of a fingerprint: two of a million calls meet by chance once in ten million stores."""
    match = _FINGERPRINT.fullmatch(fingerprint or "")
    return int(match[1], 16) >> 1 if match else None


def _with_text(correction: Feedback | None) -> Feedback | None:
    """What a server calls a correction and is none says nothing."""
    if correction is None or correction.clears or correction.correction is None:
        return None
    return correction


def pack(body: bytes) -> tuple[bool, bytes]:
    """Deflate where it saves at least a fifth."""
    if len(body) >= _WORTH_PACKING:
        packed = zlib.compress(body, 1)
        if len(packed) * 5 <= len(body) * 4:
            return True, packed
    return False, body


def unpack(packed: bool, body: bytes) -> Json:
    """The parsed JSON of a stored payload."""
    return unpack_weighed(packed, body)[0]


def unpack_weighed(packed: bool, body: bytes) -> tuple[Json, int]:
    """The parsed JSON of a stored payload, and about the bytes it takes in memory."""
    plain = zlib.decompress(body) if packed else body
    # A text with one sign beyond Latin-1 takes two or four bytes for each; every name and value has a head.
    weight = len(plain) * (1 if plain.isascii() else 4) + _HEAD * plain.count(b":")
    try:
        return orjson.loads(plain), weight
    except orjson.JSONDecodeError:
        # Numbers beyond 64 bits, which only the standard library reads.
        return json.loads(plain), weight


def _last_of_user(messages: list[Mapping[str, Json]]) -> Mapping[str, Json]:
    for message in reversed(messages):
        if message.get("role") == "user":
            return message
    return messages[-1] if messages else {}


def _texts(messages: list[Mapping[str, Json]]) -> Iterator[str]:
    for message in messages:
        content = message.get("content")
        if isinstance(content, str):
            yield content
        elif isinstance(content, list):
            yield from (part["text"] for part in content if _is_text(part))
        for call in message.get("tool_calls") or ():
            function = call.get("function")
            if isinstance(function, dict):
                yield from (value for value in function.values() if isinstance(value, str))


def _is_text(part: Json) -> bool:
    return isinstance(part, dict) and isinstance(part.get("text"), str)


def _preview(message: Mapping[str, Json]) -> str:
    source = ""
    for text in _texts([message]):
        source += text[:_PREVIEW_SOURCE] + " "
        if len(source) >= _PREVIEW_SOURCE:
            break
    return storable(" ".join(source.split())[:_PREVIEW])[0]


def _hash(words: str) -> int:
    digest = hashlib.blake2b(words.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
