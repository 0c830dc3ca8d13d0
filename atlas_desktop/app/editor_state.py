"""What the correction editor looks like from outside: one frozen value."""

from dataclasses import dataclass
from typing import Literal

from atlas_desktop.app.lamps import Lamp
from atlas_desktop.app.problems import Problem
from atlas_desktop.domain.diff import Diff
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
    """The correction of the call at hand. ``original`` is the exact output.

    ``begun``: it is being written; else ``text`` is the correction that stands, or the output. ``start`` is the text
    this one was begun from, ``source`` says in words which. ``dirty``: it differs from its start, so a draft of it is
    (being) kept; ``saved_at`` is when it last was (epoch milliseconds; None: not yet), ``problem`` what keeps it from
    being kept. ``submitted``: the text is my correction as it stands.

    ``diff`` leads from ``original`` to ``text``; while ``diff_due`` it is of a moment ago. In a ``conflict`` the text
    begins as my side of it.
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
    problem: Problem | None = None
    diff: Diff | None = None
    diff_due: bool = False
    problems: tuple[TextProblem, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    conflict: Conflict | None = None
    submitted: bool = False
