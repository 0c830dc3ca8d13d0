"""Listens for the next key, whatever it would do otherwise, and says its name."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui import keys
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr


class KeyCapture(QWidget):
    """``heard`` tells a key or a chord, ``given_up`` that Esc was pressed or the focus left.

    A key that begins chords waits for the next one; ``prefixes`` are those.
    """

    heard = Signal(str)
    given_up = Signal()

    def __init__(self, theme: Theme, prefixes: Callable[[], Collection[str]]) -> None:
        super().__init__()
        self._prefixes = prefixes
        self._first = ""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        # See key_router.takes_keys.
        self.setProperty("keys", "all")
        self.setAccessibleName(tr("Press the new key"))
        self._words = PlainLabel("", role="strong")
        self._caps = KeyCaps(theme, [("Esc", tr("cancel"))]).hug()
        line = row(self, gap=3)
        line.addWidget(self._words, 1)
        line.addWidget(self._caps)
        self.hide()

    def listen(self) -> None:
        """Take the next key."""
        self._first = ""
        self._words.setText(tr("Press the new key…"))
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """No shortcut gets what is pressed here; nor does Tab go on."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives up; a key, or a chord that is whole, is told."""
        if keys.is_modifier(event) or event.isAutoRepeat():
            return
        found = keys.names(event)
        if not found:
            self._words.setText(tr("This key has no name here. Press another one."))
            return
        name = found[0]
        if name == "Esc":
            self._leave()
            self.given_up.emit()
        elif not self._first and name in self._prefixes():
            self._first = name
            self._words.setText(tr("{key}, then…", key=name))
        else:
            stroke = f"{self._first} {name}" if self._first else name
            self._leave()
            self.heard.emit(stroke)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes elsewhere has changed his mind."""
        super().focusOutEvent(event)
        if self.isVisible():
            self._leave()
            self.given_up.emit()

    def _leave(self) -> None:
        self._first = ""
        self.blockSignals(True)
        self.hide()
        self.blockSignals(False)
