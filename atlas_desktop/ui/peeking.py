"""Holding a key to look under the veil: it begins with the key and ends with it, or when the window is left."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

# A held key repeats as release and press in one moment (see KeyRouter): an end that is followed by a press is none.
_RELEASE_MS = 40


class Peeking(QObject):
    """``began`` and ``ended`` come in pairs, once for each time the key is held."""

    began = Signal()
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.held = False
        self._ending = QTimer(self)
        self._ending.setSingleShot(True)
        self._ending.setInterval(_RELEASE_MS)
        self._ending.timeout.connect(self.end)

    def begin(self) -> None:
        """The key went down, or repeats."""
        self._ending.stop()
        if self.held:
            return
        self.held = True
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self.began.emit()

    def end(self) -> None:
        """The key is up."""
        self._ending.stop()
        if not self.held:
            return
        self.held = False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only looks: any key let go ends it, so does leaving the window."""
        kind = event.type()
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if not event.isAutoRepeat():
                self._ending.start()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._ending.isActive():
            self._ending.stop()
        elif kind in (QEvent.Type.WindowDeactivate, QEvent.Type.ApplicationDeactivate):
            self.end()
        return False
