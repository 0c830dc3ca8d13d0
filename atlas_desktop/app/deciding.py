"""Carrying out what a reviewer decides, and taking it back: one at a time, shown at once, said in a sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from atlas_desktop.app import sentences
from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.cursor import Cursor
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.review_state import Decided, Ignored, NotDone, Outcome
from atlas_desktop.app.signals import Signal
from atlas_desktop.contract.base import Thumb
from atlas_desktop.domain.opinion import KEEP, Edit, Verdict, edited
from atlas_desktop.store import rows
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.conflicts import Conflict
from atlas_desktop.store.rows import CallRow, Undone
from atlas_desktop.store.store import Store
from atlas_desktop.wording import tr

_THUMB: Final[dict[Verdict, Thumb]] = {"up": "thumbs_up", "down": "thumbs_down"}


@dataclass(frozen=True, slots=True)
class Said:
    """An act about these calls: one edit for all, or with ``each`` one for each. See `store.Decisions.decide`."""

    seqs: Sequence[int]
    edit: Edit = field(default_factory=Edit)
    each: Mapping[int, Edit] | None = None
    bases: Mapping[int, str | None] = field(default_factory=dict)
    started: Mapping[int, str] = field(default_factory=dict)
    conflict: Conflict | None = None
    """The one that is ended by it."""

    def of(self, seq: int) -> Edit:
        """What is said about this call."""
        return self.edit if self.each is None else self.each[seq]


class Deciding:
    """Acts on the store for a review. ``acting`` is held while one is being written."""

    def __init__(
        self,
        store: Store,
        browser: CallBrowser,
        cursor: Cursor,
        now: Callable[[], datetime],
        announce: Signal[str],
        wrote: Callable[[Changed], None],
    ) -> None:
        self._store = store
        self._browser = browser
        self._cursor = cursor
        self._now = now
        self._announce = announce
        self._wrote = wrote
        self.undo_key = "Z"
        self.acting = asyncio.Lock()
        self.closed = False
        self.failed: Signal[Problem] = Signal("review problem")

    async def act(self, said: Said, done: Callable[[], None]) -> Outcome:
        """Write it; ``done`` is called once it is committed and shown, before it is said."""
        self._browser.hold()
        async with self.acting:
            try:
                decided = await self._written(said)
            except Exception as error:  # noqa: BLE001 - it is put into words beside the call
                return NotDone(self._not_done(error))
            self._show(said, decided.changed)
            done()
            self._announce.emit(self._words(decided))
        return Decided(said.edit, decided.count) if decided.count else Ignored("nothing")

    def name_undo_key(self, key: str) -> None:
        """The key that undoes, as it is said after a decision: the window knows it."""
        self.undo_key = key

    async def undo(self) -> bool:
        """Take the newest act back and go to its call. False when there is none."""
        return await self._take_back(self._store.decisions.undo, again=False)

    async def redo(self) -> bool:
        """Do again what was undone, and go to its call."""
        return await self._take_back(self._store.decisions.redo, again=True)

    async def close(self) -> None:
        """Take no more decisions, and wait for the one that is being written."""
        self.closed = True
        async with self.acting:
            pass

    async def _written(self, said: Said) -> rows.Decided:
        decisions = self._store.decisions
        if said.each is not None:
            return await decisions.decide_each(said.each, now=self._now())
        if said.conflict is not None:
            text = said.edit.correction
            assert text is not KEEP  # noqa: S101 - a conflict is about nothing else
            return await self._store.conflicts.resolve(said.conflict, text, now=self._now())
        return await decisions.decide(
            said.seqs, said.edit, now=self._now(), bases=said.bases, started=said.started
        )

    def _words(self, decided: rows.Decided) -> str:
        if not decided.count:
            return tr(sentences.GONE)
        if decided.full == decided.count:
            return sentences.full(decided.full)
        if decided.decision_id is None:
            return sentences.unchanged(decided.edit, decided.count)
        here = self._cursor.current
        where = None if here.beside else here.position
        words = sentences.decided(decided.edit, where, here.total, decided.count, key=self.undo_key)
        return f"{words}. {sentences.full(decided.full)}" if decided.full else words

    def _show(self, said: Said, changed: Changed) -> None:
        touched = frozenset(said.seqs) if changed.all_calls else changed.calls.intersection(said.seqs)
        opened = self._cursor.opened
        for seq in touched if said.each is not None else ():
            edit = said.of(seq)
            opened.patch((seq,), lambda opinion, edit=edit: edited(opinion, edit), _row_after(edit))  # type: ignore[misc]
            self._browser.patch((seq,), _row_after(edit))
        if said.each is None:
            opened.patch(touched, lambda opinion: edited(opinion, said.edit), _row_after(said.edit))
            self._browser.patch(touched, _row_after(said.edit))
        self._cursor.say()
        self._wrote(changed)

    async def _take_back(self, act: Callable[[datetime], Awaitable[Undone | None]], *, again: bool) -> bool:
        self._browser.hold()
        async with self.acting:
            if self.closed:
                return False
            try:
                undone = await act(self._now())
                if undone is None:
                    nothing = sentences.NOTHING_TO_REDO if again else sentences.NOTHING_TO_UNDO
                    self._announce.emit(tr(nothing))
                    return False
                self._wrote(undone.changed)
                call = await self._cursor.visit(await self._where(undone))
            except Exception as error:  # noqa: BLE001 - it is put into words beside the call
                self._not_done(error)
                return False
        row = call.row if call is not None else None
        beside = self._cursor.current.beside
        self._announce.emit(sentences.taken_back(undone.edit, undone.count, row, again=again, beside=beside))
        return True

    async def _where(self, undone: Undone) -> int:
        """Where to go after this: to the call of the act; of many to the one at hand if it is one of them."""
        here = self._cursor.current.seq
        if undone.count == 1 or here is None:
            return undone.first_seq
        part_of_it = await self._store.decisions.includes(undone.decision_id, here)
        return here if part_of_it else undone.first_seq

    def _not_done(self, error: Exception) -> Problem:
        problem = problem_from(error, "decision")
        self.failed.emit(problem)
        return problem


def _row_after(edit: Edit) -> Callable[[CallRow], CallRow]:
    """The row right after the act; the store's own reading of it follows."""

    def after(row: CallRow) -> CallRow:
        if edit.verdict is not None:
            row = replace(row, rating=_THUMB.get(edit.verdict), unsure=edit.verdict == "unsure", mixed=False)
        elif isinstance(edit.correction, str) and row.rating is None:
            row = replace(row, rating="thumbs_down", unsure=False)
        if isinstance(edit.correction, str):
            row = replace(row, corrected=True)
        if edit.add_tags or edit.remove_tags:
            kept = [tag for tag in row.tags if tag not in edit.remove_tags]
            row = replace(row, tags=tuple(dict.fromkeys((*kept, *edit.add_tags))))
        return replace(row, pending=True)

    return after
