"""A few lines of plain language under the hands of an engineer: a description, a rubric."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit

_MARGIN = 6


class ProseField(ExactEdit):
    """As high as ``lines`` lines, in the font of the app; longer texts scroll."""

    def __init__(self, theme: Theme, name: str, hint: str, *, lines: int) -> None:
        self._lines = lines
        super().__init__(theme, name)
        self.document().setDocumentMargin(_MARGIN)
        self._hint = hint
        self._mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setAccessibleDescription(hint)
        if self._mirrored:
            self.document().contentsChanged.connect(self._turn)
            self._turn()
        else:
            self.setPlaceholderText(hint)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "field")

    def paintEvent(self, event: QPaintEvent) -> None:
        """From right to left the hint is painted here: Qt's own has no margin there (QPlainTextEdit::paintEvent)."""
        super().paintEvent(event)
        if not self._mirrored or not self.document().isEmpty():
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        room = self.viewport().rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, 0)
        start = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, int(start | Qt.TextFlag.TextWordWrap), self._hint)
        painter.end()

    def _turn(self) -> None:
        """The caret of an empty field stands where the language begins; what is written begins where it does itself."""
        document, direction = self.document(), Qt.LayoutDirection
        if document.isEmpty():
            self._begin_at(direction.RightToLeft, Qt.AlignmentFlag.AlignRight)
            return
        own = direction.LayoutDirectionAuto
        # A block only tells its own direction where none is demanded; and is then still put to the left.
        self._begin_at(own, document.defaultTextOption().alignment())
        mirrored = document.firstBlock().textDirection() == direction.RightToLeft
        self._begin_at(own, Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft)

    def _begin_at(self, direction: Qt.LayoutDirection, side: Qt.AlignmentFlag) -> None:
        option = self.document().defaultTextOption()
        if (option.textDirection(), option.alignment()) != (direction, side):
            option.setTextDirection(direction)
            option.setAlignment(side)
            self.document().setDefaultTextOption(option)

    def _restyle(self) -> None:
        super()._restyle()
        self.setFont(self._theme.fonts.body)
        self.setFixedHeight(self._lines * self.fontMetrics().lineSpacing() + 2 * _MARGIN + 4)
