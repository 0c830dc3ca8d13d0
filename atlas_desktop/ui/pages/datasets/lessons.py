"""Which keys the line at the bottom of Datasets teaches, by what is on the screen."""

from typing import Final, Literal

from atlas_desktop.app.commands.dataset_acts import SectionName
from atlas_desktop.ui.pages.work_page import Place
from atlas_desktop.wording import mark, tr

_Lesson = tuple[tuple[str, str], ...]
LESSON_ALL: Final[_Lesson] = (("dataset.next_dataset", mark("next dataset")), ("view.keys", mark("all keys")))
LESSON_BUILDER: Final[_Lesson] = (
    ("dataset.next", mark("next")), ("dataset.edit", mark("correct the call")), ("dataset.drop", mark("leave it out")),
    ("dataset.keep", mark("keep only this one")), ("dataset.undo", mark("undo")), ("dataset.send", mark("make the dataset")),
)  # fmt: skip
LESSONS: Final[dict[SectionName, _Lesson]] = {
    "items": (
        ("dataset.next", mark("next")), ("dataset.edit", mark("edit")), ("edit.submit", mark("save, go on")),
        ("dataset.split", mark("split")), ("dataset.weight", mark("weight")), ("dataset.drop", mark("take out")),
        ("dataset.call", mark("its call")), ("dataset.gates", mark("gates")), ("dataset.branch", mark("branch")),
    ),
    "gates": (
        ("dataset.next", mark("next")), ("gates.score", mark("score")), ("gates.fix", mark("what would flip it")),
        ("dataset.edit", mark("edit")), ("gates.promote", mark("promote")), ("dataset.items", mark("items")),
    ),
    "runs": (
        ("dataset.next", mark("next")), ("dataset.open", mark("open it")), ("runs.new", mark("new run")),
        ("runs.compare", mark("compare")), ("dataset.items", mark("items")),
    ),
    "versions": (
        ("dataset.next", mark("next")), ("view.panes", mark("versions")), ("dataset.branch", mark("branch")),
        ("dataset.items", mark("items")),
    ),
}  # fmt: skip
GOLDEN: Final[dict[SectionName, _Lesson]] = {
    **LESSONS,
    "items": (
        ("dataset.next", mark("next")), ("dataset.call", mark("its call")), ("dataset.gates", mark("gates")),
        ("dataset.branch", mark("branch")), ("dataset.export", mark("export")),
    ),
    "gates": (
        ("dataset.next", mark("next")), ("gates.training", mark("request training")), ("dataset.branch", mark("branch")),
        ("dataset.export", mark("export")), ("dataset.items", mark("items")),
    ),
}  # fmt: skip
"""Nothing is scored, fixed or promoted any more."""
LESSON_EMPTY: Final[_Lesson] = (("view.keys", mark("all keys")),)
LESSON_EDITOR: Final[_Lesson] = (
    ("edit.submit", mark("save, go on")), ("edit.next_change", mark("next change")), ("edit.restore", mark("restore")),
    ("edit.next_problem", mark("problem")), ("edit.complete", mark("complete")), ("edit.evaluate", mark("score")),
    ("view.escape", mark("leave")),
)  # fmt: skip
LESSON_TYPING: Final[_Lesson] = (("view.escape", mark("leave")),)


def lesson(
    place: Place, part: Literal["empty", "builder"] | SectionName, *, golden: bool
) -> list[tuple[str, str]]:
    """Commands with a word each, the most useful first: only keys that act where the focus is."""
    if place != "keys":
        taught = LESSON_EDITOR if place == "editor" else LESSON_TYPING
    elif part == "empty":
        taught = LESSON_EMPTY
    elif part == "builder":
        taught = (*LESSON_BUILDER, *LESSON_ALL)
    else:
        taught = (*(GOLDEN if golden else LESSONS)[part], *LESSON_ALL)
    return [(command, tr(words)) for command, words in taught]
