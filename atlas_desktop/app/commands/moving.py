"""Going from call to call, and selecting them."""

from atlas_desktop.app.commands.command import Command, later, on_review


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("move.next", "Next call", "Move", ("J", "Down"), "calls",
                on_review(lambda review: review.move(1)), repeats=True),
        Command("move.previous", "Previous call", "Move", ("K", "Up"), "calls",
                on_review(lambda review: review.move(-1)), repeats=True),
        Command("move.next_unrated", "Next unrated call", "Move", ("U",), "calls",
                later("next unrated", lambda review: review.next_unrated(1)), repeats=True),
        Command("move.previous_unrated", "Previous unrated call", "Move", ("Shift+U",), "calls",
                later("previous unrated", lambda review: review.next_unrated(-1)), repeats=True),
        Command("move.first", "First call", "Move", ("G G", "Home"), "calls",
                on_review(lambda review: review.first())),
        Command("move.last", "Last call", "Move", ("Shift+G", "End"), "calls",
                on_review(lambda review: review.last())),
        Command("move.new", "Show new calls", "Move", ("G N",), "calls",
                later("show new calls", lambda review: review.show_new())),
        Command("select.toggle", "Select, or not", "Select", ("X",), "calls",
                on_review(lambda review: review.toggle_select())),
        Command("select.down", "Extend down", "Select", ("Shift+J", "Shift+Down"), "calls",
                on_review(lambda review: review.extend(1)), repeats=True),
        Command("select.up", "Extend up", "Select", ("Shift+K", "Shift+Up"), "calls",
                on_review(lambda review: review.extend(-1)), repeats=True),
        Command("select.all", "Select all of the list", "Select", ("* A",), "calls",
                on_review(lambda review: review.select_all_matching())),
        Command("select.none", "Select none", "Select", ("* N",), "calls",
                on_review(lambda review: review.select_none())),
        Command("select.unrated", "Select the unrated", "Select", ("* U",), "calls",
                later("select unrated", lambda review: review.select_unrated())),
        Command("select.invert", "Invert the selection", "Select", ("* I",), "calls",
                on_review(lambda review: review.invert_selection())),
    )  # fmt: skip
