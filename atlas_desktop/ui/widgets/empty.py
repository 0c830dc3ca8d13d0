"""What stands where nothing is: why, which key leads on, and ways out that can be clicked."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.key_caps import Hint, KeyCaps
from atlas_desktop.ui.widgets.layouts import column, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel

Way = tuple[str, Callable[[], object]]
"""What a button says, and what it does."""


class Empty(QWidget):
    """A sentence in the middle, ways out, and the next keys under it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._title = PlainLabel("", role="title")
        self._detail = PlainLabel("", tone="muted")
        self._keys = KeyCaps(theme, centred=True)
        self._ways = column(gap=1)
        self._buttons: list[QWidget] = []
        for label in (self._title, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
        body = surface("surface")
        inner = column(body, margins=(6, 6, 6, 6), gap=2)
        inner.addStretch(2)
        inner.addWidget(self._title)
        inner.addWidget(self._detail)
        inner.addLayout(self._ways)
        inner.addWidget(self._keys)
        inner.addStretch(3)
        layout = column(self)
        layout.addWidget(body)

    def say(self, title: str, detail: str = "", keys: Sequence[Hint] = (), ways: Sequence[Way] = ()) -> None:
        """Say this."""
        self._title.setText(title)
        self._detail.setText(detail)
        self._keys.set_hints(keys)
        self._keys.setVisible(bool(keys))
        self._offer(ways)

    def _offer(self, ways: Sequence[Way]) -> None:
        for each in self._buttons:
            self._ways.removeWidget(each)
            each.hide()
            each.deleteLater()
        self._buttons = [button(words, act, "quiet") for words, act in ways]
        for each in self._buttons:
            self._ways.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)
