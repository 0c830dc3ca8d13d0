"""Which keys the Operations screen teaches where."""

from typing import Final, Literal

from atlas_desktop.ui.pages.work_page import Place
from atlas_desktop.wording import mark, tr

Pane = Literal["gates", "schema", "history", "releases", "routing", "rule", "guide", "define", "nothing"]

_EVERYWHERE: Final = (
    ("operation.next", mark("next row")),
    ("operation.next_operation", mark("next operation")),
    ("operation.find", mark("find one")),
)
_IN: Final[dict[Pane, tuple[tuple[str, str], ...]]] = {
    "gates": (
        ("operation.edit", mark("least score")),
        ("operation.open", mark("open evaluator")),
        ("operation.add_gate", mark("add as gate")),
        ("operation.remove_gate", mark("remove")),
        ("operation.new_rule", mark("new evaluator")),
        ("operation.what_changed", mark("what changed?")),
        ("operation.save", mark("save")),
    ),
    "schema": (
        ("operation.edit", mark("write")),
        ("operation.open", mark("look at the call")),
        ("operation.problem", mark("problem")),
        ("operation.save", mark("save")),
        ("view.escape", mark("leave the text")),
    ),
    "rule": (
        ("operation.edit", mark("write")),
        ("operation.try", mark("try")),
        ("operation.open", mark("look at the call")),
        ("operation.save", mark("save")),
        ("view.escape", mark("back to the gates")),
    ),
    "define": (("operation.edit", mark("write")), ("operation.save", mark("define"))),
    "history": (),
    "releases": (),
    "routing": (),
    "guide": (("view.escape", mark("back")),),
    "nothing": (),
}


_WHILE_TYPING: Final = frozenset({"operation.try", "operation.save", "operation.problem"})
_LEAVE: Final = (("view.escape", mark("leave the text")),)


def taught(pane: Pane, place: Place) -> list[tuple[str, str]]:
    """Commands with a word each, the most useful first: only keys that act where the focus is."""
    words = (*_EVERYWHERE, *_IN[pane])
    if place == "keys":
        words = tuple(each for each in words if pane != "schema" or each[0] != "view.escape")
    else:
        words = (*(each for each in words if each[0] in _WHILE_TYPING), *_LEAVE)
    return [(command, tr(said)) for command, said in words]
