"""What the correction editor looks like from outside: one frozen value."""

from dataclasses import dataclass
from typing import Any, Literal

from atlas_desktop.store.conflicts import Conflict
from atlas_desktop.store.drafts import Kind

Source = Literal["output", "best", "draft"]


@dataclass(frozen=True, slots=True)
class TextProblem:
    """Something wrong with characters ``start`` to ``end`` of the text; ``path`` is a JSON Pointer."""

    start: int
    end: int
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class EditorState:
    """The correction of the call at hand.

    ``original`` is the exact output; ``start`` the text this one was begun from (the output, a correction, the
    best known answer), ``source`` says which in words. ``text`` is what stands in the editor. ``dirty``: it differs
    from its start, so a draft of it is (being) kept; ``saved_at`` is when it last was (epoch milliseconds; None:
    not yet). ``submitted``: the text is my correction as submitted. ``diff`` is from ``original`` to ``text`` and,
    while ``diff_due``, of a moment ago.
    """

    seq: int | None = None
    original: str = ""
    start: str = ""
    text: str = ""
    caret: int = 0
    kind: Kind = "prose"
    source: str = ""
    begun: bool = False
    dirty: bool = False
    saved_at: int | None = None
    diff: Any = None  # domain.diff.Diff | None
    diff_due: bool = False
    problems: tuple[TextProblem, ...] = ()
    lamps: tuple[Any, ...] = ()  # app.lamps.Lamp
    conflict: Conflict | None = None
    submitted: bool = False
    can_undo: bool = False
    can_redo: bool = False
