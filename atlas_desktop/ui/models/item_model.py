"""Items of a dataset, or calls that become some, for Qt's views: thousands of rows, made into words when on view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from atlas_desktop.ui.models.line_model import Token

ITEM_ROLE: Final = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One row: a shape, what was asked, what is expected, and at the end what it is or what is wrong with it.

    ``split`` and ``weight`` are short; ``number`` stands where there is no shape. ``state`` says the same as the shape, in words.
    """

    key: str
    title: str
    expected: str
    icon: str = ""
    icon_tone: Token = "muted"
    state: str = ""
    state_tone: Token = "muted"
    split: str = ""
    weight: str = ""
    number: str = ""

    @property
    def spoken(self) -> str:
        """The row in words."""
        return ", ".join(filter(None, (self.title, self.expected, self.state, self.split, self.weight)))


def _nobody(row: Any) -> ItemLine:
    raise NotImplementedError(row)


class ItemModel(QAbstractListModel):
    """Holds rows of any kind; ``line`` makes one into words, ``key`` names it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Any] = ()
        self._keys: list[str] = []
        self._places: dict[str, int] = {}
        self.numbered = False
        self._line: Callable[[Any], ItemLine] = _nobody

    @property
    def keys(self) -> list[str]:
        """The keys in order."""
        return self._keys

    def show(self, rows: Sequence[Any], keys: list[str], line: Callable[[Any], ItemLine]) -> bool:
        """Show these. Rows that are the same change in place, and more come after them; False then."""
        self._rows, self._line = rows, line
        if keys == self._keys:
            if keys:
                self.dataChanged.emit(self.index(0), self.index(len(keys) - 1))
            return False
        before = len(self._keys)
        if before and len(keys) > before and keys[:before] == self._keys:
            self.beginInsertRows(_ROOT, before, len(keys) - 1)
            self._take(keys)
            self.endInsertRows()
            self.dataChanged.emit(self.index(0), self.index(before - 1))
            return False
        self.beginResetModel()
        self._take(keys)
        self.endResetModel()
        return True

    def _take(self, keys: list[str]) -> None:
        self._keys = keys
        self._places = {key: place for place, key in enumerate(keys)}

    def place_of(self, key: str | None) -> int | None:
        """Where this row stands."""
        return self._places.get(key) if key is not None else None

    def key_at(self, place: int) -> str | None:
        """The key of the row there."""
        return self._keys[place] if 0 <= place < len(self._keys) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self._keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row for the painter; in words for a screen reader."""
        if not index.isValid() or index.row() >= len(self._keys):
            return None
        if role not in (ITEM_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        line = self._line(self._rows[index.row()])
        if not line.icon and self.numbered:
            line = replace(line, number=str(index.row() + 1))
        return line if role == ITEM_ROLE else line.spoken
