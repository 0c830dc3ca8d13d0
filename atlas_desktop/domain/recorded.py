"""One line of an import file: what the server stores of it, or why it cannot (contract.md, section 6)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import orjson
from pydantic import ValidationError

from atlas_desktop.contract.base import Json, Thumb, parse_time
from atlas_desktop.contract.calls import RecordedCall, Verdict
from atlas_desktop.contract.delivery import Fingerprints
from atlas_desktop.contract.ids import derived_id, is_operation_key
from atlas_desktop.domain.buckets import LAST_DAY
from atlas_desktop.domain.faults import first_fault
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.strict_json import NotStrictError, parse_storable

LINE_LIMIT: Final = 8 * 1024 * 1024
_SPREAD: Final = timedelta(days=28)
_COMMENT_LIMIT: Final = 20_000
_BOM: Final = b"\xef\xbb\xbf"
_THUMBS: Final[dict[str, Thumb]] = {"up": "thumbs_up", "down": "thumbs_down"}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What fills in for a line that does not say."""

    operation: str | None = None
    customer: str | None = None


class RecordedFeedback(NamedTuple):
    """A verdict or a correction that came with the call."""

    id: str
    reviewer: str
    rating: Thumb | None
    correction: str | None
    comment: str | None
    created_at: datetime


class Prints(NamedTuple):
    """The four fingerprints of a call (contract.delivery.Fingerprints)."""

    prompt: str
    exchange: str | None
    json_schema: str | None
    cache: str


class Way(NamedTuple):
    """How a live call was served (contract.delivery.Delivery)."""

    tier: str | None = None
    provider: str | None = None
    quantization: str | None = None


class Recorded(NamedTuple):
    """Everything that is stored of one line (a tuple: pickled in a tenth of a dataclass's time). ``request``, ``response``, ``delivery`` and ``metadata`` are the
    JSON of the fields of that name in contract.calls.Call; ``text`` is what a search looks through.
    """

    number: int
    source_id: str
    call_id: str
    created_at: datetime
    customer: str
    operation: str | None
    schema_version: str | None
    model: str
    finish_reason: str | None
    request: bytes
    response: bytes
    delivery: bytes
    metadata: bytes
    text: str
    fingerprints: Prints
    latency_ms: float | None
    cost_usd: float | None
    feedback: tuple[RecordedFeedback, ...]
    way: Way | None = None


class Rejected(NamedTuple):
    """A line that was not taken: its number, from 1, and why, in words for the person who has the file."""

    number: int
    message: str


class _UnusableError(ValueError):
    """A line that is well formed and still cannot be stored; the text says why."""


def read_line(
    line: bytes, number: int, defaults: Defaults, now: datetime, *, organization: str
) -> Recorded | Rejected:
    """Read one line for an organization (its id salts the ids, so that they never meet another's).

    Pure: the same line gives the same ids and times, save that a missing ``created_at`` is spread over the
    28 days before the day of ``now``. ``number`` counts from 1 and is only handed back.
    """
    try:
        return _read(_bare(line, number), number, defaults, now, organization)
    except ValidationError as error:
        return Rejected(number, first_fault(error))
    except (NotStrictError, _UnusableError) as error:
        return Rejected(number, str(error))


def read_lines(
    lines: Sequence[tuple[int, bytes]], defaults: Defaults, now: datetime, organization: str
) -> list[Recorded | Rejected]:
    """``read_line`` for each of the numbered lines, in their order."""
    return [read_line(line, number, defaults, now, organization=organization) for number, line in lines]


def is_blank(line: bytes) -> bool:
    """Whether a line holds nothing: counted, but neither imported nor reported."""
    return not line.strip()


def _bare(line: bytes, number: int) -> bytes:
    if len(line) > LINE_LIMIT:
        raise _UnusableError(f"longer than {LINE_LIMIT // 1024**2} MiB")
    return line.strip().removeprefix(_BOM) if number == 1 else line.strip()


def _read(line: bytes, number: int, defaults: Defaults, now: datetime, organization: str) -> Recorded:
    raw = parse_storable(line)
    if not isinstance(raw, dict):
        raise _UnusableError("not a JSON object")
    given = RecordedCall.model_validate(raw, strict=True)
    created_at, time_from = _created(given, now)
    request, response = _request(raw), _response(raw, given)
    prints = fingerprints({**request, "model": given.model}, response["message"])
    return Recorded(
        number=number,
        source_id=given.source_id,
        call_id=derived_id("chatcmpl-", organization, given.source_id),
        created_at=created_at,
        customer=given.customer or defaults.customer or "default",
        operation=_operation(given.operation if given.operation is not None else defaults.operation),
        schema_version=given.schema_version,
        model=given.model,
        finish_reason=response["finish_reason"],
        request=orjson.dumps(request),
        response=orjson.dumps(response),
        delivery=_delivery(given, prints),
        metadata=_metadata(raw, given, time_from),
        text=searched(raw["messages"], raw["output"], raw.get("tool_calls")),
        fingerprints=Prints(prints.prompt, prints.exchange, prints.json_schema, prints.cache),
        latency_ms=given.latency_ms,
        cost_usd=given.cost_usd,
        feedback=_feedback(given, created_at, organization),
    )


def _operation(key: str | None) -> str | None:
    if key is None or is_operation_key(key):
        return key
    raise _UnusableError(
        f"operation: {key[:80]!r} is not a key (1 to 64 of a-z 0-9 _ . -, the first a letter or digit)"
    )


