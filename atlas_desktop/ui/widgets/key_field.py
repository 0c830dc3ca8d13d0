"""Where an API key is typed or pasted: it is never shown, copied, or kept by an input method."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.contract.secret import Secret
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.wording import tr


class KeyField(QLineEdit):
    """Takes a key and gives it back once. Qt copies nothing out of a password field; nor does the menu here."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(tr("Key"))
        self.setPlaceholderText("nm_live_…")
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.setDragEnabled(False)

    def take(self) -> Secret:
        """The key, and an empty field."""
        key = Secret(self.text().strip())
        self.clear()
        return key

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """No menu: there is nothing to copy, and Ctrl+V pastes."""
        event.accept()


class KeyEntry(QWidget):
    """A key for a connection that is there already."""

    def __init__(self, on_key: Callable[[Secret], object]) -> None:
        super().__init__()
        self._on_key = on_key
        self.field = KeyField()
        self.use = button(tr("Use this key"), self._use)
        self.use.setEnabled(False)
        self.field.textChanged.connect(lambda text: self.use.setEnabled(bool(text.strip())))
        self.field.returnPressed.connect(self._use)
        layout = row(self, margins=(0, 2, 0, 0), gap=2)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.use)

    def _use(self) -> None:
        if self.field.text().strip():
            self.field.setFocus()  # the button is about to be disabled
            self._on_key(self.field.take())
