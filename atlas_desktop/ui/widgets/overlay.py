"""A card over the dimmed window. It has the keys while it is there, and gives the focus back when it goes."""

from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from atlas_desktop.ui.theme import GRID, RADIUS, Theme
from atlas_desktop.ui.widgets.layouts import column, surface

_MARGIN: Final = 12 * GRID


class Overlay(QWidget):
    """``body`` takes the widgets. Esc (the window's ladder) or a click beside the card closes it."""

    closed = Signal()

    def __init__(self, theme: Theme, over: QWidget, name: str) -> None:
        super().__init__(over)
        self._theme = theme
        self._over = over
        self._before: QWidget | None = None
        self.setAccessibleName(name)
        self.card = surface("surface")
        self.card.setParent(self)
        self.body = column(self.card, margins=(1, 1, 1, 1), gap=0)
        over.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Over the whole window, the focus inside."""
        focus = QApplication.focusWidget()
        if not self.isVisible() and focus is not None and not self.isAncestorOf(focus):
            self._before = focus
        self.fit()
        self.show()
        self.raise_()
        self.take_focus()

    def toggle(self) -> None:
        """Open it, or close it."""
        if self.isVisible():
            self.hide()
        else:
            self.open()

    def take_focus(self) -> None:
        """Put the focus where typing begins."""
        self.setFocus()

    def wanted(self, room: QRect) -> QRect:
        """Where the card goes in the window's ``room``."""
        raise NotImplementedError

    def fit(self) -> None:
        """Take the size of the window, and the card its place in it."""
        self.setGeometry(self._over.rect())
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self.card.setGeometry(self.wanted(room).intersected(self.rect()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays on the card: what lies behind it takes no keys."""
        inside = [
            each
            for each in self.card.findChildren(QWidget)
            if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if inside:
            focus = QApplication.focusWidget()
            at = inside.index(focus) if focus in inside else -1
            inside[(at + (1 if forward else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow and shrink with the window."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.fit()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card closes."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """The focus goes back to where it came from."""
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is behind, frame the card."""
        painter = QPainter(self)
        shade = QColor(0, 0, 0, 72 if self._theme.tokens.name == "light" else 150)
        painter.fillRect(self.rect(), shade)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.tokens.color("strong_line"))
        painter.setBrush(self._theme.tokens.color("surface"))
        frame = self.card.geometry().adjusted(-3, -3, 3, 3).toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS + 2, RADIUS + 2)
        painter.end()
