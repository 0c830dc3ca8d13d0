"""What is painted in a payload beside its text: the ground of code, hairlines, the marks of what folds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QTextBlock

from atlas_desktop.ui.theme import Tokens
from atlas_desktop.ui.widgets.payload_formats import FENCED, HEADING, RULE

if TYPE_CHECKING:
    from atlas_desktop.ui.widgets.payload_folds import Folds
    from atlas_desktop.ui.widgets.payload_view import PayloadView

HEADING_AIR: Final = 6
Placed = tuple[QTextBlock, float, float]
"""A block, its top and its height."""


def paint_under(view: "PayloadView", tokens: Tokens, visible: Sequence[Placed]) -> None:
    """Before the text: what code stands on, with a bar at its side where a ground cannot be told from the rest."""
    painter = QPainter(view.viewport())
    width = view.viewport().width()
    for block, top, height in visible:
        align(block)
        if max(block.userState(), 0) & FENCED:
            painter.fillRect(0, round(top), width, round(height + 1), tokens.color("raised"))
            painter.fillRect(0, round(top), 2, round(height + 1), tokens.color("line"))
    painter.end()


def paint_over(view: "PayloadView", tokens: Tokens, visible: Sequence[Placed], folds: "Folds") -> None:
    """After the text: the hairline above a heading, a rule, the triangle of a fold."""
    painter = QPainter(view.viewport())
    painter.setPen(tokens.color("line"))
    for block, top, height in visible:
        state = max(block.userState(), 0)
        line = top - HEADING_AIR if state & HEADING and block.blockNumber() > 0 else None
        if state & RULE:
            line = top + round(height / 2)
        if line is not None:
            painter.drawLine(QPointF(0, line - 0.5), QPointF(view.viewport().width(), line - 0.5))
        folds.paint(painter, block, top, height)
    painter.end()


def align(block: QTextBlock) -> None:
    """A right-to-left paragraph stands right. Plain text layout ignores block formats, but aligns when painting."""
    layout = block.layout()
    if block.textDirection() != Qt.LayoutDirection.RightToLeft:
        return
    option = layout.textOption()
    if not option.alignment() & Qt.AlignmentFlag.AlignRight:
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout.setTextOption(option)
