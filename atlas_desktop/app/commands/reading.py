"""Reading the call at hand."""

from atlas_desktop.app.commands.command import Command
from atlas_desktop.app.commands.context import Context
from atlas_desktop.wording import tr


def _copy_id(context: Context) -> None:
    call = context.review.current.call if context.review is not None else None
    if call is not None:
        context.copy(call.row.id, tr("call id"))


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("call.page_down", "Page down in the call", "Call", ("Space",), "calls",
                lambda context: context.scroll_page(1), repeats=True),
        Command("call.page_up", "Page up in the call", "Call", ("Shift+Space",), "calls",
                lambda context: context.scroll_page(-1), repeats=True),
        Command("call.fold", "Unfold the system prompt, or fold it", "Call", ("O",), "calls",
                lambda context: context.toggle_fold()),
        Command("call.inspector", "Inspector", "Call", ("I",), "calls",
                lambda context: context.toggle_inspector()),
        Command("call.copy_id", "Copy the call's id", "Call", ("Y",), "calls", _copy_id),
    )  # fmt: skip
