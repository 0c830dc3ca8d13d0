"""Usage: what calls cost, by whom; the refunds, confirmed or overturned."""

from collections.abc import Callable

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.usage_acts import UsageActs


def _do(act: Callable[[UsageActs], None]) -> Run:
    return lambda context: act(context.usage)


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("usage.spending", "What calls cost", "Usage", ("1",), "usage",
                _do(lambda usage: usage.show_part("spending"))),
        Command("usage.refunds", "Refunds", "Usage", ("2",), "usage", _do(lambda usage: usage.show_part("refunds"))),
        Command("usage.next", "Next row of usage", "Usage", ("J", "Down"), "usage",
                _do(lambda usage: usage.step(1)), repeats=True),
        Command("usage.previous", "Previous row of usage", "Usage", ("K", "Up"), "usage",
                _do(lambda usage: usage.step(-1)), repeats=True),
        Command("usage.by", "Rows by the next field", "Usage", ("B",), "usage",
                _do(lambda usage: usage.step_group(1))),
        Command("usage.by_before", "Rows by the previous field", "Usage", ("Shift+B",), "usage",
                _do(lambda usage: usage.step_group(-1))),
        Command("usage.span", "Next range of days, or refunds in the next state", "Usage", ("]",), "usage",
                _do(lambda usage: usage.step_span(1))),
        Command("usage.span_before", "Previous range of days, or refunds in the previous state", "Usage", ("[",),
                "usage", _do(lambda usage: usage.step_span(-1))),
        Command("usage.period", "Choose the days of usage", "Usage", ("D",), "usage",
                _do(lambda usage: usage.edit_period())),
        Command("usage.copy", "Copy the table as CSV", "Usage", ("Y",), "usage", _do(lambda usage: usage.copy())),
        Command("usage.refresh", "Ask the server again", "Usage", ("R",), "usage",
                _do(lambda usage: usage.refresh())),
        Command("refund.open", "Look at the refunded call", "Usage", ("Enter",), "usage",
                _do(lambda usage: usage.open_current())),
        Command("refund.confirm", "Confirm the refund", "Usage", ("C",), "usage", _do(lambda usage: usage.confirm())),
        Command("refund.overturn", "Overturn the refund…", "Usage", ("O",), "usage",
                _do(lambda usage: usage.overturn())),
        Command("refund.save", "Overturn it for the reason written", "Usage", ("Ctrl+Enter",), "usage",
                _do(lambda usage: usage.save())),
    )  # fmt: skip
