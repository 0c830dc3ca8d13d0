"""The menu of a column: sort by it, hide it, pin it, move it; and which columns there are."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from atlas_desktop.domain.query import Sort
from atlas_desktop.ui.models.columns import COLUMNS, SORTS, ColumnId, Columns, title
from atlas_desktop.wording import tr

Arrange = Callable[[Columns], object]
SortBy = Callable[[Sort], object]


def column_menu(
    parent: QWidget, columns: Columns, column: ColumnId, arrange: Arrange, sort_by: SortBy
) -> QMenu:
    """Made when it is asked for; goes when it closes."""
    menu = QMenu(parent)
    menu.setAccessibleName(tr("Column {name}", name=title(column)))
    menu.aboutToHide.connect(menu.deleteLater)
    if (key := SORTS.get(column)) is not None:
        _entry(menu, tr("Sort, largest first"), lambda: sort_by(Sort(key, descending=True)))
        _entry(menu, tr("Sort, smallest first"), lambda: sort_by(Sort(key, descending=False)))
        menu.addSeparator()
    if column != "state":
        pinned = column in columns.pinned
        _entry(
            menu,
            tr("Unpin") if pinned else tr("Pin at the start"),
            lambda: arrange(columns.pinned_or_not(column)),
        )
        _entry(menu, tr("Move towards the start"), lambda: arrange(columns.moved(column, -1)))
        _entry(menu, tr("Move towards the end"), lambda: arrange(columns.moved(column, 1)))
        _entry(menu, tr("Hide {name}", name=title(column)), lambda: arrange(columns.toggled(column)))
        menu.addSeparator()
    chooser = menu.addMenu(tr("Columns"))
    chooser.setAccessibleName(tr("Columns"))
    for each in COLUMNS[1:]:
        _check(chooser, columns, each, arrange)
    _entry(menu, tr("Columns as they were at first"), lambda: arrange(Columns()))
    return menu


def _check(menu: QMenu, columns: Columns, column: ColumnId, arrange: Arrange) -> None:
    action = menu.addAction(title(column))
    action.setCheckable(True)
    action.setChecked(column not in columns.hidden)
    action.triggered.connect(lambda _=False: arrange(columns.toggled(column)))


def _entry(menu: QMenu, words: str, act: Callable[[], object]) -> None:
    menu.addAction(words.replace("&", "&&")).triggered.connect(lambda _=False: act())
