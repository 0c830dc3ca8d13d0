"""A page of the changes feed, read record by record, so that one bad record spoils only itself."""

import json
import re
from dataclasses import dataclass
from typing import Final

import orjson
from pydantic import ValidationError

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import CallChanges
from atlas_desktop.store.records import Record, Unreadable, read_record

# orjson parses 1 MB in 3 ms without letting any other thread run; larger pages are parsed by the record.
_IN_ONE_GO: Final = 1_000_000
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_SPACE: Final = re.compile(r"[ \t\r\n]*")
# NaN and Infinity are no JSON; a record that has them is read with null in their place.
_DECODER: Final = json.JSONDecoder(parse_constant=lambda _: None)


class UnreadablePage(Exception):  # noqa: N818  # it is the answer that is at fault, not a bug
    """The answer is not a page of changes at all; nothing of it was stored."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, ready to be written."""

    records: list[Record]
    next_after: int
    has_more: bool
    total: int | None
    digest: str | None


def read_page(page: bytes | CallChanges) -> Page:
    """Parse a page and prepare its records. Takes long: not on the UI thread. Raises UnreadablePage."""
    if isinstance(page, CallChanges):
        page = page.model_dump_json(by_alias=True, exclude_unset=True).encode()
    envelope, records = _parse(page)
    next_after, has_more = envelope.get("next_after"), envelope.get("has_more")
    # Not isinstance: True is an int as well, and would be kept as the cursor.
    if type(next_after) is not int or not 0 <= next_after < 2**63 or not isinstance(has_more, bool):
        raise UnreadablePage("next_after or has_more is missing, or no revision")
    total, digest = envelope.get("total"), envelope.get("digest")
    return Page(
        [_prepared(record) for record in records],
        next_after,
        has_more,
        total if isinstance(total, int) else None,
        digest if isinstance(digest, str) else None,
    )


def _prepared(record: Json) -> Record:
    if isinstance(record, Unreadable):
        return record
    try:
        return read_record(record)
    except (ValidationError, ValueError, RecursionError) as error:
        return unreadable(record, _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error) or type(error).__name__


def unreadable(record: Json, reason: str) -> Unreadable:
    """A record that cannot be stored, kept as it came; named where its name can be made out."""
    named = record.get("call", record) if isinstance(record, dict) else {}
    call_id, revision = (named.get("id"), named.get("revision")) if isinstance(named, dict) else (None, None)
    return Unreadable(
        call_id if isinstance(call_id, str) and call_id.isprintable() else None,
        revision if isinstance(revision, int) and 0 <= revision < 2**63 else None,
        reason,
        json.dumps(record).encode(),
    )


def _parse(page: bytes) -> tuple[dict[str, Json], list[Json]]:
    if len(page) <= _IN_ONE_GO:
        try:
            whole = orjson.loads(page)
        except orjson.JSONDecodeError:
            # A lone surrogate, a NaN or too deep a record: the careful way below keeps the rest.
            whole = None
        if isinstance(whole, dict) and isinstance(whole.get("data"), list):
            return whole, whole["data"]
    try:
        return _parse_by_record(page.decode("utf-8", "replace"))
    except (ValueError, RecursionError, IndexError) as error:
        raise UnreadablePage(f"not a page of changes: {error}") from error


def _parse_by_record(text: str) -> tuple[dict[str, Json], list[Json]]:
    """The same with the standard library's parser, which other threads can interrupt between records."""
    envelope: dict[str, Json] = {}
    records: list[Json] | None = None
    at = _expect(text, 0, "{")
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _expect(text, at, ":")
        if key == "data" and text[at] == "[":
            records, at = _records(text, at)
        else:
            envelope[str(key)], at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != "}":
            at = _expect(text, at, ",")
    if records is None:
        raise ValueError("it has no data")
    return envelope, records


def _records(text: str, at: int) -> tuple[list[Json], int]:
    records: list[Json] = []
    at = _expect(text, at, "[")
    while text[at] != "]":
        value, at = _record(text, at)
        records.append(value)
        at = _skip(text, at)
        if text[at] != "]":
            at = _expect(text, at, ",")
    return records, at + 1


def _record(text: str, start: int) -> tuple[Json, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        end = _end_of_value(text, start)
        raw = text[start:end].encode("utf-8", "surrogatepass")
        return Unreadable(None, None, str(error) or "nested too deeply", raw), end


def _end_of_value(text: str, start: int) -> int:
    """Where a broken object or list ends, by its brackets."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
        if depth == 0:
            return token.end()
    raise ValueError("a record does not end")


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _expect(text: str, at: int, char: str) -> int:
    at = _skip(text, at)
    if text[at] != char:
        raise ValueError(f"{char!r} expected at {at}")
    return _skip(text, at + 1)
