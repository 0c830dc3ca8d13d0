"""Recorded calls as a file: JSONL in the layout that an import reads (contract.md, section 6), or CSV."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Literal, get_args

from atlas_desktop.contract.base import Json, Thumb, format_time
from atlas_desktop.contract.calls import Call
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.domain.exporting.csv_text import BOM, csv_line
from atlas_desktop.domain.exporting.veiling import veiled_json
from atlas_desktop.domain.exporting.written import json_line, json_text

CallFormat = Literal["jsonl", "csv"]
CALL_FORMATS: Final[tuple[CallFormat, ...]] = get_args(CallFormat)
_COLUMNS: Final = (
    "id",
    "created_at",
    "operation",
    "customer",
    "model",
    "rating",
    "tags",
    "note",
    "messages",
    "output",
    "correction",
    "tool_calls",
    "latency_ms",
    "cost_usd",
)


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call and what stands about it: the rating that is shown, the correction, one's own tags and note."""

    call: Call
    rating: Thumb | None = None
    correction: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None


class CallExport:
    """Writes calls into ``sink``; veiled unless told otherwise. ``written`` counts them."""

    def __init__(self, sink: BinaryIO, form: CallFormat, *, veil: bool = True) -> None:
        self._sink = sink
        self._line: Callable[[dict[str, Json]], bytes] = _csv if form == "csv" else _jsonl
        self._veil = veil
        self.written = 0
        if form == "csv":
            sink.write(BOM + csv_line(_COLUMNS))

    def add(self, calls: Iterable[JudgedCall]) -> None:
        """Write these."""
        for judged in calls:
            record = recorded(judged)
            self._sink.write(self._line(_covered(record) if self._veil else record))
            self.written += 1


def recorded(judged: JudgedCall) -> dict[str, Json]:
    """The line of an import file that this call is; what is not known is left out."""
    call = judged.call
    asked = call.request.model_dump(mode="json", exclude_unset=True)
    message = call.response.message.model_dump(mode="json", exclude_unset=True)
    delivery = call.delivery
    line: dict[str, Any] = {
        "source_id": call.id,
        "operation": call.operation_id,
        "customer": call.customer,
        "schema_version": call.schema_version,
        "model": call.model,
        "messages": asked.pop("messages"),
        "output": answer_text(call.response.message.model_copy(update={"tool_calls": None})),
        "tool_calls": message.get("tool_calls"),
        "tools": asked.pop("tools", None),
        "response_format": asked.pop("response_format", None),
        "expected_output": judged.correction,
        "rating": judged.rating,
        "created_at": format_time(call.created_at),
        "latency_ms": delivery.latency_ms if delivery else None,
        "cost_usd": delivery.cost_usd if delivery else None,
        "usage": call.response.usage.model_dump(mode="json", exclude_none=True)
        if call.response.usage
        else None,
        "params": asked or None,
        "finish_reason": call.response.finish_reason,
        "meta": _meta(judged),
    }
    return {name: value for name, value in line.items() if value is not None}


def _meta(judged: JudgedCall) -> dict[str, Json] | None:
    said: dict[str, Json] = {}
    if judged.tags:
        said["tags"] = list(judged.tags)
    if judged.note:
        said["note"] = judged.note
    return {**judged.call.metadata, **said} or None


def _covered(record: dict[str, Json]) -> dict[str, Json]:
    """What a call is filed under stays, so that the lines import again; everything said in it is veiled."""
    kept = ("source_id", "operation", "schema_version", "model", "created_at", "rating", "finish_reason")
    numbers = ("latency_ms", "cost_usd", "usage")
    return {
        name: value if name in kept or name in numbers else veiled_json(value)
        for name, value in record.items()
    }


def _jsonl(record: dict[str, Json]) -> bytes:
    return json_line(record)


def _csv(record: dict[str, Json]) -> bytes:
    meta: dict[str, Json] = record.get("meta") or {}
    return csv_line(
        [
            record["source_id"],
            record["created_at"],
            record.get("operation"),
            record["customer"],
            record["model"],
            record.get("rating"),
            ", ".join(meta.get("tags", ())),
            meta.get("note"),
            _text(record["messages"]),
            record["output"],
            record.get("expected_output"),
            _text(record.get("tool_calls")),
            record.get("latency_ms"),
            record.get("cost_usd"),
        ]
    )


def _text(value: Json) -> str | None:
    return None if value is None else json_text(value)
