"""A few lines of plain language under the hands of an engineer: a description, a rubric."""

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
        self.setPlaceholderText(hint)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "field")

    def _restyle(self) -> None:
        super()._restyle()
        self.setFont(self._theme.fonts.body)
        self.setFixedHeight(self._lines * self.fontMetrics().lineSpacing() + 2 * _MARGIN + 4)
