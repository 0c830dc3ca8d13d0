"""The chart as a picture that stands for itself: the title over it, under it what it is of."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from atlas_desktop.app.trend_caption import Caption
from atlas_desktop.app.trend_looks import key_of
from atlas_desktop.app.trend_state import TrendState
from atlas_desktop.domain.exporting.veiling import veiled_text
from atlas_desktop.domain.pass_rate import Series
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.pages.trends.chart import TrendChart
from atlas_desktop.ui.pages.trends.multiples import Multiples
from atlas_desktop.ui.theme import Theme

SIZE: Final = QSize(1200, 675)
TALL: Final = QSize(1200, 900)
_FEW: Final = 4
_SCALE: Final = 2
"""Pixels for one, so that it is sharp on paper and on a dense screen."""
_DOTS: Final = 96
_DOTS_A_METRE: Final = round(_DOTS / 0.0254)
_EDGE: Final = 28.0
_GAP: Final = 12.0


class Picture:
    """Paints on the UI's thread; that takes as long as a frame. Ask for the bytes anywhere.

    ``at_hand`` is the line whose bounds are drawn where there are too many for all.
    """

    def __init__(
        self, theme: Theme, state: TrendState, caption: Caption, *, at_hand: str | None = None
    ) -> None:
        self._theme = theme
        self._state = state
        self._at_hand = at_hand
        self._small = state.choice.layout == "multiples"
        self._caption = Caption(one_line(caption.title), tuple(map(one_line, caption.lines)))

    @property
    def size(self) -> QSize:
        """Many small charts make it taller."""
        return TALL if self._small and len(self._state.drawn) > _FEW else SIZE

    def image(self) -> QImage:
        """As pixels."""
        image = QImage(self.size * _SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_SCALE)
        image.setDotsPerMeterX(_DOTS_A_METRE)
        image.setDotsPerMeterY(_DOTS_A_METRE)
        image.setText("Description", "\n".join(self._caption.all))
        painter = QPainter(image)
        try:
            self._paint(painter)
        finally:
            painter.end()
        return image

    def svg(self) -> bytes:
        """As lines and text."""
        buffer, size = QBuffer(), self.size
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        paper = QSvgGenerator()
        paper.setOutputDevice(buffer)
        paper.setSize(size)
        # Else it is 72 dots an inch, and text measured for the screen's is smaller than its place.
        paper.setResolution(_DOTS)
        paper.setViewBox(QRect(0, 0, size.width(), size.height()))
        paper.setTitle(self._caption.title)
        paper.setDescription("\n".join(self._caption.lines))
        painter = QPainter(paper)
        try:
            self._paint(painter)
        finally:
            painter.end()
        return bytes(buffer.data().data())

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, fonts, size = self._theme.tokens, self._theme.fonts, self.size
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), tokens.color("surface"))
        width = size.width() - 2 * _EDGE
        painter.setFont(fonts.title)
        painter.setPen(tokens.color("text"))
        head = QFontMetricsF(fonts.title).height()
        painter.drawText(
            QRectF(_EDGE, _EDGE, width, head), Qt.AlignmentFlag.AlignVCenter, self._caption.title
        )
        words = _folded(self._caption.lines, QFontMetricsF(fonts.caption), width)
        step = QFontMetricsF(fonts.caption).lineSpacing()
        foot = size.height() - _EDGE - step * len(words)
        painter.setFont(fonts.caption)
        painter.setPen(tokens.color("muted"))
        for at, each in enumerate(words):
            painter.drawText(
                QRectF(_EDGE, foot + at * step, width, step), Qt.AlignmentFlag.AlignVCenter, each
            )
        top = _EDGE + head + _GAP
        self._paint_board(painter, QRectF(_EDGE, top, width, foot - _GAP - top))

    def _paint_board(self, painter: QPainter, room: QRectF) -> None:
        """As on the screen, made anew: the window's own keeps its size and its point at hand."""
        board = Multiples(self._theme) if self._small else TrendChart(self._theme)
        try:
            board.resize(room.size().toSize())
            board.show_state(self._state)
            board.show_point(self._at_hand, None)
            painter.save()
            board.paint(painter, QRectF(room.topLeft(), QSizeF(board.size())))
            painter.restore()
        finally:
            board.deleteLater()


def veiled_state(state: TrendState) -> TrendState:
    """The same with the names of its lines and of what happened veiled. Lines that look the same then are numbered."""
    names = veiled_names(state)
    shown = state.shown
    if shown is not None and shown.picked is not None:
        shown = replace(shown, picked=frozenset(each and names.get(each, each) for each in shown.picked))
    return replace(
        state,
        shown=shown,
        series=_named(state.series, names),
        previous=_named(state.previous, names),
        events=tuple(replace(event, title=veiled_text(event.title)) for event in state.events),
        looks={key_of(group and names[group]): place for group, place in state.places.items()},
    )


def veiled_names(state: TrendState) -> dict[str, str]:
    """What each line is called under the veil."""
    names: dict[str, str] = {}
    for series in (state.series, state.previous):
        for line in series.lines if series is not None else ():
            if line.group is not None and line.group not in names:
                names[line.group] = _another(veiled_text(line.group), set(names.values()))
    return names


def _another(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        number, found = number + 1, f"{name} {number}"
    return found


def _named(series: Series | None, names: dict[str, str]) -> Series | None:
    if series is None:
        return None
    lines = tuple(
        replace(line, group=names[line.group] if line.group is not None else None) for line in series.lines
    )
    return replace(series, lines=lines)


def _folded(lines: Sequence[str], metrics: QFontMetricsF, width: float) -> list[str]:
    """As few lines as hold them: they follow each other, and one that is too long is cut."""
    found: list[str] = []
    for each in lines:
        both = f"{found[-1]}   ·   {each}" if found else each
        if found and metrics.horizontalAdvance(both) <= width:
            found[-1] = both
        else:
            found.append(metrics.elidedText(each, Qt.TextElideMode.ElideRight, width))
    return found
