"""What shapes the list beside its filter, as menus: order and folding, and the saved views."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtWidgets import QMenu, QWidget

from atlas_desktop.domain.query import NEWEST, OLDEST, Column, Sort
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.facet_rows import ViewLine
from atlas_desktop.wording import tr

_LARGEST_FIRST: Final[frozenset[Column]] = frozenset({"latency", "cost", "size"})


def sort_title(sort: Sort) -> str:
    """How an order is called, short."""
    if sort in (NEWEST, OLDEST):
        return tr("Newest") if sort == NEWEST else tr("Oldest")
    return f"{_columns()[sort.column]} {'↓' if sort.descending else '↑'}"


def sort_menu(
    parent: QWidget,
    sort: Sort,
    fold: tuple[bool, str],
    sort_by: Callable[[Sort], object],
    toggle_fold: Callable[[], object],
) -> QMenu:
    """The orders, the one in force checked (choosing it again turns it round), and whether equal calls
    are folded, with the key for it."""
    menu = _menu(parent, tr("Sort and fold"))
    _check(menu, tr("Newest first"), sort == NEWEST, lambda: sort_by(NEWEST))
    _check(menu, tr("Oldest first"), sort == OLDEST, lambda: sort_by(OLDEST))
    menu.addSeparator()
    for column, words in _columns().items():
        if column == "time":
            continue
        on = sort.column == column
        down = not sort.descending if on else column in _LARGEST_FIRST
        arrow = f" {'↓' if sort.descending else '↑'}" if on else ""
        _check(menu, words + arrow, on, partial(sort_by, Sort(column, down)))
    menu.addSeparator()
    folded, key = fold
    _check(menu, tr("Fold equal calls"), folded, toggle_fold, key=key)
    return menu


def views_menu(
    parent: QWidget,
    views: Sequence[ViewLine],
    save_key: str,
    open_view: Callable[[int], object],
    save: Callable[[], object],
    edit: Callable[[], object],
) -> QMenu:
    """The saved views, by number from 1, with their keys; saving and editing them."""
    menu = _menu(parent, tr("Saved views"))
    for number, view in enumerate(views, 1):
        _check(menu, one_line(view.name), view.on, partial(open_view, number), key=view.key)
    if views:
        menu.addSeparator()
    _entry(menu, tr("Save this view…") + f"\t{save_key}", save)
    if views:
        _entry(menu, tr("Rename or delete…"), edit)
    return menu


def _columns() -> dict[Column, str]:
    return {
        "time": tr("Time"),
        "operation": tr("Operation"),
        "customer": tr("Customer"),
        "model": tr("Model"),
        "provider": tr("Provider"),
        "rating": tr("Rating"),
        "passed": tr("Gates passed"),
        "latency": tr("Latency"),
        "cost": tr("Cost"),
        "size": tr("Size"),
    }


def _menu(parent: QWidget, name: str) -> QMenu:
    menu = QMenu(parent)
    menu.setAccessibleName(name)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _check(menu: QMenu, words: str, on: bool, act: Callable[[], object], *, key: str = "") -> None:
    action = menu.addAction(words.replace("&", "&&") + (f"\t{key}" if key else ""))
    action.setCheckable(True)
    action.setChecked(on)
    action.triggered.connect(lambda _=False: act())


def _entry(menu: QMenu, words: str, act: Callable[[], object]) -> None:
    menu.addAction(words).triggered.connect(lambda _=False: act())
