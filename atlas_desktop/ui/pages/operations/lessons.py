"""Which keys the Operations screen teaches where."""

from typing import Final, Literal

from atlas_desktop.wording import mark, tr

Pane = Literal["gates", "schema", "history", "rule", "guide", "define", "nothing"]

_EVERYWHERE: Final = (
    ("operation.next", mark("next row")),
    ("operation.next_operation", mark("next operation")),
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
    "guide": (("view.escape", mark("back")),),
    "nothing": (),
}


def taught(pane: Pane) -> list[tuple[str, str]]:
    """Commands with a word each, the most useful first."""
    return [(command, tr(words)) for command, words in (*_EVERYWHERE, *_IN[pane])]
