"""The note that is being typed, written down beside the store's truth, so that a crash does not take it."""

import asyncio
import json
import logging
from typing import Final

from atlas_desktop.app.describe import LONGEST_NOTE, Describe
from atlas_desktop.app.errand import Errand
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_KEY: Final = "note"
_PAUSE_SECONDS: Final = 0.2
_log = logging.getLogger(__name__)


class NoteJournal:
    """One note at a time. What a crash left is the note at the next start, as if its field had been left then."""

    def __init__(self, store: Store, describe: Describe, tasks: Tasks) -> None:
        self._store = store
        self._describe = describe
        self._typed: tuple[int, str] | None = None
        self._kept: tuple[int, str] | None = None
        self._writer = Errand(tasks, "note is kept", self._keep_later, _not_kept)

    async def recover(self) -> bool:
        """Make what an earlier run left the note of its call. False when there was nothing. Raises DatabaseError."""
        call, text = _read(await self._store.identity.get(_KEY))
        seq = await self._store.calls.seq_of(call) if call else None
        if seq is not None:
            self._describe.left(text, seq)
            await self._describe.write_notes()
        if call:
            await self._store.identity.put(_KEY, "")
        return seq is not None

    def typed(self, text: str, seq: int | None) -> None:
        """The note of this call is this now. One for a selection is not kept: the selection will be gone."""
        if seq is not None and len(text) <= LONGEST_NOTE:
            self._typed = seq, text
            self._writer.ask()

    def done(self, text: str, seq: int | None) -> None:
        """This is the note of this call now, or was refused in words; another may be being typed already."""
        if self._typed == (seq, text):
            self._typed = None
        if self._kept is not None:
            self._writer.ask()

    async def close(self) -> None:
        """Every note was written down by now. What fails is only logged: it would be written once more."""
        await self._writer.through()
        if self._kept is None or self._store.report.read_only is not None:
            return
        self._typed = self._kept = None
        try:
            await self._store.identity.put(_KEY, "")
        except Exception as error:  # noqa: BLE001 - closing goes on
            _not_kept(error)

    async def through(self) -> bool:
        """Wait until it is written down. False if that was so already."""
        return await self._writer.through()

    async def _keep_later(self) -> None:
        await asyncio.sleep(_PAUSE_SECONDS)
        if self._typed == self._kept or self._store.report.read_only is not None:
            return
        typed = self._typed
        await self._store.identity.put(_KEY, await self._line(typed))
        self._kept = typed

    async def _line(self, typed: tuple[int, str] | None) -> str:
        if typed is None:
            return ""
        seq, text = typed
        (row,) = await self._store.calls.rows([seq])
        return json.dumps([row.id, text])  # half characters too, which orjson refuses


def _read(line: str | None) -> tuple[str, str]:
    """The id of a call and the text; empty when there is none."""
    try:
        call, text = json.loads(line) if line else ("", "")
    except ValueError:
        return "", ""  # nobody is kept out by a note
    return str(call), str(text)


def _not_kept(error: Exception) -> None:
    _log.warning("the note being typed could not be kept", exc_info=error)
