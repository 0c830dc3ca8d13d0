"""Whose scores are shown: the evaluators beside each other, or in a menu where they have no room."""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.wording import tr

Judges = tuple[tuple[str, str], ...]
"""An evaluator's id, and its words."""
_BESIDE: Final = 8


class JudgeChoice(QWidget):
    """``judge`` gets the id of the one that is chosen."""

    def __init__(self, judge: Callable[[str], object]) -> None:
        super().__init__()
        self._judge = judge
        self._judges: Judges = ()
        self.segments: Segments | None = None
        self._menu = QToolButton()
        self._menu.setProperty("kind", "facet")
        self._menu.clicked.connect(lambda _=False: self._offer())
        self._line = row(self)
        self._line.addWidget(self._menu)
        self._line.addStretch()
        # Not the width of all of them beside each other: it would push what stands beside this out of the window.
        self.setMinimumWidth(1)

    def show_judges(self, judges: Judges, value: str | None) -> None:
        """These, and whose scores are shown."""
        if judges != self._judges:
            self._judges = judges
            self._make()
        if self.segments is not None and value is not None:
            self.segments.show_value(value)
            words = one_line(dict(judges).get(value, value))
            self._menu.setText(f"{words.replace('&', '&&')} ▾")
            self._menu.setAccessibleName(tr("Results of {name}", name=words))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other, or in a menu."""
        super().resizeEvent(event)
        self._fit()

    def _make(self) -> None:
        if self.segments is not None:
            self._line.removeWidget(self.segments)
            self.segments.hide()
            self.segments.deleteLater()
        choices = [(name, one_line(words).replace("&", "&&")) for name, words in self._judges]
        self.segments = Segments(choices, self._judge)
        self.segments.name(tr("Results of"), tr("Whose scores are listed"))
        self._line.insertWidget(0, self.segments)

    def _fit(self) -> None:
        if self.segments is not None:
            fits = self.segments.sizeHint().width() + _BESIDE <= self.width()
            self.segments.setVisible(fits)
            self._menu.setVisible(not fits)

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setAccessibleName(tr("Results of"))
        chosen = self.segments.value if self.segments is not None else None
        for name, words in self._judges:
            entry = menu.addAction(one_line(words).replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(name == chosen)
            entry.triggered.connect(lambda _=False, name=name: self._judge(name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._menu.mapToGlobal(self._menu.rect().bottomLeft()))
