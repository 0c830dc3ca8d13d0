"""What stands where nothing is: why, and which key leads on."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.key_caps import Hint, KeyCaps
from atlas_desktop.ui.widgets.layouts import column, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel


class Empty(QWidget):
    """A sentence in the middle, and the next keys under it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._title = PlainLabel("", role="title")
        self._detail = PlainLabel("", tone="muted")
        self._keys = KeyCaps(theme, centred=True)
        for label in (self._title, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
        body = surface("surface")
        inner = column(body, margins=(6, 6, 6, 6), gap=2)
        inner.addStretch(2)
        inner.addWidget(self._title)
        inner.addWidget(self._detail)
        inner.addWidget(self._keys)
        inner.addStretch(3)
        layout = column(self)
        layout.addWidget(body)

    def say(self, title: str, detail: str = "", keys: Sequence[Hint] = ()) -> None:
        """Say this."""
        self._title.setText(title)
        self._detail.setText(detail)
        self._keys.set_hints(keys)
        self._keys.setVisible(bool(keys))
