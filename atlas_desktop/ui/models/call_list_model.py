"""The call list for Qt's views. Formats memory only; a row that is not there yet is asked for and shows ``…``."""

import html
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)

from atlas_desktop.domain.filter import Highlighter
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.dates import to_the_second
from atlas_desktop.ui.models.beginnings import Beginnings
from atlas_desktop.ui.models.row_text import RowText, operation_text, row_text

if TYPE_CHECKING:
    from atlas_desktop.app.call_browser import CallBrowser, Span

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_KEPT: Final = 2_000
_SINGLY: Final = 40

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class CallListModel(QAbstractListModel):
    """A view of ``CallBrowser``: its order, its rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._browser: CallBrowser | None = None
        self._count = 0
        self._texts: OrderedDict[int, RowText] = OrderedDict()
        self._marker = Highlighter(Query())
        self._veil = False
        self._beginnings = Beginnings()
        # What a row taught is shown after the paint that asked for it.
        self._anew = QTimer(self)
        self._anew.setSingleShot(True)
        self._anew.setInterval(0)
        self._anew.timeout.connect(self._say_all_changed)
        self._disconnect: list[Callable[[], None]] = []

    def set_browser(self, browser: "CallBrowser | None") -> None:
        """Show this list from now on, or none."""
        for stop in self._disconnect:
            stop()
        self._disconnect = []
        self._browser = browser
        if browser is not None:
            self._disconnect = [
                browser.reset.connect(lambda _: self._reset()),
                browser.rows_loaded.connect(self._loaded),
                browser.rows_changed.connect(self._changed),
            ]
        self._reset()

    def set_veil(self, veil: bool) -> None:
        """Cover personal data in what rows say, or not."""
        if veil != self._veil:
            self._veil = veil
            self._texts.clear()
            self._say_all_changed()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Calls in the filter; a call has no children."""
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts of a row; None while it is on its way (the delegate draws ``…``)."""
        if not index.isValid():
            return None
        if role == ROW_ROLE:
            return self.text_at(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            text = self.text_at(index.row())
            return text.spoken if text else "…"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hint(index.row())
        return None

    def text_at(self, position: int) -> RowText | None:
        """The texts of a row, from memory; on a miss its block is on its way."""
        if self._browser is None or not 0 <= position < self._count:
            return None
        row = self._browser.row(position)
        if row is None:
            return None
        if (known := self._texts.get(row.seq)) is not None:
            return known
        operation = row.operation or ""
        if self._beginnings.learn(operation, row.preview):
            self._forget(operation)
        beginning = self._beginnings.of(operation, row.preview)
        made = row_text(row, self._marker.spans, veil=self._veil, beginning=beginning)
        self._texts[row.seq] = made
        if len(self._texts) > _KEPT:
            self._texts.popitem(last=False)
        return made

    def _forget(self, operation: str) -> None:
        """The rows of this operation read better now."""
        name = operation_text(operation)
        for seq in [seq for seq, text in self._texts.items() if text.operation == name]:
            del self._texts[seq]
        self._anew.start()

    def _say_all_changed(self) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0), self.index(self._count - 1))

    def _hint(self, position: int) -> str | None:
        text = self.text_at(position)
        if text is None:
            return None
        when = to_the_second(text.created_ms)
        return html.escape(f"{when}\n{text.operation} · {text.customer} · {text.model}").replace("\n", "<br>")

    def _reset(self) -> None:
        self.beginResetModel()
        self._texts.clear()
        self._marker = Highlighter(self._browser.query if self._browser is not None else Query())
        self._count = len(self._browser) if self._browser is not None else 0
        self.endResetModel()

    def _loaded(self, span: "Span") -> None:
        last = min(span.last, self._count - 1)
        if span.first <= last:
            self.dataChanged.emit(self.index(span.first), self.index(last))

    def _changed(self, seqs: frozenset[int]) -> None:
        for seq in seqs:
            self._texts.pop(seq, None)
        if self._browser is None or not self._count:
            return
        if len(seqs) > _SINGLY:
            self.dataChanged.emit(self.index(0), self.index(self._count - 1))
            return
        for seq in seqs:
            position = self._browser.position_of(seq)
            if position is not None and position < self._count:
                self.dataChanged.emit(self.index(position), self.index(position))
