"""The rows of the inspector: a heading, a fact, words, and a line with a sign, a figure and more under it."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel, Role, Tone

if TYPE_CHECKING:
    from atlas_desktop.ui.call_facts import Kind, Row

_NAME: Final = 92
_TOP: Final = Qt.AlignmentFlag.AlignTop


class RowView(QWidget):
    """Shows one row after the other."""

    def show_row(self, shown: "Row") -> None:
        """Show this one."""
        raise NotImplementedError


class _Heading(RowView):
    def __init__(self, *, line: bool) -> None:
        super().__init__()
        body = column(self, margins=(0, 1, 0, 0), gap=2)
        if line:
            body.addWidget(hairline())
        self._title = PlainLabel("", role="strong")
        body.addWidget(self._title)

    def show_row(self, shown: "Row") -> None:
        self._title.setText(shown.title)


class _Words(RowView):
    def __init__(self, role: Role, tone: Tone) -> None:
        super().__init__()
        self._text = _text("", role, tone)
        column(self).addWidget(self._text)

    def show_row(self, shown: "Row") -> None:
        self._text.setText(shown.title)


class _Fact(RowView):
    """Name and value beside each other; an id under its name, since it has no place to break at."""

    def __init__(self, *, under: bool) -> None:
        super().__init__()
        self._name = PlainLabel("", role="caption", tone="muted")
        self._name.setAlignment(_TOP)
        self._value = _text("", "caption", "text")
        if under:
            body = column(self)
            body.addWidget(self._name)
            body.addWidget(self._value)
        else:
            self._name.setFixedWidth(_NAME)
            self._name.setWordWrap(True)
            line = row(self, gap=2)
            line.addWidget(self._name, 0, _TOP)
            line.addWidget(self._value, 1)

    def show_row(self, shown: "Row") -> None:
        self._name.setText(shown.title)
        self._value.setText(shown.figure)


class _Marked(RowView):
    """A sign in front, a figure at the end, words under it."""

    def __init__(self, theme: Theme, role: Role, tone: Tone) -> None:
        super().__init__()
        line = row(self, gap=2)
        holder = QWidget()
        holder.setFixedWidth(4 * GRID)
        self._sign = IconMark(theme)
        column(holder).addWidget(self._sign, 0, _TOP)
        line.addWidget(holder, 0, _TOP)
        words = column(gap=0)
        first = row(gap=2)
        self._title = _text("", role, tone)
        self._figure = PlainLabel("", role="caption", tone="muted")
        self._under = _text("", "caption", "muted")
        first.addWidget(self._title, 1)
        first.addWidget(self._figure, 0, _TOP)
        words.addLayout(first)
        words.addWidget(self._under)
        line.addLayout(words, 1)

    def show_row(self, shown: "Row") -> None:
        self._sign.show_icon(shown.icon, shown.color)
        self._title.setText(shown.title)
        self._figure.setText(shown.figure)
        self._figure.setVisible(bool(shown.figure))
        self._under.setText(shown.under)
        self._under.setVisible(bool(shown.under))
        self.setAccessibleName(shown.said)


def make_row(kind: "Kind", theme: Theme) -> RowView:
    """A view of rows of this kind."""
    if kind in ("first", "heading"):
        return _Heading(line=kind == "heading")
    if kind in ("fact", "id"):
        return _Fact(under=kind == "id")
    if kind == "says":
        return _Words("body", "text")
    if kind == "rest":
        return _Words("caption", "muted")
    roles: dict[str, tuple[Role, Tone]] = {"warning": ("strong", "warn"), "chosen": ("strong", "text")}
    return _Marked(theme, *roles.get(kind, ("caption", "text")))


def _text(text: str, role: Role, tone: Tone) -> PlainLabel:
    """Words in as many lines as they need, which can be selected."""
    made = PlainLabel(text, role=role, tone=tone)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
