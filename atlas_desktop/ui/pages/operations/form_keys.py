"""Ctrl+Enter keeps and Ctrl+R tries from inside a text field, where no key of the screen acts."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_DOES = Callable[[], object]


class FormKeys(QObject):
    """Watches the fields of one form."""

    def __init__(self, parent: QObject, *, keep: _DOES, attempt: _DOES) -> None:
        super().__init__(parent)
        self._keep = keep
        self._attempt = attempt

    def watch(self, *fields: QWidget) -> None:
        """These are fields of the form."""
        for field in fields:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for the two keys."""
        if (
            not isinstance(event, QKeyEvent)
            or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier != Qt.KeyboardModifier.ControlModifier
        ):
            return False
        does = self._act(event)
        if does is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            does()
            return True
        return False

    def _act(self, event: QKeyEvent) -> _DOES | None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._keep
        return self._attempt if event.key() == Qt.Key.Key_R else None
