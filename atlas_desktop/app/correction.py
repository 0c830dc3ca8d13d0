"""The correction editor without a screen: follows the call at hand, keeps a draft, submits as one act."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from atlas_desktop.app.draft_keeper import DraftKeeper
from atlas_desktop.app.editor_state import EditorState, Source
from atlas_desktop.app.lamps import Lamps
from atlas_desktop.app.origin_words import nothing_new, words_of_correction, words_of_start
from atlas_desktop.app.review import Review
from atlas_desktop.app.review_state import Current, Decided, Ignored, Outcome
from atlas_desktop.app.text_checks import kind_of, unsendable
from atlas_desktop.app.text_in_hand import TextInHand
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.operations import Operation
from atlas_desktop.domain import diff, json_text
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.conflicts import Conflict, Side
from atlas_desktop.store.drafts import Why
from atlas_desktop.store.rows import OpenCall
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

__all__ = ["CorrectionEditor", "EditorState", "Source"]


class CorrectionEditor:
    """One for a workspace. Used on the UI's loop only.

    Show ``state`` at every ``changed``; tell ``typed`` after every change of the text, with the exact text. When
    ``state.text`` differs from what the screen shows, the screen takes it over: a hunk was restored, JSON laid out,
    another call came.
    """

    def __init__(
        self,
        store: Store,
        review: Review,
        lamps: Lamps,
        tasks: Tasks,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._review = review
        self._lamps = lamps
        self._tasks = tasks
        self._call: OpenCall | None = None
        self._came = asyncio.Event()
        self._operations: dict[str, Operation] = {}
        self.drafts = DraftKeeper(store, tasks, now)
        self._text = TextInHand(tasks, self.drafts, lamps, now)
        self.changed = self._text.changed
        self._stops = (*self._text.stops, review.current_changed.connect(self._moved))

    @property
    def state(self) -> EditorState:
        """What there is to show; frozen."""
        return self._text.state

    async def open(self) -> None:
        """Take over the drafts of an earlier run, and follow the review. Raises DatabaseError."""
        await self.drafts.load()
        await self._load_operations()
        self._moved(self._review.current)

    async def begin(self, source: Source = "draft") -> None:
        """Write: go on with the draft or correction there is ("draft"), or anew from the output or the best answer
        known. A draft that is left for another start stays in the history."""
        seq = self._review.current.seq
        while self._call is None and self.state.seq == seq is not None:
            await self._came.wait()
        if self._call is None or self.state.seq != seq:
            return
        if source == "draft":
            self._begin()
            return
        best = await self._store.best_answers.of(self._call.row.seq) if source == "best" else None
        if self.state.seq != seq:
            return
        if self.state.dirty:
            await self.drafts.drop(self._call.row.seq, "begun")
        if self.state.seq == seq:
            start = self.state.original if best is None else best.text
            self._begin_at(start, words_of_start(source, best))

    def typed(self, text: str, caret: int) -> None:
        """The text is this now. Kept as a draft within a second."""
        if self._call is None:
            return
        if text == self.state.text:
            self._text.moved(caret)
            return
        self._begin()
        self._text.write(text, caret)

    async def flush(self) -> None:
        """Keep the draft now: focus went, the window is minimised, the computer sleeps."""
        await self.drafts.save()

    async def submit(self, *, stay: bool) -> Outcome:
        """Make the text my correction, as one act; go on to the next call unless ``stay``.

        In a conflict a text that is not mine as it was counts as merged. A call without a rating is rated bad with it.
        """
        state = self.state
        if state.seq is None or not state.begun:
            return Ignored("nothing")
        if wrong := unsendable(state.text):
            return self._refused(wrong[0].message)
        if state.conflict is not None:
            settled = state.conflict.op_seq is not None and state.text != state.conflict.mine
            return await self.resolve() if settled else Ignored("conflict")
        text = None if state.text == state.original else state.text
        if text == self._text.mine:
            return self._refused(nothing_new(text))
        outcome = await self._review.correct(
            text, seq=state.seq, base=self._text.base, started=state.start, stay=stay
        )
        if isinstance(outcome, Decided):
            await self._said(state.seq, state.text, "submitted")
        return outcome

    async def resolve(self, side: Side | None = None) -> Outcome:
        """End the conflict: keep mine, take theirs, or (None) the text as it stands. The loser is kept for 30 days.

        While mine is a draft nothing is sent: one goes on writing, having seen theirs.
        """
        state, conflict = self.state, self.state.conflict
        if conflict is None:
            return Ignored("nothing")
        if conflict.op_seq is None:
            await self._go_on_from(conflict, side)
            return Ignored("nothing")
        text = {"mine": conflict.mine, "theirs": None, None: state.text}[side]
        if text is not None and (wrong := unsendable(text)):
            return self._refused(wrong[0].message)
        outcome = await self._review.resolve(conflict, text)
        if isinstance(outcome, Decided) and side is None:
            await self._said(conflict.call, state.text, "merged")
        elif isinstance(outcome, Decided):
            await self._done(conflict.call, "discarded")
        return outcome

    async def discard(self) -> None:
        """Give the draft up (its text stays in the history) and show what stands."""
        if (seq := self.state.seq) is not None:
            await self._done(seq, "discarded")

    def restore_hunk(self, index: int) -> bool:
        """Put this hunk back as it was in the answer. False while the differences are of an older text."""
        return self._text.restore_hunk(index)

    def complete(self, caret: int) -> json_text.Completion | None:
        """What could stand at the caret; None in prose."""
        return self._text.complete(caret)

    @property
    def completed_later(self) -> bool:
        """Whether the JSON is long: then `complete_later` tells what could stand at the caret."""
        return self._text.completed_later

    async def complete_later(self, caret: int) -> json_text.Completion | None:
        """As `complete`, from a thread; None when the text is another one by then."""
        return await self._text.complete_later(caret)

    async def format_json(self) -> bool:
        """Lay JSON out, a long one in a thread. False when the text is none (said), or another one by then."""
        state = self.state
        laid_out = await self._text.laid_out()
        if isinstance(laid_out, json_text.Fault):
            self._review.announce.emit(tr("This is no JSON yet: {reason}", reason=laid_out.message))
        elif self.state.seq == state.seq and self.state.text == state.text:
            self.typed(laid_out, min(self.state.caret, len(laid_out)))
            return True
        return False

    async def run_evaluators(self) -> None:
        """Ask all evaluators, those on the server too."""
        await self._lamps.run()

    def store_changed(self, changed: Changed) -> None:
        """Somebody wrote to the store."""
        if changed.operations:
            self._tasks.spawn("operations are read", self._load_operations())

    async def through(self) -> bool:
        """Wait until nothing is being checked. False if that was so already."""
        return await self._text.through()

    async def close(self) -> None:
        """Keep the draft; follow no more."""
        for stop in self._stops:
            stop()
        await self.drafts.save()

    # following the review

    def _moved(self, current: Current) -> None:
        if current.seq != self.state.seq:
            if self.state.dirty:
                self._tasks.spawn("draft is kept", self.drafts.save())
            self._call = None
            self._came.set()
            self._came = asyncio.Event()
            self._lamps.follow(None, None, None, None)
            self._text.show(EditorState(seq=current.seq))
            diff.forget()
            json_text.forget()
        if current.call is None or current.call is self._call:
            return
        first, self._call = self._call is None, current.call
        self._text.mine = current.call.opinion.correction
        if first or not self.state.begun:
            self._arrived(current.call)
            self._came.set()
        else:
            self._text.set(submitted=self.state.text == self._text.mine)
        self._look_for_conflict(current.call)

    def _arrived(self, call: OpenCall) -> None:
        """Show the draft of the call; without one what stands, not begun."""
        seq, original, known = call.row.seq, answer_text(call.call.response.message), call.correction
        draft = self.drafts.get(seq)
        if draft is not None and draft.text == self._text.mine:
            # Submitted, but a crash kept it from being dropped.
            self._tasks.spawn("draft is dropped", self.drafts.drop(seq, "submitted"))
            draft = None
        if draft is None:
            self._text.base = known.seen if known is not None else None
            text = known.text if known is not None else original
            self._text.show(
                EditorState(seq, original, text, text, submitted=known is not None and known.by is None)
            )
            return
        self._text.base = draft.base
        self._follow(call)
        self._text.show(
            EditorState(
                seq, original, draft.start, draft.text, draft.caret, draft.kind, tr("your draft"),
                begun=True, dirty=True, saved_at=draft.saved_ms,
            )
        )  # fmt: skip

    def _begin(self) -> None:
        if not self.state.begun and self._call is not None:
            known = self._call.correction
            words = tr("from the answer") if known is None else words_of_correction(known.by)
            self._begin_at(self.state.text, words)

    def _begin_at(self, start: str, words: str) -> None:
        call, state = self._call, self.state
        if call is None:
            return
        self._text.base = call.correction.seen if call.correction is not None else None
        self._follow(call)
        self._text.show(
            EditorState(
                state.seq, state.original, start, start, kind=kind_of(start, self._text.schema), source=words,
                begun=True, conflict=state.conflict, submitted=start == self._text.mine,
            )
        )  # fmt: skip

    def _follow(self, call: OpenCall) -> None:
        self._text.schema = self._schema(call)
        expected = call.correction.text if call.correction is not None else None
        self._lamps.follow(call.row.id, call.row.operation, call.call.schema_version, expected)

    def _schema(self, call: OpenCall) -> Json:
        operation = self._operations.get(call.row.operation or "")
        if operation is None or call.call.schema_version not in (None, operation.schema_version):
            return None
        return operation.output_schema

    async def _load_operations(self) -> None:
        self._operations = {each.key: each for each in await self._store.operations.list()}

    # conflicts

    def _look_for_conflict(self, call: OpenCall) -> None:
        if call.row.needs_you:
            self._tasks.spawn("conflict is read", self._read_conflict(call))
        else:
            self._text.set(conflict=self._draft_conflict(call))

    async def _read_conflict(self, call: OpenCall) -> None:
        conflict = await self._store.conflicts.of(call.row.seq)
        if self._call is call:
            self._text.set(conflict=conflict or self._draft_conflict(call))

    def _draft_conflict(self, call: OpenCall) -> Conflict | None:
        """Another reviewer corrected the call since my draft was begun."""
        theirs, state = call.correction, self.state
        if not state.begun or theirs is None or theirs.by is None or theirs.seen in (None, self._text.base):
            return None
        if theirs.text == state.text:
            self._text.base = theirs.seen
            return None
        if not state.dirty:
            self._begin_at(theirs.text, words_of_correction(theirs.by))
            return None
        return Conflict(
            call.row.seq, state.start, state.text, theirs.text, theirs.by, theirs.seen or "", theirs.since_ms
        )

    async def _go_on_from(self, conflict: Conflict, side: Side | None) -> None:
        self._text.base = conflict.their_id
        self._text.set(conflict=None)
        if side == "theirs":
            await self.drafts.drop(conflict.call, "discarded")
            if self.state.seq == conflict.call:
                self._begin_at(conflict.theirs, words_of_correction(conflict.their_reviewer))
        else:
            self._text.write(self.state.text, self.state.caret)

    # ends

    async def _said(self, seq: int, text: str, why: Why) -> None:
        """This text is mine now. What was typed while it was being written down is a draft on top of it."""
        draft = self.drafts.get(seq)
        if draft is None or draft.text == text:
            await self._done(seq, why)
            return
        self.drafts.keep(replace(draft, start=text))
        if self.state.seq == seq:
            self._text.set(start=text, dirty=True)

    async def _done(self, seq: int, why: Why) -> None:
        await self.drafts.drop(seq, why)
        call = self._review.current.call
        if self.state.seq == seq and call is not None:
            self._call = call
            self._text.mine = call.opinion.correction
            self._arrived(call)
            self._look_for_conflict(call)

    def _refused(self, words: str) -> Ignored:
        self._review.announce.emit(words)
        return Ignored("refused")
