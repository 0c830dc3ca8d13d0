"""Hours of the day, typed: ``22:00-07:00``, or nothing."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.domain.alerts import quiet_hours
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

_SIGNS: Final = 20


class HoursField(QWidget):
    """Tells ``on_change`` what was typed, as it is written, when one is through; what are no hours it says."""

    def __init__(self, on_change: Callable[[str], object]) -> None:
        super().__init__()
        self._on_change = on_change
        self._value = ""
        self.fault = PlainLabel("", role="caption", tone="bad")
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("none"))
        self.line.setFixedWidth(self.line.fontMetrics().averageCharWidth() * _SIGNS)
        self.line.editingFinished.connect(self._through)
        self.line.textEdited.connect(lambda _: self.fault.hide())
        layout = column(self, gap=1)
        layout.addWidget(self.line, 0, Qt.AlignmentFlag.AlignTrailing)
        layout.addWidget(self.fault, 0, Qt.AlignmentFlag.AlignTrailing)
        self.fault.hide()
        self.setFocusProxy(self.line)

    def name(self, title: str, about: str) -> None:
        """What a screen reader says of it."""
        self.line.setAccessibleName(title)
        self.line.setAccessibleDescription(about)

    def show_value(self, value: str) -> None:
        """These hold. What is being typed stays."""
        if value != self._value or not self.line.isModified():
            self._value = value
            self.line.setText(value)

    def _through(self) -> None:
        typed = self.line.text()
        quiet = quiet_hours(typed)
        if quiet is None and typed.strip():
            words = tr("Two times are needed, such as 22:00-07:00.")
            self.fault.setText(words)
            self.fault.show()
            announce(self, words)
            return
        self.fault.hide()
        value = str(quiet) if quiet is not None else ""
        self.line.setText(value)
        if value != self._value:
            self._value = value
            self._on_change(value)
