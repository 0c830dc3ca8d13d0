"""Controls of the settings page: a switch, and a row of choices of which one holds."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QSizePolicy, QWidget

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import row

_WIDTH: Final = 36
_HEIGHT: Final = 20
_RING: Final = 3


class Switch(QAbstractButton):
    """On when its knob stands at the end side; the colour only repeats that."""

    def __init__(self, theme: Theme, on_change: Callable[[bool], object]) -> None:
        super().__init__()
        self._theme = theme
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(on_change)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for the focus ring, too."""
        return QSize(_WIDTH + 2 * _RING, _HEIGHT + 2 * _RING)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, knob, ring."""
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_RING, _RING, _WIDTH, _HEIGHT).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isChecked()
        painter.setPen(QPen(tokens.color("accent" if on else "muted"), 1))
        painter.setBrush(tokens.color("accent" if on else "surface"))
        painter.drawRoundedRect(track, _HEIGHT / 2, _HEIGHT / 2)
        at_end = on != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        left = track.right() - _HEIGHT + 4 if at_end else track.left() + 3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("on_accent" if on else "muted"))
        painter.drawEllipse(QRectF(left, track.top() + 3, _HEIGHT - 7, _HEIGHT - 7))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 13, 13)
        painter.end()


class Segments(QWidget):
    """All the choices in one row, the one that holds marked."""

    def __init__(self, choices: Sequence[tuple[str, str]], on_change: Callable[[str], object]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        layout = row(self, gap=0)
        for value, words in choices:
            made = QPushButton(words)
            made.setProperty("kind", "segment")
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setAccessibleName(words)
            made.clicked.connect(lambda _=False, value=value: on_change(value))
            self._group.addButton(made)
            self._buttons[value] = made
            layout.addWidget(made)

    @property
    def value(self) -> str | None:
        """The choice that holds."""
        return next((value for value, each in self._buttons.items() if each.isChecked()), None)

    def show_value(self, value: str) -> None:
        """Mark this one, without announcing it."""
        if value in self._buttons:
            self._buttons[value].setChecked(True)

    def name(self, words: str, description: str) -> None:
        """What the row is about, for screen readers."""
        self.setAccessibleName(words)
        self.setAccessibleDescription(description)
        for each in self._buttons.values():
            each.setAccessibleName(f"{words}: {each.text()}")