def _created(given: RecordedCall, now: datetime) -> tuple[datetime, str | None]:
    """When the call was made, and how we know if the line does not say it fully."""
    if given.created_at is None:
        digest = hashlib.blake2b(given.source_id.encode(), digest_size=8).digest()
        back = _SPREAD * (int.from_bytes(digest, "big") / 2**64)
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return _whole_millis(midnight - back), "spread"
    try:
        moment = parse_time(given.created_at)
        zoned = datetime.fromisoformat(given.created_at).tzinfo is not None
    except (ValueError, OverflowError):
        raise _UnusableError(f"created_at: {given.created_at[:60]!r} is not an ISO 8601 time") from None
    if moment.year < 1970:
        raise _UnusableError(f"created_at: {given.created_at[:60]!r} is before 1970")
    if moment.year > LAST_DAY.year:
        raise _UnusableError(f"created_at: {given.created_at[:60]!r} is after {LAST_DAY.year}")
    return _whole_millis(moment), None if zoned else "assumed_utc"


def _whole_millis(moment: datetime) -> datetime:
    """Times on the wire have milliseconds: a finer one would differ from itself after a round trip."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _request(raw: dict[str, Json]) -> dict[str, Json]:
    named = {name: raw[name] for name in ("tools", "response_format") if raw.get(name) is not None}
    return {**(raw.get("params") or {}), **named, "messages": raw["messages"]}


def _response(raw: dict[str, Json], given: RecordedCall) -> dict[str, Json]:
    message: dict[str, Json] = {"role": "assistant", "content": given.output}
    if given.tool_calls:
        message["tool_calls"] = raw["tool_calls"]
    # Recorders keep it beside the call as often as in it; "" is a real value of some and says nothing.
    reason = given.finish_reason or (given.meta or {}).get("finish_reason")
    return {
        "message": message,
        "finish_reason": reason if isinstance(reason, str) and reason else None,
        "usage": raw.get("usage"),
    }


def _delivery(given: RecordedCall, prints: Fingerprints) -> bytes:
    return orjson.dumps(
        {
            "cost_usd": given.cost_usd,
            "latency_ms": given.latency_ms,
            "fingerprints": {
                "prompt": prints.prompt,
                "exchange": prints.exchange,
                "schema": prints.json_schema,
                "cache": prints.cache,
            },
        }
    )


def _metadata(raw: dict[str, Json], given: RecordedCall, time_from: str | None) -> bytes:
    """What the line says beyond the call itself; ``fields`` are those we do not know."""
    kept: dict[str, Json] = {"source_id": given.source_id}
    if given.meta:
        kept["meta"] = raw["meta"]
    if isinstance(given.rating, Verdict):
        kept["verdict"] = raw["rating"]
    if given.expected_output is not None and given.expected_output == given.output:
        kept["reference"] = "same as the output"
    if time_from:
        kept["created_at_from"] = time_from
    if given.model_extra:
        kept["fields"] = {name: raw[name] for name in given.model_extra}
    return orjson.dumps(kept)


def searched(
    messages: Sequence[Mapping[str, Json]], output: str, tool_calls: list[dict[str, Json]] | None
) -> str:
    """What a search looks through: all that was said and answered."""
    return "\n".join(_texts(messages, output, tool_calls))


def _texts(
    messages: Sequence[Mapping[str, Json]], output: str, tool_calls: list[dict[str, Json]] | None
) -> Iterator[str]:
    for message in messages:
        content = message.get("content")
        if isinstance(content, str):
            yield content
        elif content:
            yield from _part_texts(content)
        yield from _tool_texts(message.get("tool_calls"))
    yield output
    yield from _tool_texts(tool_calls)


def _part_texts(parts: list[Json]) -> Iterator[str]:
    for part in parts:
        text = part.get("text") if isinstance(part, dict) else part
        if isinstance(text, str):
            yield text


def _tool_texts(tool_calls: list[dict[str, Json]] | None) -> Iterator[str]:
    for tool_call in tool_calls or ():
        function = tool_call.get("function")
        if isinstance(function, dict):
            yield from (
                part for part in (function.get("name"), function.get("arguments")) if isinstance(part, str)
            )


def _feedback(given: RecordedCall, created_at: datetime, organization: str) -> tuple[RecordedFeedback, ...]:
    """One row at most: the newest row of a reviewer replaces the older, so two would unsay each other."""
    verdict = given.rating if isinstance(given.rating, Verdict) else None
    rating = _THUMBS.get(verdict.thumb or "") if verdict else given.rating
    correction = given.expected_output if given.expected_output != given.output else None
    if rating is None and correction is None:
        return ()
    reviewer = f"import:{verdict.by if verdict else 'source'}"
    row = RecordedFeedback(
        id=derived_id("fb_", organization, given.source_id, reviewer),
        reviewer=reviewer,
        rating=rating if isinstance(rating, str) else None,
        correction=correction,
        comment=_comment(verdict) if verdict else None,
        created_at=created_at,
    )
    return (row,)


def _comment(verdict: Verdict) -> str:
    """The source's own words, then its verdict as it gave it."""
    value = verdict.value if isinstance(verdict.value, str) else orjson.dumps(verdict.value).decode()
    scale = f" ({verdict.scale})" if verdict.scale else ""
    said = f"{verdict.by}: {value}{scale}"
    return f"{verdict.comment}\n\n{said}"[:_COMMENT_LIMIT] if verdict.comment else said[:_COMMENT_LIMIT]
