"""Deciding about calls, and taking it back."""

from typing import TYPE_CHECKING

from atlas_desktop.app.commands.command import Command, Run, later, on_review
from atlas_desktop.app.commands.context import Context
from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.review import Review


def _rate(verdict: Verdict, *, stay: bool = False) -> Run:
    async def decide(context: Context, review: "Review", seq: int | None) -> None:
        context.decided(await review.decide(verdict, seq=seq, stay=stay))

    def run(context: Context) -> None:
        if context.review is not None:
            # What is on the screen now, not what will be when the task runs.
            context.spawn("rate", decide(context, context.review, context.painted))

    return run


def _repeat(context: Context) -> None:
    async def repeat(review: "Review", seq: int | None) -> None:
        context.decided(await review.repeat(seq=seq))

    if context.review is not None:
        context.spawn("repeat", repeat(context.review, context.painted))


def _toggle_auto_advance(context: Context) -> None:
    settings = context.session.settings
    on = not settings.current.auto_advance
    context.spawn("auto-advance", settings.change(auto_advance=on))
    context.say(
        tr("A rating opens the next call at once.") if on else tr("After a rating you stay on the call.")
    )


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("rate.up", "Good, go on", "Rate", ("1",), "calls", _rate("up")),
        Command("rate.down", "Bad, go on", "Rate", ("3",), "calls", _rate("down")),
        Command("rate.unsure", "Unsure, go on", "Rate", ("2",), "calls", _rate("unsure")),
        Command("rate.up_stay", "Good, stay", "Rate", ("Shift+1",), "calls", _rate("up", stay=True)),
        Command("rate.down_stay", "Bad, stay", "Rate", ("Shift+3",), "calls", _rate("down", stay=True)),
        Command("rate.unsure_stay", "Unsure, stay", "Rate", ("Shift+2",), "calls", _rate("unsure", stay=True)),
        Command("rate.clear", "Clear my rating", "Rate", ("0",), "calls", _rate("clear", stay=True)),
        Command("rate.repeat", "Repeat the last rating with its tags", "Rate", (".",), "calls", _repeat),
        Command("rate.skip", "Skip", "Rate", ("S",), "calls", on_review(lambda review: review.skip())),
        Command("rate.undo", "Undo, go back to it", "Rate", ("Z", "Ctrl+Z"), "calls",
                later("undo", lambda review: review.undo()), repeats=True),
        Command("rate.redo", "Redo", "Rate", ("Shift+Z", "Ctrl+Shift+Z"), "calls",
                later("redo", lambda review: review.redo()), repeats=True),
        Command("rate.auto_advance", "Go on after a rating, or stay", "Rate", ("Shift+A",), "calls",
                _toggle_auto_advance),
    )  # fmt: skip
