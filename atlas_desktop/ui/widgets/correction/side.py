"""One text of the editor with the line over it that says what it is."""

from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.marked_edit import MarkedEdit
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel, Tone


class Side(QWidget):
    """``about`` stands beside the title, ``state`` at the end of the line."""

    def __init__(self, theme: Theme, name: str, *, tone: Tone = "muted", writable: bool = False) -> None:
        super().__init__()
        self.edit = MarkedEdit(theme, name)
        self.edit.setReadOnly(not writable)
        self._title = PlainLabel(name, role="caption", tone=tone)
        self.about = PlainLabel("", role="caption", tone="muted")
        self.state = PlainLabel("", role="caption", tone="muted")
        bar = surface("surface")
        line = row(bar, margins=(4, 1, 3, 1))
        line.addWidget(self._title)
        line.addWidget(self.about)
        line.addStretch()
        line.addWidget(self.state)
        layout = column(self)
        layout.addWidget(bar)
        layout.addWidget(self.edit, 1)

    def set_title(self, title: str) -> None:
        """Another title, also for who hears the screen."""
        self._title.setText(title)
        self.edit.setAccessibleName(title)
