"""The two looks of a row: a few lines for reading down, or cells under columns for comparing."""

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtGui import QFontMetrics, QPainter

from atlas_desktop.ui.models.columns import NUMERIC, Cell
from atlas_desktop.ui.models.row_text import RowText, ago
from atlas_desktop.ui.theme import ICON, Density, Theme
from atlas_desktop.ui.widgets.row_brush import LINE, Place, RowBrush

GUTTER: Final = 32
PAD: Final = 12
INSIDE: Final = 8
"""Between the edge of a cell and its text."""
_LINES: Final[dict[Density, int]] = {"comfortable": 3, "compact": 2}
_HEIGHTS: Final[dict[Density, int]] = {"comfortable": 68, "compact": 44}


class Look(Protocol):
    """Draws what is in a row, over its background."""

    @property
    def row_height(self) -> int:
        """The same for every row."""
        ...

    def paint(
        self, painter: QPainter, place: Place, text: RowText, now_ms: int, *, chosen: bool, under: str
    ) -> None:
        """One row; ``chosen``: it is selected; ``under``: the token of its background."""
        ...


class Lines:
    """Two or three lines: what it is, by whom, and how it begins."""

    def __init__(self, theme: Theme, brush: RowBrush) -> None:
        self._theme = theme
        self._brush = brush

    @property
    def row_height(self) -> int:
        """By density."""
        return _HEIGHTS[self._theme.density]

    def paint(
        self, painter: QPainter, place: Place, text: RowText, now_ms: int, *, chosen: bool, under: str
    ) -> None:
        """Mark, first line, model (where there is room for it), preview."""
        self._mark(painter, place, text, chosen=chosen)
        brush, fonts, three = self._brush, self._theme.fonts, _LINES[self._theme.density] == 3
        top, width = self._top(), place.rect.width() - GUTTER - PAD
        taken = self._trailing(painter, place, top, text, now_ms)
        self._pair(painter, place, top, width - taken - 8, text)
        if three:
            top += LINE
            painter.setPen(brush.color("muted"))
            brush.text(painter, place, place.box(GUTTER, top, width, LINE), text.model, fonts.caption)
        painter.setPen(brush.color("text" if three else "muted"))
        box = place.box(GUTTER, top + LINE, width, LINE)
        brush.text(painter, place, box, text.preview, fonts.body, found=text.found)

    def _mark(self, painter: QPainter, place: Place, text: RowText, *, chosen: bool) -> None:
        top = self._top() + 2
        if chosen:
            self._brush.icon(painter, place.box(10, top, ICON, ICON), "selected", "accent")
            top += LINE
        self._brush.mark(painter, place.box(10, top, ICON, ICON), text.mark, empty=not chosen)

    def _pair(self, painter: QPainter, place: Place, top: int, width: int, text: RowText) -> None:
        brush, fonts = self._brush, self._theme.fonts
        painter.setPen(brush.color("text"))
        taken = min(QFontMetrics(fonts.strong).horizontalAdvance(text.operation) + 2, width)
        brush.text(painter, place, place.box(GUTTER, top, taken, LINE), text.operation, fonts.strong)
        rest = width - taken - 8
        if rest > 24:
            painter.setPen(brush.color("muted"))
            box = place.box(GUTTER + taken + 8, top, rest, LINE)
            brush.text(painter, place, box, text.customer, fonts.body)

    def _trailing(self, painter: QPainter, place: Place, top: int, text: RowText, now_ms: int) -> int:
        """Time and small states at the end of the first line; returns the width taken."""
        brush, caption = self._brush, self._theme.fonts.caption
        when = ago(text.created_ms, now_ms)
        taken = QFontMetrics(caption).horizontalAdvance(when)
        end = place.rect.width() - PAD
        painter.setFont(caption)
        painter.setPen(brush.color("muted"))
        painter.drawText(place.box(end - taken, top, taken, LINE), place.start, when)
        taken += brush.states(painter, place, end - taken, top, text)
        if copies := brush.copies(painter, place, end - taken - 6, top, text):
            taken += copies
        return taken

    def _top(self) -> int:
        return (_HEIGHTS[self._theme.density] - _LINES[self._theme.density] * LINE) // 2


class Cells:
    """One line under columns. ``cells`` is where they stand; the view sets it when it is resized or scrolled."""

    def __init__(self, theme: Theme, brush: RowBrush) -> None:
        self._theme = theme
        self._brush = brush
        self.cells: Sequence[Cell] = ()

    @property
    def row_height(self) -> int:
        """By density."""
        return self._theme.row_height

    def paint(
        self, painter: QPainter, place: Place, text: RowText, now_ms: int, *, chosen: bool, under: str
    ) -> None:
        """Each cell within its column; a pinned one covers what scrolls under it."""
        top = (place.rect.height() - 1 - LINE) // 2
        for cell in self.cells:
            if cell.x + cell.width <= 0 or cell.x >= place.rect.width():
                continue
            if cell.pinned:
                covered = place.box(cell.x, 0, cell.width, place.rect.height() - 1)
                painter.fillRect(covered, self._brush.color(under))
            if cell.column == "state":
                self._state(painter, place, cell, top, text, chosen=chosen)
            else:
                self._cell(painter, place, cell, top, text, now_ms)

    def _state(
        self, painter: QPainter, place: Place, cell: Cell, top: int, text: RowText, *, chosen: bool
    ) -> None:
        brush, at = self._brush, place.box(cell.x + 10, top + 2, ICON, ICON)
        if chosen:
            brush.icon(painter, at, "selected", "accent")
            at = place.box(cell.x + 10 + ICON + 4, top + 2, ICON, ICON)
        brush.mark(painter, at, text.mark, empty=not chosen)
        if not chosen:
            brush.states(painter, place, cell.x + cell.width, top, text)

    def _cell(
        self, painter: QPainter, place: Place, cell: Cell, top: int, text: RowText, now_ms: int
    ) -> None:
        brush, fonts = self._brush, self._theme.fonts
        taken = 0
        if cell.column == "preview":
            taken = brush.copies(painter, place, cell.x + cell.width - INSIDE, top, text)
        box = place.box(cell.x + INSIDE, top, cell.width - 2 * INSIDE - taken, LINE)
        plain = cell.column in ("operation", "preview", "output")
        painter.setPen(brush.color("text" if plain else "muted"))
        brush.text(
            painter,
            place,
            box,
            _words(text, cell, now_ms),
            fonts.body,
            found=text.found if cell.column == "preview" else (),
            numeric=cell.column in NUMERIC,
        )


def _words(text: RowText, cell: Cell, now_ms: int) -> str:
    match cell.column:
        case "time":
            return ago(text.created_ms, now_ms)
        case "operation":
            return text.operation
        case "customer":
            return text.customer
        case "model":
            return text.model
        case "preview":
            return text.preview
        case _:
            return text.cells.get(cell.column, "")
