"""A correction being written: its text, what differs from the answer, what is wrong with it; kept as a draft."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.draft_keeper import DraftKeeper
from atlas_desktop.app.editor_state import EditorState
from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.lamps import Lamps
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.text_checks import problems
from atlas_desktop.contract.base import Json
from atlas_desktop.domain import json_text
from atlas_desktop.domain.diff import ON_THE_SPOT, Diff, diff, replacement
from atlas_desktop.store.drafts import Draft
from atlas_desktop.tasks import Tasks

LARGEST_COMPLETED: Final = 200_000
"""Characters of JSON that are read for suggestions: at most some 100 ms, in a thread."""


class TextInHand:
    """Holds the editor's state. ``schema`` is the operation's, ``base`` what was on screen when it was begun, ``mine``
    my correction as it stands."""

    def __init__(self, tasks: Tasks, drafts: DraftKeeper, lamps: Lamps, now: Callable[[], datetime]) -> None:
        self._drafts = drafts
        self._lamps = lamps
        self._now = now
        self._checker = Errand(
            tasks, "correction is checked", self._check, self._not_checked, wait=AFTER_THE_FRAME
        )
        self.schema: Json = None
        self.base: str | None = None
        self.mine: str | None = None
        self.state = EditorState()
        self.changed: Signal[EditorState] = Signal("correction editor")
        self.stops = (
            lamps.changed.connect(lambda value: self.set(lamps=value if self.state.begun else ())),
            drafts.saved.connect(self._saved),
            drafts.failed.connect(lambda problem: self.set(problem=problem)),
        )

    def set(self, **parts: Any) -> None:
        """Another state, told when it differs."""
        self.show(replace(self.state, **parts))

    def show(self, state: EditorState) -> None:
        """This is what there is now. What is begun is compared and checked."""
        if state == self.state:
            return
        before, self.state = self.state, state
        if state.begun and (not before.begun or state.seq != before.seq or state.text != before.text):
            self._compare()
            self._lamps.typed(state.text)
            self._checker.ask()
        self.changed.emit(self.state)

    def moved(self, caret: int) -> None:
        """The caret is elsewhere in the same text."""
        self.state = replace(self.state, caret=caret)

    def write(self, text: str, caret: int) -> None:
        """The text is this now."""
        state = self.state
        if state.seq is None:
            return
        at_ms = round(self._now().timestamp() * 1000)
        self._drafts.keep(Draft(state.seq, text, caret, state.start, self.base, state.kind, at_ms))
        self.set(text=text, caret=caret, dirty=text != state.start, submitted=text == self.mine)

    def restore_hunk(self, index: int) -> bool:
        """Put this hunk back as it was in the answer. False while the differences are of an older text."""
        known, text = self.state.diff, self.state.text
        if known is None or known.new != text or not 0 <= index < len(known.hunks):
            return False
        (start, end), old = replacement(known, index)
        self.write(text[:start] + old + text[end:], start + len(old))
        return True

    def complete(self, caret: int) -> json_text.Completion | None:
        """What could stand at the caret; None in prose, and in JSON too long to be read for a key."""
        if self.state.kind != "json" or len(self.state.text) > ON_THE_SPOT:
            return None
        return json_text.complete(self.state.text, caret, self.schema)

    @property
    def completed_later(self) -> bool:
        """Whether the JSON is read for suggestions in a thread."""
        return self.state.kind == "json" and ON_THE_SPOT < len(self.state.text) <= LARGEST_COMPLETED

    async def complete_later(self, caret: int) -> json_text.Completion | None:
        """What could stand at the caret; None when the text is another one by then."""
        text, schema = self.state.text, self.schema
        found = await in_daemon_thread("suggestions", lambda: json_text.complete(text, caret, schema))
        return found if text == self.state.text else None

    async def laid_out(self) -> str | json_text.Fault:
        """The text as JSON laid out, or why it is none."""
        text = self.state.text

        def work() -> str | json_text.Fault:
            return json_text.fault(text) or json_text.format_json(text)

        return work() if len(text) <= ON_THE_SPOT else await in_daemon_thread("JSON is laid out", work)

    async def through(self) -> bool:
        """Wait until nothing is being checked. False if that was so already."""
        return await self._checker.through()

    def _compare(self) -> None:
        state = self.state
        if max(len(state.original), len(state.text)) <= ON_THE_SPOT:
            self.state = replace(state, diff=diff(state.original, state.text), diff_due=False)
        else:
            self.state = replace(state, diff_due=True)

    async def _check(self) -> None:
        state, schema = self.state, self.schema
        if not state.begun:
            return

        def look() -> tuple[Diff | None, tuple[Any, ...]]:
            differs = diff(state.original, state.text) if state.diff_due else state.diff
            return differs, problems(state.text, state.kind, schema)

        differs, wrong = await in_daemon_thread("correction is checked", look)
        # Of another text by now: the next look is under way.
        if (self.state.seq, self.state.text, self.state.begun) == (state.seq, state.text, True):
            self.set(diff=differs, diff_due=False, problems=wrong)

    def _not_checked(self, error: Exception) -> None:
        self.set(diff_due=False, problem=problem_from(error, "call"))

    def _saved(self, draft: Draft) -> None:
        if draft.call == self.state.seq and draft.text == self.state.text:
            self.set(saved_at=draft.saved_ms if draft.text != draft.start else None)
