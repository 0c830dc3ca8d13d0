"""Writing a correction. In the editor only keys that type nothing act."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.context import Context

if TYPE_CHECKING:
    from atlas_desktop.app.commands.context import Editing


def _edit(act: "Callable[[Editing], object]") -> Run:
    """Do this with the editor on the screen."""

    def run(context: Context) -> None:
        act(context.editing)

    return run


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("edit.correct", "Correct", "Edit", ("E",), "calls", _edit(lambda it: it.open("draft"))),
        Command("edit.correct_best", "Correct from the best known answer", "Edit", ("Shift+E",), "calls",
                _edit(lambda it: it.open("best"))),
        Command("edit.layout", "Side by side, or inline", "Edit", ("V",), "calls",
                _edit(lambda it: it.toggle_layout())),
        Command("edit.layout_typing", "Side by side, or inline, while typing", "Edit", ("Alt+V",), "editor",
                _edit(lambda it: it.toggle_layout())),
        Command("edit.submit", "Submit and go on", "Edit", ("Ctrl+Enter",), "editor",
                _edit(lambda it: it.submit(stay=False))),
        Command("edit.submit_stay", "Submit, stay", "Edit", ("Ctrl+Shift+Enter",), "editor",
                _edit(lambda it: it.submit(stay=True))),
        Command("edit.next_change", "Next change", "Edit", ("Alt+Down",), "editor",
                _edit(lambda it: it.go_to_change(1)), repeats=True),
        Command("edit.previous_change", "Previous change", "Edit", ("Alt+Up",), "editor",
                _edit(lambda it: it.go_to_change(-1)), repeats=True),
        Command("edit.restore", "Restore this change", "Edit", ("Alt+Left",), "editor",
                _edit(lambda it: it.restore())),
        Command("edit.take_other", "Take the other side", "Edit", ("Alt+Right",), "editor",
                _edit(lambda it: it.take_other())),
        Command("edit.next_problem", "Next problem", "Edit", ("F8",), "editor",
                _edit(lambda it: it.go_to_problem()), repeats=True),
        Command("edit.complete", "Complete", "Edit", ("Ctrl+Space",), "editor",
                _edit(lambda it: it.complete())),
        Command("edit.format", "Format JSON", "Edit", ("Alt+Shift+F",), "editor",
                _edit(lambda it: it.format_json())),
        Command("edit.evaluate", "Run evaluators", "Edit", ("Ctrl+R",), "editor",
                _edit(lambda it: it.run_evaluators())),
        Command("edit.undo", "Undo in the text", "Edit", ("Ctrl+Z",), "editor",
                _edit(lambda it: it.undo_text()), repeats=True),
        Command("edit.redo", "Redo in the text", "Edit", ("Ctrl+Shift+Z",), "editor",
                _edit(lambda it: it.redo_text()), repeats=True),
        Command("edit.next_call", "Next call, go on typing", "Edit", ("Ctrl+PgDown",), "editor",
                _edit(lambda it: it.go_to_call(1)), repeats=True),
        Command("edit.previous_call", "Previous call, go on typing", "Edit", ("Ctrl+PgUp",), "editor",
                _edit(lambda it: it.go_to_call(-1)), repeats=True),
    )  # fmt: skip
