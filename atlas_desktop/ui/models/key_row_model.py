"""Rows that name a thing and its keys: commands, views, connections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class KeyRow:
    """``title`` says what it is, ``detail`` of what kind, ``keys`` what calls it; ``changed`` marks the user's own."""

    id: str
    title: str
    detail: str = ""
    keys: tuple[str, ...] = ()
    changed: bool = False

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader."""
        return ", ".join(filter(None, (self.title, self.detail, *self.keys)))


class KeyRowModel(QAbstractListModel):
    """Shows the rows it was given last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[KeyRow, ...] = ()

    def set_rows(self, rows: Sequence[KeyRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, position: int) -> KeyRow | None:
        """The row there, if there is one."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def position_of(self, row_id: str) -> int | None:
        """Where the row with this id is."""
        return next((at for at, each in enumerate(self._rows) if each.id == row_id), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title; for a screen reader all of it."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        return row.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None
