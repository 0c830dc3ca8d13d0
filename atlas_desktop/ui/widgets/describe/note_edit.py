"""A note on the call: one line that grows to three, exact to the character."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.wording import tr

_MOST_LINES: Final = 3
_MARGIN: Final = 4


class NoteEdit(ExactEdit):
    """Enter ends it, Shift+Enter begins a new line. ``done``: the reader is through with it."""

    done = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, tr("Note"))
        self.document().setDocumentMargin(_MARGIN)
        self.setViewportMargins(_MARGIN, 0, _MARGIN, 0)
        self.setPlaceholderText(tr("Note"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "field")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is through with it."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another font has other lines."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self, *_: object) -> None:
        lines = min(max(round(self.document().documentLayout().documentSize().height()), 1), _MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * _MARGIN + 4)

    def _restyle(self) -> None:
        super()._restyle()
        self.setFont(self._theme.fonts.body)
