"""Which keys the line at the bottom of Datasets teaches, by what is on the screen."""

from typing import Final

from atlas_desktop.app.commands.dataset_acts import SectionName
from atlas_desktop.wording import mark

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
        ("dataset.next", mark("next")), ("dataset.open", mark("open")), ("runs.new", mark("new run")),
        ("runs.compare", mark("compare")), ("dataset.items", mark("items")),
    ),
    "versions": (
        ("dataset.next", mark("next")), ("view.panes", mark("versions")), ("dataset.branch", mark("branch")),
        ("dataset.items", mark("items")),
    ),
}  # fmt: skip
