"""The navigation on the left: only what exists."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from atlas_desktop.ui import icons
from atlas_desktop.ui.theme import GRID, ICON, RADIUS, Theme
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.wording import mark, number, tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Screen

_PLACES: Final[tuple[tuple["Screen", str], ...]] = (
    ("review", mark("Review")),
    ("datasets", mark("Datasets")),
    ("trends", mark("Trends")),
    ("operations", mark("Operations")),
    ("sync", mark("Sync")),
    ("settings", mark("Settings")),
)
_WIDTH: Final = 64
_HEIGHT: Final = 52


class RailButton(QAbstractButton):
    """Icon over word; the current one stands on the selection colour with a bar at its side."""

    def __init__(self, theme: Theme, screen: "Screen", title: str) -> None:
        super().__init__()
        self._theme = theme
        self._place = screen
        self.badge = 0
        self.setText(title)
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as the word, but not narrower than the others."""
        words = QFontMetrics(self._theme.fonts.caption).horizontalAdvance(self.text())
        return QSize(max(words + 3 * GRID, _WIDTH), _HEIGHT)

    def set_badge(self, count: int) -> None:
        """A number that asks for attention; 0 for none."""
        if count != self.badge:
            self.badge = count
            self.setAccessibleName(
                tr("{screen}, {count:,} need you", screen=self.text(), count=count) if count else self.text()
            )
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Background, icon, word, badge, focus ring."""
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = self.rect().adjusted(4, 2, -4, -2).toRectF()
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("selection" if self.isChecked() else "raised"))
            painter.drawRoundedRect(inner, RADIUS, RADIUS)
        token = "accent" if self.isChecked() else "muted"
        picture = icons.pixmap(self._place, getattr(tokens, token), self.devicePixelRatioF())
        painter.drawPixmap((self.width() - ICON) // 2, 9, picture)
        painter.setFont(self._theme.fonts.caption)
        painter.setPen(tokens.color("text" if self.isChecked() else "muted"))
        painter.drawText(
            self.rect().adjusted(0, 28, 0, -6),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop,
            self.text(),
        )
        if self.badge:
            self._paint_badge(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(tokens.color("focus"))
            painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()

    def _paint_badge(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        words = number(self.badge) if self.badge < 100 else "99+"
        width = max(painter.fontMetrics().horizontalAdvance(words) + 8, 16)
        left = self.width() // 2 + 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("bad"))
        painter.drawRoundedRect(left, 4, width, 16, 8, 8)
        painter.setPen(tokens.color("surface"))
        painter.drawText(left, 4, width, 16, Qt.AlignmentFlag.AlignCenter, words)


class Rail(QWidget):
    """``chosen`` tells the screen that was clicked."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.buttons: dict[str, RailButton] = {}
        layout = column(self, margins=(0, 1, 0, 1))
        for screen, title in _PLACES:
            made = RailButton(theme, screen, tr(title))
            self.buttons[screen] = made
            made.clicked.connect(lambda _=False, screen=screen: self.chosen.emit(screen))
            if screen == "settings":
                layout.addStretch()
            layout.addWidget(made)

    def show_place(self, screen: "Screen") -> None:
        """Mark where we are; on the welcome page nowhere."""
        # No button group: in one, Tab comes to the current place only, and the arrows go from call to call.
        for name, each in self.buttons.items():
            each.setChecked(name == ("settings" if screen == "keys" else screen))
