"""Over the routing of an operation: whether equal requests are answered from the record."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.pages.operations.words import cache_words
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.ui.pages.operations.desk import Desk


class CacheLine(QWidget):
    """What holds now, what that means, and a button for the other; why not, where it cannot be changed."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._on = False
        self._hindrance = ""
        self.title = PlainLabel("", role="strong")
        self.about = PlainLabel("", role="caption", tone="muted")
        self.about.setWordWrap(True)
        self.about.setText(
            tr(
                "From the record: when a customer repeats a request, the answer given since this was switched on comes again, and no provider is asked. "
                "Never across customers, never what was refunded, rated down or corrected."
            )
        )
        self.reason = PlainLabel("", role="caption", tone="warn")
        self.change = button("", self.switch)
        body = column(self)
        line = row(gap=3, margins=(3, 2, 3, 2))
        words = column(gap=0)
        for each in (self.title, self.about, self.reason):
            words.addWidget(each)
        line.addLayout(words, 1)
        line.addWidget(self.change, 0, Qt.AlignmentFlag.AlignVCenter)
        body.addLayout(line)
        body.addWidget(hairline())

    def show_state(self, state: "BookState") -> None:
        """The operation at hand."""
        operation = state.operation
        self._on = operation is not None and operation.cache
        self._hindrance = _hindrance(state)
        self.title.setText(cache_words(self._on))
        verb = tr("Ask each time") if self._on else tr("Answer from the record")
        self.change.setText(verb)
        self.change.setAccessibleName(verb)
        self.change.setAccessibleDescription(self._hindrance or self.about.text())
        self.change.setEnabled(not self._hindrance)
        self.reason.setText(self._hindrance)
        self.reason.setVisible(bool(self._hindrance))

    def switch(self) -> None:
        """The other from now on; why not, where it cannot be."""
        if self._hindrance:
            self._desk.say(self._hindrance)
        else:
            self._desk.answer_from_record(on=not self._on)


def _hindrance(state: "BookState") -> str:
    if not state.defined:
        return tr("Define the operation first: one that was only seen on calls demands nothing")
    return "" if state.online else tr("Nothing can be changed without the server")
