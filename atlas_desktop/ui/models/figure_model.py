"""Rows of figures for Qt's tables: a name, numbers under each other, and a sentence that says the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from atlas_desktop.ui.models.line_model import Token

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
NUMBERS: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
"""Where figures stand, whichever way the language runs."""
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """``numeric``: figures, their points under each other; ``wide`` takes the room that is left. ``about`` is its tool tip."""

    title: str
    numeric: bool = False
    wide: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column of a row; ``full`` is the tool tip, where the text is short for it."""

    text: str
    tone: Token = "text"
    icon: str = ""
    icon_tone: Token = "muted"
    full: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """``spoken`` is the row in words. A ``strong`` one is a sum of others."""

    key: str
    cells: tuple[Cell, ...]
    spoken: str
    strong: bool = False


class FigureModel(QAbstractTableModel):
    """Shows the rows it is given. Other figures of the same rows change them in place."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[FigureRow, ...] = ()

    def show(self, rows: Sequence[FigureRow]) -> None:
        """Show these."""
        new, before = tuple(rows), self.rows
        if new == before:
            return
        if [row.key for row in new] == [row.key for row in before]:
            self.rows = new
            self.dataChanged.emit(self.index(0, 0), self.index(len(new) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = new
        self.endResetModel()

    def name_column(self, place: int, column: Column) -> None:
        """Another head for this column."""
        if self.columns[place] != column:
            self.columns = (*self.columns[:place], column, *self.columns[place + 1 :])
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, place, place)

    def place_of(self, key: str | None) -> int | None:
        """Where this row is."""
        return next((place for place, row in enumerate(self.rows) if row.key == key), None)

    def row_at(self, place: int) -> FigureRow | None:
        """The row there, if there is one."""
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows; none has children."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What each column is."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.about or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (
                NUMBERS if column.numeric else Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
            )
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row, the cell, and what a screen reader says: all of the row once, then what the column holds."""
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        cell = row.cells[index.column()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.full or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = self.columns[index.column()].title
            return row.spoken if index.column() == 0 else f"{title}: {cell.text}"
        return None
