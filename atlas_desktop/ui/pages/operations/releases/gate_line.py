"""A gate on the live scores of a candidate; and the share of its calls that passed all of them."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.pages.operations.releases.words import (
    gate_said,
    gate_verdict,
    gate_words,
    percent_text,
    rate_words,
)
from atlas_desktop.ui.pages.operations.words import least_text, score_text
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.errors import FailedGate
    from atlas_desktop.contract.releases import ReleaseGate, ReleaseRate
    from atlas_desktop.ui.theme import Theme

_HEIGHT: Final = 18
_BAR: Final = 6
_BAND: Final = 14
_ALPHA: Final = 70


class LiveScale(QWidget):
    """0 to 1: the value as a bar, its bounds as a band over it, the least as a line across. Decoration: words say it."""

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._theme = theme
        self._value: float | None = None
        self._bounds: tuple[float, float] | None = None
        self._least = 1.0
        self._tone = "muted"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(96)
        self.setMaximumWidth(320)
        theme.changed.connect(self.update)

    def show_value(
        self, value: float | None, least: float, bounds: tuple[float, float] | None, tone: str
    ) -> None:
        """This value, in the colour of this token."""
        self._value, self._least, self._bounds, self._tone = value, least, bounds, tone
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room for."""
        return QSize(220, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, bar, band, line."""
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        middle, wide = _HEIGHT / 2, self.width() - 1.0
        track = QRectF(0.5, middle - _BAR / 2, wide, _BAR)
        plain = tokens.name == "contrast"
        painter.setPen(tokens.color("line") if plain else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if plain else tokens.color("line"))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._value:
            painter.setBrush(tokens.color(self._tone))
            painter.drawRoundedRect(QRectF(0.5, track.top(), max(wide * self._value, _BAR), _BAR), 3, 3)
        if self._bounds is not None:
            self._paint_band(painter, self._bounds, middle, wide)
        x = min(max(self.width() * self._least, 2.0), self.width() - 2.0)
        painter.setBrush(tokens.color("text"))
        painter.drawRect(QRectF(x - 1, 1, 2, _HEIGHT - 2))
        painter.end()

    def _paint_band(self, painter: QPainter, bounds: tuple[float, float], middle: float, wide: float) -> None:
        """Where the true share lies, with 95 % confidence: a band with ends, as of a ruler."""
        color = self._theme.tokens.color("text")
        left, right = (0.5 + wide * each for each in bounds)
        painter.setBrush(color)
        for x in (left, right):
            painter.drawRect(QRectF(min(max(x - 0.5, 0), wide - 1), middle - _BAND / 2 + 2, 1, _BAND - 4))
        color.setAlpha(_ALPHA)
        painter.setBrush(color)
        painter.drawRect(QRectF(left, middle - 1, max(right - left, 1), 2))


class GateLine(QWidget):
    """Shape, name, scale, score; under them how many scores, and why it is not met."""

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._icon = IconMark(theme)
        self._name = ElidedLabel("", role="strong")
        self._about = ElidedLabel("", role="caption", tone="muted")
        self._scale = LiveScale(theme)
        self._score = PlainLabel("", role="strong")
        self._least = PlainLabel("", tone="muted")
        self._why = PlainLabel("", role="caption", tone="muted")
        line = row(self, margins=(3, 2, 3, 2), gap=3)
        side = column()
        side.addSpacing(2)
        side.addWidget(self._icon)
        side.addStretch(1)
        line.addLayout(side)
        names = column(gap=0)
        names.addWidget(self._name)
        names.addWidget(self._about)
        line.addLayout(names, 3)
        line.addWidget(self._scale, 2, Qt.AlignmentFlag.AlignVCenter)
        ends = QWidget()
        ends.setMinimumWidth(148)
        body = column(ends, gap=0)
        numbers = row(gap=1)
        numbers.addStretch(1)
        numbers.addWidget(self._score)
        numbers.addWidget(self._least)
        body.addLayout(numbers)
        words = row()
        words.addStretch(1)
        words.addWidget(self._why)
        body.addLayout(words)
        line.addWidget(ends)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_gate(self, gate: "ReleaseGate", refused: "FailedGate | None") -> None:
        """How it stands; ``refused``: the server named it when it last said no."""
        icon, why, tone = gate_verdict(gate)
        self._icon.show_icon(icon, tone)
        self._name.setText(one_line(gate.name))
        self._about.setText(gate_words(gate))
        waiting = not gate.met and tone == "muted"
        shown = "strong_line" if waiting else tone
        bounds = (gate.low, gate.high) if gate.low is not None and gate.high is not None else None
        self._scale.show_value(gate.mean, gate.min_score, None, shown)
        self._scale.setToolTip("" if bounds is None else gate_words(gate))
        self._score.setText(score_text(gate.mean))
        self._score.set_tone("bad" if tone == "bad" else "text")
        self._least.setText(tr("of {least}", least=least_text(gate.min_score)))
        said = tr("refused: {why}", why=why) if refused is not None and not gate.met else why
        self._why.setText(said)
        self._why.set_tone("bad" if tone == "bad" or (refused is not None and not gate.met) else "muted")
        self.setAccessibleName(gate_said(gate))

    def show_rate(self, rate: "ReleaseRate") -> None:
        """The share of calls that passed every gate."""
        icon, tone = (
            ("good", "good")
            if rate.met
            else ("bad", "bad")
            if rate.rate is not None
            else ("pending", "muted")
        )
        enough = rate.judged >= rate.rollback_from
        if not rate.met and not enough:
            icon, tone = "pending", "muted"
        self._icon.show_icon(icon, tone)
        self._name.setText(tr("Calls that pass every gate"))
        self._about.setText(rate_words(rate))
        bounds = (rate.low, rate.high) if rate.low is not None and rate.high is not None else None
        self._scale.show_value(
            rate.rate, rate.min_rate, bounds, "good" if rate.met else "muted" if not enough else "bad"
        )
        share = "–" if rate.rate is None else tr("{share} %", share=percent_text(rate.rate))
        self._score.setText(share)
        self._score.set_tone("bad" if tone == "bad" else "text")
        self._least.setText(tr("of {least} %", least=percent_text(rate.min_rate)))
        self._why.setText("")
        self.setAccessibleName(", ".join((self._name.text(), share, self._least.text(), self._about.text())))
