"""Shaping the list: facets, order, folding, table or lines, saved views, look-alikes."""

from typing import Final

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.context import Context
from atlas_desktop.domain.query import NEWEST, OLDEST, Column, Sort
from atlas_desktop.wording import mark

_NUMBERED: Final = 9
_SORTS: Final[tuple[tuple[Column, str, bool], ...]] = (
    ("operation", mark("Sort by operation"), False),
    ("customer", mark("Sort by customer"), False),
    ("model", mark("Sort by model"), False),
    ("rating", mark("Sort by rating"), True),
    ("passed", mark("Sort by gates passed"), True),
    ("latency", mark("Sort by latency, slowest first"), True),
    ("cost", mark("Sort by cost, dearest first"), True),
    ("size", mark("Sort by size, largest first"), True),
)


def _sort(sort: Sort) -> Run:
    return lambda context: context.listing.sort(sort)


def _open_view(number: int) -> Run:
    def run(context: Context) -> None:
        context.listing.open_view(number)

    return run


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("view.facets", "Facets", "List", ("Ctrl+B",), "anywhere",
                lambda context: context.listing.toggle_facets()),
        Command("view.layout", "List as a table, or as lines", "List", ("Shift+V",), "calls",
                lambda context: context.listing.toggle_layout()),
        Command("view.equal", "Fold equal calls, or unfold them", "List", ("=",), "calls",
                lambda context: context.listing.toggle_equal()),
        Command("view.alike", "Other answers to the same prompt", "List", ("L",), "calls",
                lambda context: context.listing.toggle_alike()),
        Command("view.sort", "Sort by…", "List", ("Shift+S",), "calls",
                lambda context: context.listing.choose_sort()),
        Command("view.turn_order", "Turn the order round", "List", (), "calls",
                lambda context: context.listing.turn_order()),
        Command("view.sort_newest", "Newest first", "List", (), "calls", _sort(NEWEST)),
        Command("view.sort_oldest", "Oldest first", "List", (), "calls", _sort(OLDEST)),
        *(Command(f"view.sort_{column}", title, "List", (), "calls", _sort(Sort(column, descending)))
          for column, title, descending in _SORTS),
        Command("view.columns", "Columns…", "List", (), "calls",
                lambda context: context.listing.choose_columns()),
        Command("view.save", "Save this view…", "List", ("Ctrl+Shift+S",), "anywhere",
                lambda context: context.listing.save_view()),
        *(Command(f"view.saved_{number}", f"Saved view {number}", "Go", (f"G {number}",), "anywhere",
                  _open_view(number)) for number in range(1, _NUMBERED + 1)),
    )  # fmt: skip
