"""Find in the call: a line that appears over its text."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.ui.find_in_call import MOST, FindInCall
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

_WIDEST = 320


class FindBar(QWidget):
    """Finds while one types. Enter and Shift+Enter step; ``closed``: the text may have the keys again."""

    closed = Signal()

    def __init__(self, find: FindInCall) -> None:
        super().__init__()
        self._find = find
        self.line = QLineEdit()
        self.line.setMaximumWidth(_WIDEST)
        self.line.setPlaceholderText(tr("Find in this call"))
        self.line.setAccessibleName(tr("Find in this call"))
        self.line.setClearButtonEnabled(False)
        self.line.textChanged.connect(find.look_for)
        self.line.installEventFilter(self)
        self._count = PlainLabel("", role="caption", tone="muted")
        self._count.setAccessibleName(tr("Places found"))
        layout = column(self)
        body = surface("strip")
        line = row(body, margins=(3, 1, 2, 1))
        line.addWidget(self.line, 1)
        line.addWidget(self._count)
        line.addStretch(1)
        line.addWidget(button(tr("Previous"), lambda: find.step(-1), "quiet"))
        line.addWidget(button(tr("Next"), lambda: find.step(1), "quiet"))
        line.addWidget(button(tr("Close"), self.close_bar, "quiet"))
        layout.addWidget(body)
        layout.addWidget(hairline())
        find.changed.connect(self._tell)
        self.setAccessibleName(tr("Find in this call"))
        self.hide()

    def open_bar(self) -> None:
        """Show it, with the words of last time selected."""
        was_hidden = self.isHidden()
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        if was_hidden and self.line.text():
            self._find.look_for(self.line.text())

    def close_bar(self) -> bool:
        """Hide it and forget the marks, not the words. False: it was not open."""
        if self.isHidden():
            return False
        self.hide()
        self._find.look_for("")
        self.closed.emit()
        return True

    def renew(self) -> None:
        """Another call is shown: look in it, if anything is looked for."""
        if not self.isHidden():
            self._find.look_for(self.line.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter is the next place, with Shift the one before."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._find.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._find.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return False

    def _tell(self) -> None:
        count, current = self._find.count, self._find.current
        more = "…" if self._find.searching else "+" if count >= MOST else ""
        if not self.line.text().strip():
            words = ""
        elif count:
            words = tr("{current:,} of {count:,}{more}", current=current + 1, count=count, more=more)
        else:
            words = tr("Looking…") if self._find.searching else tr("Nothing found")
        self._count.setText(words)
        self._count.set_tone("warn" if words and not count and not self._find.searching else "muted")
