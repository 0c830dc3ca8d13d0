"""Calls as what could become items of a dataset: what was asked, answered, corrected and rated."""

from array import array
from collections.abc import Sequence
from typing import Any, Final

import apsw

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.chat import Message
from atlas_desktop.database.database import Database
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.domain.dataset_plan import Candidate
from atlas_desktop.domain.item_words import item_title
from atlas_desktop.store.records import unpack
from atlas_desktop.store.said import UP

# The correction that stands: mine that is not sent yet, mine, else another reviewer's; as `Calls.open_call` has it.
_CANDIDATES: Final = """
SELECT call.seq, call.id, operation, schema_version, prompt, preview, packed, body, call.shown,
    CASE WHEN json_extract(overlay.said, '$.correction') IS NOT NULL THEN json_extract(overlay.said, '$.correction')
        WHEN overlay.call IS NULL AND own.text IS NOT NULL THEN own.text
        ELSE theirs.text END
FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0
    JOIN kind ON kind.id = call.kind
    JOIN payload ON payload.call = call.seq
    LEFT JOIN overlay ON overlay.call = call.seq
    LEFT JOIN correction AS own ON own.call = call.seq AND own.own = 1
    LEFT JOIN correction AS theirs ON theirs.call = call.seq AND theirs.own = 0
"""
_REQUESTS: Final = """
SELECT call.seq, packed, body FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0
    JOIN payload ON payload.call = call.seq
"""
_TAKEN: Final = ("messages", "tools", "response_format")
"""What of a request is an item's input."""
_COUNTED: Final = """
SELECT operation, json_group_array(call.seq) FROM carray(?) AS asked
    CROSS JOIN call ON call.seq = asked.value AND gone = 0 JOIN kind ON kind.id = call.kind
GROUP BY operation ORDER BY count(*) DESC, operation
"""


class Candidates:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, calls: Sequence[int]) -> list[Candidate]:
        """In the order asked; calls that are gone are left out. A hundred at once is a good number: payloads are read."""
        asked = array("q", calls)
        return await self._database.read(lambda reader: _read(reader, asked))

    async def inputs(self, calls: Sequence[int]) -> dict[int, dict[str, Json]]:
        """What each call was asked, as the input of an item; those that are gone are left out."""
        asked = array("q", calls)
        return await self._database.read(lambda reader: _inputs(reader, asked))

    async def by_operation(self, calls: Sequence[int]) -> list[tuple[str | None, "array[int]"]]:
        """The same calls by their operation, the one with most calls first; None: those without any."""
        asked = array("q", calls)
        return await self._database.read(lambda reader: _by_operation(reader, asked))


def _read(reader: apsw.Connection, asked: "array[int]") -> list[Candidate]:
    if not asked:
        return []
    return [_candidate(row) for row in reader.execute(_CANDIDATES, (apsw.carray(asked),))]


def _inputs(reader: apsw.Connection, asked: "array[int]") -> dict[int, dict[str, Json]]:
    if not asked:
        return {}
    found = {}
    for call, packed, body in reader.execute(_REQUESTS, (apsw.carray(asked),)):
        request = unpack(bool(packed), body).get("request") or {}
        found[call] = {name: request[name] for name in _TAKEN if request.get(name) is not None}
    return found


def _candidate(row: tuple[Any, ...]) -> Candidate:
    call, call_id, operation, version, prompt, preview, packed, body, shown, correction = row
    said = unpack(bool(packed), body)
    message = (said.get("response") or {}).get("message") or {}
    title = item_title(said.get("request") or {}) or preview
    answer = answer_text(Message.model_validate({"role": "assistant", **message}))
    return Candidate(call, call_id, operation, version, prompt, title, answer, correction, shown == UP)


def _by_operation(reader: apsw.Connection, asked: "array[int]") -> list[tuple[str | None, "array[int]"]]:
    if not asked:
        return []
    groups: dict[str | None, array[int]] = {}
    order = {seq: place for place, seq in enumerate(asked)}
    for operation, seqs in reader.execute(_COUNTED, (apsw.carray(asked),)):
        groups[operation] = array("q", sorted(map(int, seqs[1:-1].split(",")), key=order.__getitem__))
    return list(groups.items())
