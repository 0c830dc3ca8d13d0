"""The best answer known to the prompt of a call."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import apsw

from atlas_desktop.contract.calls import Call
from atlas_desktop.database.database import Database
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.store.records import unpack
from atlas_desktop.store.said import UP

BestSource = Literal["correction", "rated_up"]

_SAME: Final = "gone = 0 AND prompt = (SELECT prompt FROM call WHERE seq = ?1)"
# What I wrote and is not sent yet is the newest there is; else what stands, whoever's.
_CORRECTION: Final = f"""
SELECT text, by, at_ms, call FROM (
    SELECT json_extract(overlay.said, '$.correction') AS text, NULL AS by, created_ms AS at_ms, overlay.call AS call
        FROM overlay JOIN outbox ON outbox.seq = overlay.outbox
        WHERE overlay.call IN (SELECT seq FROM call WHERE {_SAME})
            AND json_extract(overlay.said, '$.correction') IS NOT NULL
    UNION ALL SELECT text, iif(own, NULL, reviewer), created_ms, call FROM correction
        WHERE call IN (SELECT seq FROM call WHERE {_SAME})
            AND (own = 0 OR NOT EXISTS (SELECT 1 FROM overlay WHERE overlay.call = correction.call))
) ORDER BY at_ms DESC, call DESC LIMIT 1
"""  # noqa: S608  # no value in it
_RATED_UP: Final = f"""
SELECT packed, body, call.created_ms, call.seq FROM call JOIN payload ON payload.call = call.seq
WHERE {_SAME} AND shown = ?2 AND call.seq <> ?1 ORDER BY call.created_ms DESC, call.seq DESC LIMIT 1
"""  # noqa: S608  # no value in it


@dataclass(frozen=True, slots=True)
class BestAnswer:
    """A text to start from. ``by``: who wrote the correction; None: I did, or it is a model's answer."""

    text: str
    source: BestSource
    call: int
    by: str | None
    at_ms: int


class BestAnswers:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, call: int) -> BestAnswer | None:
        """The newest correction of an answer to the same prompt, else the newest such answer that is rated good.

        None when there is neither: a prompt alone does not say what a good answer to another one is.
        """
        return await self._database.read(lambda reader: _best(reader, call))


def _best(reader: apsw.Connection, call: int) -> BestAnswer | None:
    row: Any = reader.execute(_CORRECTION, (call,)).fetchone()
    if row is not None:
        text, by, at_ms, where = row
        return BestAnswer(text, "correction", where, by, at_ms)
    row = reader.execute(_RATED_UP, (call, UP)).fetchone()
    if row is None:
        return None
    packed, body, at_ms, where = row
    message = Call.model_validate(unpack(bool(packed), body)).response.message
    return BestAnswer(answer_text(message), "rated_up", where, None, at_ms)
