"""Over the conversation: which call this is, and what is said about it."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui import icons
from atlas_desktop.ui.call_facts import NO_NAMES, Names, refund_words
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.models.row_text import Mark, mark_of, mark_word
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel, Tone
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.store.rows import OpenCall

_TONES: Final[dict[Mark, Tone]] = {"good": "good", "bad": "bad", "unsure": "warn", "none": "muted"}


class IconMark(QWidget):
    """One icon in one colour of the theme. Decoration: the word beside it says the same."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._name = ""
        self._color = "text"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_icon(self, name: str, color: str) -> None:
        """This icon in this colour; an empty name takes no room."""
        # Not by hiding: what is shown before it has a parent flashes up as a window and takes the focus.
        self._name, self._color = name, color
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The icon's size; nothing without one."""
        return QSize(ICON, ICON) if self._name else QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon."""
        if self._name:
            painter = QPainter(self)
            color = getattr(self._theme.tokens, self._color)
            painter.drawPixmap(0, 0, icons.pixmap(self._name, color, self.devicePixelRatioF()))
            painter.end()


class CallHeader(QWidget):
    """Operation and customer; model and time; the verdict in a shape and a word."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._operation = PlainLabel("", role="title")
        self._customer = PlainLabel("", role="title", tone="muted")
        self._about = PlainLabel("", role="caption", tone="muted")
        self._mark = IconMark(theme)
        self._verdict = PlainLabel("", role="strong")
        self._refund = PlainLabel("", role="caption", tone="warn")
        self._refund_mark = IconMark(theme)
        self._state = PlainLabel("", role="caption", tone="muted")
        for label in (self._operation, self._customer, self._about, self._refund):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._operation.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout = row(self, margins=(3, 2, 3, 2), gap=4)
        left = column(gap=1)
        first = row(gap=2)
        first.addWidget(self._operation)
        first.addWidget(self._customer, 1)
        left.addLayout(first)
        left.addWidget(self._about)
        refund = row(gap=1)
        refund.addWidget(self._refund_mark)
        refund.addWidget(self._refund, 1)
        left.addLayout(refund)
        layout.addLayout(left, 1)
        right = column(gap=1)
        verdict = row(gap=1)
        verdict.addStretch()
        verdict.addWidget(self._mark)
        verdict.addWidget(self._verdict)
        right.addLayout(verdict)
        state = row()
        state.addStretch()
        state.addWidget(self._state)
        right.addLayout(state)
        layout.addLayout(right)

    def show_call(self, opened: "OpenCall", where: str, names: Names = NO_NAMES) -> None:
        """``where`` is the place in the list: "3 of 120"."""
        row_ = opened.row
        self._operation.setText(row_.operation or tr("no operation"))
        self._customer.setText(row_.customer)
        self._about.setText(f"{row_.model}  ·  {to_the_minute(row_.created_ms)}")
        refund = refund_words(opened.call, names)
        self._refund.setText(refund)
        self._refund.setVisible(bool(refund))
        self._refund_mark.show_icon("attention" if refund else "", "warn")
        mark = mark_of(row_.rating, row_.unsure)
        self._mark.show_icon("" if mark == "none" else mark, _TONES[mark])
        self._verdict.setText(mark_word(mark).capitalize())
        self._verdict.set_tone(_TONES[mark])
        self._state.setText("  ·  ".join([*_states(opened), where]))


def _states(opened: "OpenCall") -> list[str]:
    row_ = opened.row
    found = []
    if row_.needs_you:
        found.append(tr("needs you: see Sync"))
    elif row_.pending:
        found.append(tr("not sent yet"))
    others = row_.feedback_count - int(row_.mine)
    if row_.rating is not None and not row_.mine and others > 0:
        found.append(tr("rated by another reviewer"))
    if row_.corrected:
        found.append(tr("corrected"))
    return found
