"""One line under Review: the gates of the operation at hand, each with its bar, and what is left to do."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from atlas_desktop.ui import icons
from atlas_desktop.ui.gate_words import gate_look, score_words
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.row_brush import Place
from atlas_desktop.wording import number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.gate_meter import Meter
    from atlas_desktop.app.gate_state import GateView

_HEIGHT: Final = 29
"""With the hairline over it."""
_BAR: Final = 48
_PAD: Final = 12
_GAP: Final = 20
_LONGEST_NAME: Final = 160


class GateMeterLine(QAbstractButton):
    """A click goes to the gates. It is there from the first operation that has gates on, and then stays: nothing
    may jump from one call to the next."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._meter: Meter | None = None
        self._away = False
        self._measured = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)
        self.hide()

    def forget(self) -> None:
        """Another workspace: nothing is known of its gates."""
        self._meter, self._measured = None, False
        self.hide()

    def away(self, away: bool) -> None:
        """Out of sight, in focus mode, or there again."""
        self._away = away
        self.setVisible(self._measured and not away)

    def show_meter(self, meter: "Meter") -> None:
        """How it stands."""
        if meter is self._meter:
            return
        self._meter = meter
        self.setEnabled(bool(meter.gates))
        said = ", ".join(_spoken(gate) for gate in meter.gates)
        name = tr("Gates of {name}: {gates}", name=_name(meter), gates=said) if said else tr("No gates")
        self.setAccessibleName(one_line(name))
        self.setAccessibleDescription(meter_words(meter))
        self._measured = self._measured or bool(meter.gates)
        self.setVisible(self._measured and not self._away)
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The draft, its gates as far as there is room, the words at the end."""
        meter, tokens, painter = self._meter, self._theme.tokens, QPainter(self)
        painter.fillRect(self.rect(), tokens.color("raised" if self.underMouse() else "window"))
        if meter is not None and meter.gates:
            place = Place(self.rect(), self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
            self._paint(painter, place, meter)
        painter.fillRect(0, 0, self.width(), 1, tokens.color("line"))
        if self.hasFocus():
            painter.setPen(tokens.color("focus"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint(self, painter: QPainter, place: Place, meter: "Meter") -> None:
        fonts, tokens = self._theme.fonts, self._theme.tokens
        caption = QFontMetrics(fonts.caption)
        words = meter_words(meter)
        ends = self.width() - _PAD - caption.horizontalAdvance(words)
        painter.setFont(fonts.caption)
        painter.setPen(tokens.color("good" if meter.met else "muted"))
        painter.drawText(place.box(ends, 0, self.width() - _PAD - ends, _HEIGHT), place.end, words)
        x = _PAD
        title = caption.elidedText(_name(meter), Qt.TextElideMode.ElideRight, _LONGEST_NAME)
        painter.setPen(tokens.color("muted"))
        painter.drawText(place.box(x, 0, _LONGEST_NAME, _HEIGHT), place.start, title)
        x += caption.horizontalAdvance(title) + _GAP
        for at, gate in enumerate(meter.gates):
            width = self._width(caption, gate)
            if x + width + _GAP > ends:
                painter.setPen(tokens.color("muted"))
                more = tr("+{count}", count=len(meter.gates) - at)
                painter.drawText(place.box(x, 0, 40, _HEIGHT), place.start, more)
                break
            self._gate(painter, place, x, gate, caption)
            x += width + _GAP

    def _gate(self, painter: QPainter, place: Place, x: int, gate: "GateView", caption: QFontMetrics) -> None:
        tokens, (icon, tone) = self._theme.tokens, gate_look(gate, edited=False)
        box = place.box(x, (_HEIGHT - ICON) // 2, ICON, ICON)
        painter.drawPixmap(box.topLeft(), icons.pixmap(icon, getattr(tokens, tone), self.devicePixelRatioF()))
        x += ICON + 4
        name = _short(gate, caption)
        painter.setPen(tokens.color("text"))
        painter.drawText(place.box(x, 0, _LONGEST_NAME, _HEIGHT), place.start, name)
        x += caption.horizontalAdvance(name) + 8
        self._bar(
            painter, place.box(x, 0, _BAR, _HEIGHT), gate, tone, mirrored=place.box(0, 0, 1, 1).left() > 0
        )
        x += _BAR + 6
        painter.setPen(tokens.color(tone))
        painter.drawText(place.box(x, 0, _LONGEST_NAME, _HEIGHT), place.start, _numbers(gate))

    def _bar(self, painter: QPainter, box: QRect, gate: "GateView", tone: str, *, mirrored: bool) -> None:
        tokens, standing = self._theme.tokens, gate.standing
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(tokens.color("line") if tokens.name == "contrast" else Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("window" if tokens.name == "contrast" else "line"))
        track = QRectF(box.left() + 0.5, box.center().y() - 2, _BAR - 1, 5)
        painter.drawRoundedRect(track, 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        score = gate.last if gate.unscored else standing.score
        if score:
            painter.setBrush(tokens.color("strong_line" if gate.unscored else tone))
            wide = track.width() * score
            left = track.right() - wide if mirrored else track.left()
            painter.drawRoundedRect(QRectF(left, track.top(), wide, 5), 2, 2)
        painter.setBrush(tokens.color("text"))
        at = track.width() * standing.min_score
        x = track.right() - at if mirrored else track.left() + at
        painter.drawRect(QRectF(min(max(x - 1, box.left()), box.right() - 1), track.top() - 3, 2, 11))
        painter.restore()

    def _width(self, caption: QFontMetrics, gate: "GateView") -> int:
        texts = caption.horizontalAdvance(_short(gate, caption)) + caption.horizontalAdvance(_numbers(gate))
        return ICON + 4 + texts + 8 + _BAR + 6


def meter_words(meter: "Meter") -> str:
    """What is left to do, at the end of the line."""
    if meter.phase == "away":
        return tr("the server is not reached")
    if meter.phase != "ready":
        return ""
    if meter.dataset is None:
        return tr("no dataset yet")
    if meter.met:
        return tr("every gate holds: it can be promoted")
    if any(gate.unscored for gate in meter.gates):
        return tr("not scored as it is now")
    to_fix = meter.to_fix
    if to_fix is None:
        return ""
    return trn("{count:,} item to fix", "{count:,} items to fix", to_fix)


def _name(meter: "Meter") -> str:
    if meter.dataset is not None:
        return one_line(meter.dataset.name)
    return one_line(meter.operation or "")


def _short(gate: "GateView", caption: QFontMetrics) -> str:
    return caption.elidedText(one_line(gate.standing.name), Qt.TextElideMode.ElideRight, _LONGEST_NAME)


def _numbers(gate: "GateView") -> str:
    standing = gate.standing
    return f"{score_words(standing.score, standing.min_score)} / {number(standing.min_score, 2)}"


def _spoken(gate: "GateView") -> str:
    return tr("{name} {score} of {least}", name=gate.standing.name, score=score_words(gate.standing.score, gate.standing.min_score), least=number(gate.standing.min_score, 2))  # fmt: skip
