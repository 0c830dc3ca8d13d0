"""A line of words under the place in the filter that is not understood, with what was probably meant."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from atlas_desktop.domain.filter import Fault
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr


class FaultLine(QWidget):
    """Hidden until something is wrong. ``mended``: put the fault's suggestion into the line."""

    mended = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._fault: Fault | None = None
        self.words = PlainLabel("", role="caption", tone="bad")
        self.use = button(tr("Put right"), self.mend, "quiet")
        self._layout = row(self, gap=2)
        self._layout.addWidget(self.words)
        self._layout.addWidget(self.use)
        self._layout.addStretch()
        self.hide()

    def tell(self, fault: Fault | None, x: int, *, typing: bool, wrong: bool = True) -> None:
        """Say what is wrong ``x`` pixels from the start side, or that nothing is. ``typing``: Tab puts it right.

        Not ``wrong``: it is understood, but finds nothing.
        """
        self._fault = fault
        self.setVisible(fault is not None)
        if fault is None:
            return
        self.words.set_tone("bad" if wrong else "muted")
        self.words.setText(fault.message)
        room = max(self.width() - self.words.sizeHint().width() - self.use.sizeHint().width(), 0)
        self._layout.setContentsMargins(min(max(x - 4 * GRID, 0), room), 0, 0, 0)
        self.use.setVisible(fault.suggestion is not None)
        if fault.suggestion is not None:
            verb = tr("Use {suggestion}", suggestion=one_line(fault.suggestion))
            self.use.setText((tr("Tab: {verb}", verb=verb) if typing else verb).replace("&", "&&"))
            self.use.setAccessibleName(verb)
        self.setAccessibleName(fault.message)

    def mend(self) -> bool:
        """Use the suggestion. False when there is none."""
        fault = self._fault
        if fault is None or fault.suggestion is None or self.isHidden():
            return False
        self.mended.emit(fault)
        return True
