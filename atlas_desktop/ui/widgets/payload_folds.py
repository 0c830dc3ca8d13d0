"""Objects and lists of JSON that fold: by a click, by a key, and when something in them is looked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QTextBlock, QTextCursor, QTextFragment

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.payload_formats import FOLD, MONO

if TYPE_CHECKING:
    from atlas_desktop.ui.widgets.payload_view import PayloadView

_GUTTER: Final = 16
_MOST_UNFOLDED: Final = 150
"""So many are unfolded by one key: the rest one by one."""


class Folds:
    """The folds of one view."""

    def __init__(self, theme: Theme, view: "PayloadView") -> None:
        self._theme = theme
        self._view = view

    def click(self, at: QPoint, position: int) -> bool:
        """Fold or unfold what was clicked; False when nothing there folds."""
        place = self._place(at, position)
        return place is not None and self._toggle(place)

    def is_at(self, at: QPoint, position: int) -> bool:
        """Whether a click there folds something."""
        return self._place(at, position) is not None

    def toggle_at_caret(self) -> bool:
        """Fold or unfold what begins in the line of the caret, or holds it. False when nothing there folds."""
        block = self._view.textCursor().block()
        while block.isValid() and max(block.userState(), 0) & MONO:
            if (fold := next(_folds(block), None)) is not None:
                return self._toggle(fold.position())
            block = block.previous()
        return False

    def toggle_all(self) -> bool:
        """Unfold everything that is folded, within reason; fold again when nothing is. False: nothing folds."""
        found = {at: name for at in self._all() if (name := self._name(at))}
        shut = {at: name for at, name in found.items() if self._is_shut(at)}
        outermost = min(found, default=0)
        wanted = shut or {at: name for at, name in found.items() if at != outermost}
        if wanted:
            self._fold(dict(list(wanted.items())[:_MOST_UNFOLDED] if shut else wanted))
        return bool(found)

    def unfold(self, offset: int) -> None:
        """Unfold what hides this place of the text."""
        shown = self._view.feed.shown
        for _ in range(_MOST_UNFOLDED):
            position = shown.position_of(offset)
            hidden = shown.stands(position) or shown.stands(max(position - 1, 0))
            place = next(
                (at for at in (position, position - 1) if at >= 0 and self._name(at) and self._is_shut(at)),
                None,
            )
            if hidden is None or place is None or not hidden[0] <= offset < hidden[1]:
                return
            self._toggle(place)

    def paint(self, painter: QPainter, block: QTextBlock, top: float, height: float) -> None:
        """A triangle in the margin of a line with something to fold: down when it is open."""
        if not max(block.userState(), 0) & MONO:
            return
        fold = next(_folds(block), None)
        if fold is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.tokens.color("muted"))
        middle = QPointF(_GUTTER / 2, top + min(height, self._view.fontMetrics().height()) / 2)
        painter.drawPolygon(_triangle(middle, shut=self._is_shut(fold.position())))
        painter.restore()

    def _place(self, at: QPoint, position: int) -> int | None:
        block = self._view.document().findBlock(position)
        if not max(block.userState(), 0) & MONO:
            return None
        folds = list(_folds(block))
        if folds and at.x() < _GUTTER:
            return folds[0].position()
        for fold in folds:
            if fold.position() <= position < fold.position() + max(fold.length(), 2):
                return fold.position()
        return None

    def _all(self) -> Iterator[int]:
        block = self._view.document().begin()
        while block.isValid():
            if max(block.userState(), 0) & MONO:
                yield from (fold.position() for fold in _folds(block))
            block = block.next()

    def _name(self, position: int) -> str:
        text_format = self._view.format_at(position)
        return text_format.stringProperty(FOLD) if text_format.hasProperty(FOLD) else ""

    def _is_shut(self, position: int) -> bool:
        return self._view.feed.shown.stands(position) is not None

    def _toggle(self, position: int) -> bool:
        view = self._view
        line = view.document().findBlock(position).position()
        self._fold({position: self._name(position)})
        cursor = QTextCursor(view.document())
        cursor.setPosition(min(line, view.document().characterCount() - 1))
        view.setTextCursor(cursor)
        return True

    def _fold(self, places: dict[int, str]) -> None:
        if not self._view.feed.fold(places):
            self._view.read_anew()


def _folds(block: QTextBlock) -> Iterator[QTextFragment]:
    pieces = block.begin()
    while not pieces.atEnd():
        fragment = pieces.fragment()
        if fragment.charFormat().hasProperty(FOLD):
            yield fragment
        pieces += 1


def _triangle(middle: QPointF, *, shut: bool) -> QPolygonF:
    points = ((-2, -4), (3, 0), (-2, 4)) if shut else ((-4, -2), (4, -2), (0, 3))
    return QPolygonF([middle + QPointF(x, y) for x, y in points])
