"""Corrections being written: apart from what is submitted, and never touched by a pull.

Texts are kept as the bytes they are: UTF-8, with half characters as they came (``surrogatepass``).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import apsw

from atlas_desktop.database.database import Database

Kind = Literal["prose", "json"]
Why = Literal["written", "begun", "submitted", "discarded", "merged"]

_APART_MS: Final = 30_000  # states of one sitting that are nearer to each other than this are one
_KEPT: Final = 30
_COLUMNS: Final = "call, text, caret, start, base, kind, saved_ms"


@dataclass(frozen=True, slots=True)
class Draft:
    """A correction not submitted yet. ``start`` is the text it started from, ``caret`` counts characters.

    ``base``: the newest correction of others that was on screen when it was begun (`Correction.seen`).
    """

    call: int
    text: str
    caret: int
    start: str
    base: str | None
    kind: Kind
    saved_ms: int


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier state of a draft."""

    number: int
    text: str
    saved_ms: int
    why: Why


class Drafts:
    """Every method returns after COMMIT."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, draft: Draft, *, why: Why = "written") -> None:
        """Keep this as the draft of its call. A text that equals its start is no draft: it is dropped."""
        await self._database.write(lambda writer: _put(writer, draft, why), soon=True)

    async def get(self, call: int) -> Draft | None:
        """The draft of this call."""
        sql = f"SELECT {_COLUMNS} FROM draft WHERE call = ?"  # noqa: S608  # names of ours
        row = await self._database.read(lambda reader: reader.execute(sql, (call,)).fetchone())
        return None if row is None else _draft(row)

    async def drop(self, call: int, *, why: Why, now: datetime) -> None:
        """There is no draft any more; its last text stays in the history."""
        at_ms = round(now.timestamp() * 1000)
        await self._database.write(lambda writer: drop(writer, call, why, at_ms), soon=True)

    async def history(self, call: int) -> list[Version]:
        """Earlier states, newest first."""
        sql = "SELECT number, text, saved_ms, why FROM draft_history WHERE call = ? ORDER BY number DESC"
        return await self._database.read(
            lambda reader: [_version(row) for row in reader.execute(sql, (call,))]
        )

    async def all(self) -> list[Draft]:
        """Every draft, last written first."""
        sql = f"SELECT {_COLUMNS} FROM draft ORDER BY saved_ms DESC, call"  # noqa: S608  # names of ours
        return await self._database.read(lambda reader: [_draft(row) for row in reader.execute(sql)])


def drop(writer: apsw.Connection, call: int, why: Why, at_ms: int) -> None:
    """Take the draft of a call away, inside the caller's transaction. Its text goes into the history."""
    text = writer.execute("DELETE FROM draft WHERE call = ? RETURNING text", (call,)).get
    if isinstance(text, bytes):
        _note(writer, call, text, at_ms, why)


def _put(writer: apsw.Connection, draft: Draft, why: Why) -> None:
    if draft.text == draft.start:
        drop(writer, draft.call, why, draft.saved_ms)
        return
    before = writer.execute("SELECT text, saved_ms FROM draft WHERE call = ?", (draft.call,)).fetchone()
    writer.execute(
        f"INSERT OR REPLACE INTO draft({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            draft.call, _kept(draft.text), draft.caret, _kept(draft.start), draft.base, draft.kind, draft.saved_ms,
        ),
    )  # fmt: skip
    if before is not None and _is_a_state(writer, draft.call, draft.saved_ms):
        _note(writer, draft.call, before[0], draft.saved_ms, why)


def _is_a_state(writer: apsw.Connection, call: int, at_ms: int) -> bool:
    last = writer.execute("SELECT max(saved_ms) FROM draft_history WHERE call = ?", (call,)).get
    return not isinstance(last, int) or not 0 <= at_ms - last < _APART_MS


def _note(writer: apsw.Connection, call: int, text: bytes, at_ms: int, why: Why) -> None:
    newest = writer.execute(
        "SELECT text FROM draft_history WHERE call = ? ORDER BY number DESC LIMIT 1", (call,)
    ).get
    if newest == text:
        return
    writer.execute(
        "INSERT INTO draft_history(call, text, saved_ms, why) VALUES (?, ?, ?, ?)", (call, text, at_ms, why)
    )
    writer.execute(
        "DELETE FROM draft_history WHERE call = ?1 AND number <= (SELECT number FROM draft_history"
        " WHERE call = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
        (call, _KEPT),
    )


def _kept(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _draft(row: tuple[Any, ...]) -> Draft:
    call, text, caret, start, base, kind, saved_ms = row
    return Draft(call, _read(text), caret, _read(start), base, kind, saved_ms)


def _version(row: tuple[Any, ...]) -> Version:
    number, text, saved_ms, why = row
    return Version(number, _read(text), saved_ms, why)


def _read(kept: bytes) -> str:
    return kept.decode("utf-8", "surrogatepass")
