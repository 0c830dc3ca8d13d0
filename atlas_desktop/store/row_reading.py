"""Rows of the call list by local id."""

from array import array
from collections.abc import Iterator
from typing import Any, Final

import apsw
import orjson

from atlas_desktop.store.rows import CallRow
from atlas_desktop.store.said import RATING, UNSURE, recall

_ROWS: Final = """
SELECT call.seq, call.id, created_ms, customer, operation, model, call.shown, corrected, passed, preview,
    output_preview, latency_ms, cost_usd, size_bytes, feedback_count, provider, quantization, tier,
    schema_version, finish, own.call, own.shown, own.tags, theirs.call, theirs.shown, theirs.tags,
    overlay.call, overlay.shown, overlay.said,
    (SELECT max(state > 2) + 2 * max(state < 3) FROM outbox WHERE outbox.call = call.seq)
FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0
    JOIN kind ON kind.id = call.kind
    LEFT JOIN head AS own ON own.call = call.seq AND own.own = 1
    LEFT JOIN head AS theirs ON theirs.call = call.seq AND theirs.own = 0
    LEFT JOIN overlay ON overlay.call = call.seq
"""


def rows_of(reader: apsw.Connection, sql: str, *bindings: int) -> Iterator[tuple[Any, ...]]:
    """Rows whose columns have the types the schema says."""
    return iter(reader.execute(sql, bindings))


def read_rows(reader: apsw.Connection, asked: "array[int]") -> list[CallRow]:
    """The rows of these calls, in the order asked."""
    if not asked:
        return []
    return [_row(columns) for columns in reader.execute(_ROWS, (apsw.carray(asked),))]


def _row(columns: tuple[Any, ...]) -> CallRow:
    (
        seq, call_id, created_ms, customer, operation, model, shown, corrected, passed, preview, output_preview,
        latency_ms, cost_usd, size_bytes, feedback_count, provider, quantization, tier, schema_version, finish,
        own, own_shown, own_tags, theirs, their_shown, their_tags, overlaid, overlay_shown, said, states,
    ) = columns  # fmt: skip
    if overlaid is None:
        says, judges, tags = own is not None, own_shown is not None, _tags(own_tags)
    else:
        says, judges, tags = said is not None, overlay_shown is not None, recall(said).tags
    mine = judges or (says and their_shown is None)
    if theirs is not None and not (judges and their_shown is not None):
        tags = tuple(dict.fromkeys((*tags, *_tags(their_tags))))
    waits = states or 0
    return CallRow(
        seq, call_id, created_ms, customer, operation, model,
        RATING[shown], shown == UNSURE, bool(corrected), mine, bool(waits & 2), bool(waits & 1),
        None if passed is None else bool(passed), preview, output_preview, tags,
        latency_ms, cost_usd, size_bytes, feedback_count,
        provider, quantization, tier, schema_version, finish,
    )  # fmt: skip


def _tags(kept: str | None) -> tuple[str, ...]:
    return tuple(orjson.loads(kept)) if kept else ()
