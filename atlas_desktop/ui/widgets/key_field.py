"""Where an API key is typed or pasted: it is never shown, copied, or kept by an input method."""

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QLineEdit

from atlas_desktop.contract.secret import Secret


class KeyField(QLineEdit):
    """Takes a key and gives it back once. Qt copies nothing out of a password field; nor does the menu here."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName("Key")
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

    def createMimeDataFromSelection(self) -> QMimeData:
        """Nothing leaves this field."""
        return QMimeData()
