"""Two runs against each other in four fields: what passed in both, in neither, and what flipped."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from atlas_desktop.ui import icons
from atlas_desktop.ui.theme import GRID, ICON, RADIUS, Theme
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import mark, number, tr

if TYPE_CHECKING:
    from atlas_desktop.domain.flips import Cell, Flips

_FIELDS: Final[dict["Cell", tuple[int, int, str, str, str]]] = {
    "kept": (1, 1, mark("pass in both"), "good", "muted"),
    "broke": (1, 2, mark("broke"), "bad", "bad"),
    "fixed": (2, 1, mark("fixed"), "good", "good"),
    "still": (2, 2, mark("fail in both"), "bad", "muted"),
}
"""Row, column, word, icon, tone."""
ORDER: Final[tuple["Cell", ...]] = ("broke", "fixed", "still", "kept")
"""What one wants to see first."""


class _Field(QAbstractButton):
    def __init__(self, theme: Theme, cell: "Cell") -> None:
        super().__init__()
        self._theme = theme
        self._cell = cell
        self._count = 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_count(self, count: int) -> None:
        """How many items are in it."""
        self._count = count
        self.setEnabled(count > 0)
        self.setAccessibleName(tr("{count:,} {words}", count=count, words=tr(_FIELDS[self._cell][2])))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a number over a word."""
        return QSize(132, 56)

    def minimumSizeHint(self) -> QSize:
        """The word is not cut."""
        words = tr(_FIELDS[self._cell][2])
        return QSize(QFontMetrics(self._theme.fonts.caption).horizontalAdvance(words) + 26, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, number, word; a frame where it is chosen."""
        _, _, words, icon, tone = _FIELDS[self._cell]
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = self.rect().toRectF().adjusted(1, 1, -1, -1)
        painter.setPen(tokens.color("accent" if self.isChecked() else "line"))
        painter.setBrush(tokens.color("selection" if self.isChecked() else "surface"))
        painter.drawRoundedRect(inner, RADIUS, RADIUS)
        token = tone if self._count else "muted"
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - 12 - ICON if mirrored else 12
        painter.drawPixmap(left, 11, icons.pixmap(icon, getattr(tokens, token), self.devicePixelRatioF()))
        text = QRect(12, 8, self.width() - 24, 22)
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        across = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        beside = text.adjusted(0, 0, -ICON - 6, 0) if mirrored else text.adjusted(ICON + 6, 0, 0, 0)
        painter.setFont(self._theme.fonts.title)
        painter.setPen(tokens.color(token if tone != "muted" else "text"))
        painter.drawText(beside, across, number(self._count))
        painter.setFont(self._theme.fonts.caption)
        painter.setPen(tokens.color("muted"))
        painter.drawText(text.translated(0, 20), across, tr(words))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(tokens.color("focus"))
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()


class FlipMatrix(QWidget):
    """``chosen`` tells the field whose items are wanted."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.fields: dict[Cell, _Field] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        self.setAccessibleName(tr("What flipped"))
        heads = ((0, 1, tr("second passes")), (0, 2, tr("second fails")), (1, 0, tr("first passes")),
                 (2, 0, tr("first fails")))  # fmt: skip
        for line, place, words in heads:
            grid.addWidget(PlainLabel(words, role="caption", tone="muted"), line, place)
        for cell, (line, place, *_) in _FIELDS.items():
            made = self.fields[cell] = _Field(theme, cell)
            made.clicked.connect(lambda _=False, cell=cell: self.chosen.emit(cell))
            grid.addWidget(made, line, place)
        self.setMaximumWidth(420)

    def show_flips(self, flips: "Flips", chosen: "Cell") -> None:
        """The counts, and whose items are shown."""
        for cell, made in self.fields.items():
            made.show_count(len(flips.cell(cell)))
            made.setChecked(cell == chosen)


def first_of_interest(flips: "Flips") -> "Cell":
    """The field to show first: what broke, else what was fixed."""
    return next((cell for cell in ORDER if flips.cell(cell)), "kept")
