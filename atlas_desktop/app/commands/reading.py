"""Reading the call at hand."""

from collections.abc import Callable

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.context import Context, ReadingCall
from atlas_desktop.wording import tr


def _copy_id(context: Context) -> None:
    call = context.review.current.call if context.review is not None else None
    if call is not None:
        context.copy(call.row.id, tr("call id"))


def _reads(act: Callable[[ReadingCall], object]) -> Run:
    def run(context: Context) -> None:
        act(context.reading)

    return run


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("call.page_down", "Page down in the call", "Call", ("Space",), "calls",
                lambda context: context.scroll_page(1), repeats=True),
        Command("call.page_up", "Page up in the call", "Call", ("Shift+Space",), "calls",
                lambda context: context.scroll_page(-1), repeats=True),
        Command("call.next_turn", "Next turn", "Call", ("]",), "calls",
                _reads(lambda reading: reading.next_turn(1)), repeats=True),
        Command("call.previous_turn", "Previous turn", "Call", ("[",), "calls",
                _reads(lambda reading: reading.next_turn(-1)), repeats=True),
        Command("call.raw", "As recorded, or rendered", "Call", ("R",), "calls",
                _reads(lambda reading: reading.toggle_rendered())),
        Command("call.fold", "Unfold the system prompt or what is at the caret, or fold it", "Call", ("O",), "calls",
                _reads(lambda reading: reading.toggle_fold())),
        Command("call.fold_all", "Unfold everything, or fold it", "Call", ("Shift+O",), "calls",
                _reads(lambda reading: reading.toggle_all_folds())),
        Command("call.find", "Find in the call", "Call", ("Ctrl+F",), "anywhere",
                _reads(lambda reading: reading.find())),
        Command("call.find_next", "Next place found", "Call", ("F3",), "anywhere",
                _reads(lambda reading: reading.find_next(1)), repeats=True),
        Command("call.find_previous", "Previous place found", "Call", ("Shift+F3",), "anywhere",
                _reads(lambda reading: reading.find_next(-1)), repeats=True),
        Command("call.next_link", "Next link", "Call", ("Ctrl+L",), "calls",
                _reads(lambda reading: reading.next_link()), repeats=True),
        Command("call.copy_link", "Copy the link", "Call", ("Ctrl+Shift+L",), "calls",
                _reads(lambda reading: reading.copy_link())),
        Command("call.open_link", "Open the link…", "Call", ("Ctrl+O",), "calls",
                _reads(lambda reading: reading.open_link())),
        Command("call.peek", "Hold to look under the veil", "Call", ("P",), "calls",
                _reads(lambda reading: reading.peek())),
        Command("call.inspector", "Inspector", "Call", ("I",), "calls",
                lambda context: context.toggle_inspector()),
        Command("call.copy_id", "Copy the call's id", "Call", ("Y",), "calls", _copy_id),
    )  # fmt: skip
