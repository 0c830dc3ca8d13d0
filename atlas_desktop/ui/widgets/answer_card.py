"""One answer among others to the same prompt."""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from atlas_desktop.app.look_alikes import Shown
from atlas_desktop.ui import parts
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.payload_view import PayloadView
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

_NARROWEST: Final = 232
_NAME: Final = 60


class AnswerCard(QWidget):
    """Who gave it and how often, how it is rated, its text, and the button that says it is right."""

    def __init__(self, theme: Theme, right: Callable[[], object]) -> None:
        super().__init__()
        self._theme = theme
        self._chosen = self._ringed = False
        self._shown: Shown | None = None
        self.setMinimumWidth(_NARROWEST)
        self._name = PlainLabel("", role="strong")
        self._about = PlainLabel("", role="caption", tone="muted")
        self.view = PayloadView(theme, tr("Answer"))
        self.right = button(tr("This is right"), right, "quiet")
        head = row(margins=(4, 1, 2, 0), gap=1)
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self.right)
        self._about.setContentsMargins(4 * GRID, 0, 2 * GRID, 0)
        layout = column(self)
        layout.setContentsMargins(1, 2, 2, 1)  # the ring is drawn around
        layout.addLayout(head)
        layout.addWidget(self._about)
        layout.addWidget(self.view, 1)

    def show_answer(self, shown: Shown, number: int) -> None:
        """Show this answer; the same one with other ratings keeps its place in the text."""
        before, self._shown = self._shown, shown
        name = tr("This answer") if shown.here else tr("Answer {number}", number=number + 1)
        self._name.setText(name)
        self._about.setText(_about(shown))
        self.setAccessibleName(f"{name}, {self._about.text()}")
        self.right.setAccessibleName(tr("{name} is right", name=name))
        self.view.setAccessibleName(name)
        if before is None or before.call.call != shown.call.call:
            self.view.show_parts(parts.output(shown.call.call))

    def set_chosen(self, chosen: bool, *, ringed: bool) -> None:
        """Whether the arrows are here; ``ringed`` when the keyboard is."""
        if (chosen, ringed) != (self._chosen, self._ringed):
            self._chosen, self._ringed = chosen, ringed
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar over the chosen one, a ring when the keyboard is here; a hairline to the next."""
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.width() - 1, 0, 1, self.height(), tokens.color("line"))
        if self._chosen:
            painter.fillRect(0, 0, self.width() - 1, 2, tokens.color("accent"))
            if self._ringed:
                painter.setPen(tokens.color("focus"))
                painter.drawRect(self.rect().adjusted(0, 0, -2, -1))
        painter.end()


def _about(shown: Shown) -> str:
    answer = shown.answer
    words = [trn("{count:,} call", "{count:,} calls", len(answer.seqs)), one_line(answer.row.model[:_NAME])]
    words += [tr("✓ {count:,} good", count=answer.good)] if answer.good else []
    words += [tr("✗ {count:,} bad", count=answer.bad)] if answer.bad else []
    words += [tr("? {count:,} unsure", count=answer.unsure)] if answer.unsure else []
    return "  ·  ".join(words)
