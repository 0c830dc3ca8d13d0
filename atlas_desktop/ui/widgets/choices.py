"""Controls of the settings page: a switch, and a row of choices of which one holds."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

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
    """All the choices in one row, the one that holds marked.

    Tab comes to that one, arrows go to its neighbours, Space takes the one at hand. Not a `QButtonGroup`: past an
    exclusive one Shift+Tab goes without stopping (Qt 6.11).
    """

    def __init__(self, choices: Sequence[tuple[str, str]], on_change: Callable[[str], object]) -> None:
        super().__init__()
        self._on_change = on_change
        self._buttons: dict[str, _Segment] = {}
        layout = row(self, gap=0)
        for value, words in choices:
            made = self._buttons[value] = _Segment(words, self._step)
            made.clicked.connect(lambda _=False, value=value: self._choose(value))
            layout.addWidget(made)
        if choices:
            self._buttons[choices[0][0]].setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def value(self) -> str | None:
        """The choice that holds."""
        return next((value for value, each in self._buttons.items() if each.isChecked()), None)

    def show_value(self, value: str) -> None:
        """Mark this one, without announcing it."""
        if value in self._buttons:
            for name, each in self._buttons.items():
                each.setChecked(name == value)
                each.setFocusPolicy(
                    Qt.FocusPolicy.StrongFocus if name == value else Qt.FocusPolicy.ClickFocus
                )

    def name(self, words: str, description: str) -> None:
        """What the row is about, for screen readers."""
        self.setAccessibleName(words)
        self.setAccessibleDescription(description)
        for each in self._buttons.values():
            each.setAccessibleName(f"{words}: {each.text()}")

    def _choose(self, value: str) -> None:
        self.show_value(value)
        self._on_change(value)

    def _step(self, steps: int) -> None:
        buttons = list(self._buttons.values())
        at = next((place for place, each in enumerate(buttons) if each.hasFocus()), 0)
        buttons[(at + steps) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)


class _Segment(QPushButton):
    def __init__(self, words: str, step: Callable[[int], object]) -> None:
        super().__init__(words)
        self._step = step
        self.setProperty("kind", "segment")
        self.setProperty("keeps", "Left Right Up Down")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the neighbour on that side."""
        on = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        steps = on.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        mirrored = sideways and self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self._step(-steps if mirrored else steps)
