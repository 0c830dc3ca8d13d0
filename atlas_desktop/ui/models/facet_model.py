"""The lines of the facet sidebar for Qt's views."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from atlas_desktop.ui.models.facet_rows import FacetRow

FACET_ROLE: Final = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class FacetModel(QAbstractListModel):
    """Shows the rows it is given. New counts of the same lines change them in place; other lines replace all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[FacetRow] = []

    def show(self, rows: Sequence[FacetRow]) -> bool:
        """Show these. False when the lines are the same ones, with other counts at most."""
        same = [row.key for row in rows] == [row.key for row in self._rows]
        if same:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return False
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()
        return True

    def row_at(self, position: int) -> FacetRow | None:
        """The line there, if there is one."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def place_of(self, key: str) -> int | None:
        """Where this line is."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), None)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Lines; none has children."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, and its words."""
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == FACET_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A note cannot be gone to."""
        row = self.row_at(index.row())
        if row is None or row.kind == "note":
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
