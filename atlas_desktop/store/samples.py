"""Answers that were really given, to try a schema or a rule on."""

from dataclasses import dataclass
from typing import Any, Final

import apsw

from atlas_desktop.contract.chat import Message
from atlas_desktop.database.database import Database
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.store.records import unpack

MOST_CHARACTERS: Final = 4_000_000
"""Of all answers together: what is tried on them goes through a pipe to another process."""

_RECENT: Final = """
SELECT call.seq, call.id, created_ms, kind.schema_version, corrected, packed, body
FROM call JOIN kind ON kind.id = call.kind JOIN payload ON payload.call = call.seq
WHERE gone = 0 AND call.kind IN (SELECT id FROM kind WHERE operation = ?) {0}
ORDER BY created_ms DESC, call.seq DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A call and the text it answered. ``corrected``: somebody said what it should have been."""

    seq: int
    call_id: str
    created_ms: int
    schema_version: str | None
    corrected: bool
    answer: str


class Samples:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recent(self, operation: str, limit: int, *, corrected: bool = False) -> list[Sample]:
        """The newest calls of an operation; only ``corrected`` ones where asked. Fewer when they are long."""
        sql = _RECENT.format("AND corrected = 1" if corrected else "")
        return await self._database.read(lambda reader: _samples(reader, sql, operation, limit))


def _samples(reader: apsw.Connection, sql: str, operation: str, limit: int) -> list[Sample]:
    found: list[Sample] = []
    room = MOST_CHARACTERS
    rows: Any = reader.execute(sql, (operation, limit))
    for seq, call_id, created_ms, version, corrected, packed, body in rows:
        call: Any = unpack(bool(packed), body)
        answer = answer_text(Message.model_validate(call["response"]["message"]))
        room -= len(answer)
        if room < 0 and found:
            break
        found.append(Sample(seq, call_id, created_ms, version, bool(corrected), answer))
    return found
