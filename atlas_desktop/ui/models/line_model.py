"""Lines of a short list for Qt's views: a title, what is to be known of it, and a figure at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

LINE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
Token = Literal["text", "muted", "accent", "good", "bad", "warn"]
_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class Line:
    """One row; a ``heading`` cannot be chosen. ``detail`` is a second row of words, ``figure`` stands at the end.

    ``exact``: the title is recorded text, written in the font of payloads. ``spoken`` is what a screen reader says
    instead of all of it.
    """

    key: str
    title: str
    detail: str = ""
    figure: str = ""
    tone: Token = "muted"
    icon: str = ""
    icon_tone: Token = "muted"
    heading: bool = False
    strong: bool = False
    exact: bool = False
    spoken: str = ""

    @property
    def said(self) -> str:
        """The line in words."""
        return self.spoken or ", ".join(filter(None, (self.title, self.detail, self.figure)))


class LineModel(QAbstractListModel):
    """Shows the lines it is given. Other words of the same lines change them in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Show these."""
        new = tuple(lines)
        if new == self._lines:
            return
        if [line.key for line in new] == [line.key for line in self._lines]:
            self._lines = new
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self._lines = new
        self.endResetModel()

    def line_at(self, position: int) -> Line | None:
        """The line there, if there is one."""
        return self._lines[position] if 0 <= position < len(self._lines) else None

    def place_of(self, key: str | None) -> int | None:
        """Where this line is."""
        return next((place for place, line in enumerate(self._lines) if line.key == key), None)

    def next_place(self, position: int, direction: Literal[1, -1]) -> int | None:
        """The next place that way that can be chosen."""
        position += direction
        while (line := self.line_at(position)) is not None:
            if not line.heading:
                return position
            position += direction
        return None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Lines; none has children."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, and its words."""
        line = self.line_at(index.row()) if index.isValid() else None
        if line is None:
            return None
        if role == LINE_ROLE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.said
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A heading is read only."""
        line = self.line_at(index.row())
        if line is None or line.heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
