"""One gate in the list of gates."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.gate_words import about_words, gate_look, gate_words, score_words, spoken
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.gate_scale import GateScale
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.app.gate_state import GateView

_BAR = 3


class GateRow(QWidget):
    """Shape, name, scale, score. A click, or Enter, opens what would flip it."""

    def __init__(self, theme: Theme, chosen: Callable[[str], object]) -> None:
        super().__init__()
        self._theme = theme
        self._chosen = chosen
        self.evaluator_id = ""
        self.current = False
        self.opened = False
        self._icon = IconMark(theme)
        self._name = ElidedLabel("", role="strong")
        self._about = ElidedLabel("", role="caption", tone="muted")
        self._scale = GateScale(theme)
        self._score = PlainLabel("", role="title")
        self._least = PlainLabel("", tone="muted")
        self._words = PlainLabel("", role="caption", tone="muted")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._lay_out()
        theme.changed.connect(self.update)

    def show_gate(self, view: "GateView", *, edited: bool) -> None:
        """How it stands."""
        standing, (icon, tone) = view.standing, gate_look(view, edited=edited)
        quiet = view.unscored or edited
        self.evaluator_id = view.id
        self._icon.show_icon(icon, tone)
        self._name.setText(standing.name)
        self._about.setText(about_words(view))
        bins = tuple(view.run.distribution or ()) if view.run is not None else ()
        score = view.last if quiet else standing.score
        self._scale.show_gate(score, standing.min_score, bins, "strong_line" if quiet else tone)
        self._score.setText(score_words(score, standing.min_score))
        self._score.set_tone("muted" if quiet else tone)
        self._least.setText(tr("of {least}", least=number(standing.min_score, 2)))
        self._words.setText(gate_words(view, edited=edited))
        self._words.set_tone("bad" if tone == "bad" else "muted")
        self.setAccessibleName(one_line(spoken(view, edited=edited)))
        self.setAccessibleDescription(one_line(about_words(view)))

    def show_current(self, current: bool, *, opened: bool) -> None:
        """Whether it is the one at hand; ``opened``: its fix list is under it, and the item there is at hand."""
        if (current, opened) != (self.current, self.opened):
            self.current, self.opened = current, opened
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click opens it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._chosen(self.evaluator_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The one at hand stands on the selection colour, with a bar at its side and a ring for the keyboard."""
        if not (self.current or self.underMouse()):
            return
        tokens, painter = self._theme.tokens, QPainter(self)
        chosen = self.current and not self.opened
        painter.fillRect(self.rect(), tokens.color("selection" if chosen else "raised"))
        if self.current:
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            x = self.width() - _BAR if mirrored else 0
            painter.fillRect(x, 0, _BAR, self.height(), tokens.color("accent"))
        if self.hasFocus():
            painter.setPen(tokens.color("focus"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _lay_out(self) -> None:
        line = row(self, margins=(4, 2, 4, 2), gap=3)
        side = column()
        side.addSpacing(2)
        side.addWidget(self._icon)
        side.addStretch()
        line.addLayout(side)
        names = column(gap=0)
        for label in (self._name, self._about):
            names.addWidget(label)
        line.addLayout(names, 2)
        line.addWidget(self._scale, 3, Qt.AlignmentFlag.AlignVCenter)
        numbers = row(gap=1)
        numbers.addStretch()
        numbers.addWidget(self._score)
        numbers.addWidget(self._least)
        ends = column(gap=0)
        ends.addLayout(numbers)
        words = row()
        words.addStretch()
        words.addWidget(self._words)
        ends.addLayout(words)
        holder = QWidget()
        holder.setLayout(ends)
        holder.setMinimumWidth(168)
        line.addWidget(holder)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
