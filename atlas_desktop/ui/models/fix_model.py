"""The lines of a fix list for Qt's views."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from atlas_desktop.domain.veil import veiled_preview
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.app.fix_entry import FixEntry

ENTRY_ROLE: Final = Qt.ItemDataRole.UserRole + 1
FIRST_OTHER_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""Whether this is the first line of those that are not needed."""
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_LONGEST: Final = 300


class FixModel(QAbstractListModel):
    """Shows the entries it is given, under the veil where ``veil`` says so; the same ones with other marks change in place, more are added."""

    def __init__(self, veil: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._veil = veil
        self._veiled = False
        self._covered: dict[int, FixEntry] = {}
        self._entries: tuple[FixEntry, ...] = ()

    def show(self, entries: "Sequence[FixEntry]") -> None:
        """Show these."""
        now, veiled = tuple(entries), self._veil()
        if now == self._entries and veiled == self._veiled:
            return
        self._veiled = veiled
        self._covered.clear()
        before = len(self._entries)
        if before and len(now) > before and now[:before] == self._entries:
            self.beginInsertRows(_ROOT, before, len(now) - 1)
            self._entries = now
            self.endInsertRows()
            return
        same = [each.item_id for each in now] == [each.item_id for each in self._entries]
        if same and now:
            self._entries = now
            self.dataChanged.emit(self.index(0), self.index(len(now) - 1))
            return
        self.beginResetModel()
        self._entries = now
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Lines; none has children."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The entry, and its words."""
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return self._shown(index.row())
        if role == FIRST_OTHER_ROLE:
            before = self._entries[index.row() - 1] if index.row() else None
            return not entry.needed and (before is None or before.needed)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry_words(self._shown(index.row()))
        return None

    def _shown(self, row: int) -> "FixEntry":
        """The entry as it may be read now: what is recorded, and what was said of it, under the veil."""
        entry = self._entries[row]
        if not self._veiled:
            return entry
        if row not in self._covered:
            text, said = veiled_preview(entry.text), veiled_preview(entry.said)
            self._covered[row] = replace(entry, text=text, said=said)
        return self._covered[row]


def entry_words(entry: "FixEntry") -> str:
    """An entry as a screen reader says it."""
    score = tr("no score") if entry.score is None else number(entry.score, 2)
    state = tr("changed, not scored yet") if entry.edited else tr("needed") if entry.needed else ""
    parts = (score, state, one_line(entry.said), one_line(entry.text[:_LONGEST]))
    return ", ".join(part for part in parts if part)
