"""The correction editor without a screen: follows the call at hand, keeps a draft, submits as one act."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from atlas_desktop.app.editor_state import EditorState, Source
from atlas_desktop.app.review import Review
from atlas_desktop.app.review_state import Outcome
from atlas_desktop.app.signals import Signal
from atlas_desktop.store.conflicts import Side
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

__all__ = ["CorrectionEditor", "EditorState", "Source"]


class CorrectionEditor:
    """One for a workspace (``workspace.correction``). Used on the UI's loop only.

    Show ``state`` at every ``changed``; tell ``typed`` after every change of the text, with the exact text. When
    ``state.text`` differs from what the screen shows, the screen takes it over (a hunk was restored, text undone,
    another call came).
    """

    def __init__(
        self,
        store: Store,
        review: Review,
        tasks: Tasks,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._review = review
        self._tasks = tasks
        self._now = now
        self.state = EditorState()
        self.changed: Signal[EditorState] = Signal("correction editor")

    async def begin(self, source: Source = "draft") -> None:
        """Start writing: from the draft or correction there is ("draft"), the output, or the best known answer."""
        raise NotImplementedError

    def typed(self, text: str, caret: int) -> None:
        """The text is this now. Kept as a draft within a second."""
        raise NotImplementedError

    async def flush(self) -> None:
        """Keep the draft now: focus went, the window is minimised, the computer sleeps."""
        raise NotImplementedError

    async def submit(self, *, stay: bool) -> Outcome:
        """Make the text my correction, as one act; go on to the next call unless ``stay``."""
        raise NotImplementedError

    async def discard(self) -> None:
        """Give the draft up (its text stays in the history) and show what was submitted, or the output."""
        raise NotImplementedError

    def undo(self) -> bool:
        """Take the last change of the text back. Never falls through to ratings."""
        raise NotImplementedError

    def redo(self) -> bool:
        """Make the change again."""
        raise NotImplementedError

    def restore_hunk(self, index: int | None = None) -> bool:
        """Put this hunk (None: the one at the caret) back as it was in the original."""
        raise NotImplementedError

    def take_hunk(self, index: int, side: Side) -> bool:
        """In a conflict: take this hunk of the merge from that side."""
        raise NotImplementedError

    def next_change(self, direction: Literal[1, -1] = 1) -> int | None:
        """The caret to the next hunk that way. Returns its index; None when there is none."""
        raise NotImplementedError

    def next_problem(self) -> int | None:
        """The caret to the next problem. Returns its index; None when there is none."""
        raise NotImplementedError

    def complete(self, caret: int) -> object:
        """What could stand at the caret: domain.json_text's options from the schema."""
        raise NotImplementedError

    def format_json(self) -> bool:
        """Indent JSON. False (and said) when the text is none."""
        raise NotImplementedError

    async def run_evaluators(self) -> None:
        """Ask all evaluators, those on the server too."""
        raise NotImplementedError

    async def resolve(self, side: Side | None = None) -> Outcome:
        """End the conflict: keep mine, take theirs, or (None) submit the text as merged. The loser is kept."""
        raise NotImplementedError

    async def close(self) -> None:
        """Keep the draft; take no more."""
        raise NotImplementedError
