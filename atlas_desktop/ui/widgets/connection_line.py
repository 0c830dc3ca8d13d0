"""One connection in the settings: open it, or remove it, which asks in place what would be lost."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from atlas_desktop.app.settings import Connection
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn


@dataclass(frozen=True, slots=True)
class ConnectionActs:
    """What the buttons of a line do. ``ask`` is to end in `ConnectionLine.ask`."""

    open: Callable[[], object]
    ask: Callable[[], object]
    remove: Callable[[], object]


class ConnectionLine(QWidget):
    """Where it is, whose name ratings carry there, and what can be done with it."""

    def __init__(self, theme: Theme, connection: Connection, acts: ConnectionActs, *, current: bool) -> None:
        super().__init__()
        self.connection = connection
        local = connection.kind == "local"
        icon = IconMark(theme)
        icon.show_icon("computer" if local else "connect", "accent" if current else "muted")
        where = tr("starts and stops with the app") if local else connection.base_url
        rates = f"  ·  {tr('rates as {name}', name=connection.reviewer)}" if connection.reviewer else ""
        self._question = PlainLabel("", tone="muted")
        self._question.setWordWrap(True)
        self._state = (
            PlainLabel(tr("In use"), role="caption", tone="accent")
            if current
            else button(tr("Open"), acts.open)
        )
        self._remove = button(tr("Remove…"), acts.ask, "quiet")
        self._yes = button(tr("Remove"), acts.remove, "primary")
        self._no = button(tr("Keep"), self.keep)
        words = column(gap=0)
        words.addWidget(PlainLabel(connection.shown_title, role="strong"))
        words.addWidget(PlainLabel(where + rates, tone="muted"))
        words.addWidget(self._question)
        line = row(self, margins=(0, 2, 0, 2), gap=3)
        line.addWidget(icon)
        line.addLayout(words, 1)
        for each in (self._state, self._remove, self._yes, self._no):
            if each is not self._state or not current:
                each.setAccessibleName(one_line(f"{each.text()} {connection.shown_title}"))
            line.addWidget(each)
        self.keep()

    def ask(self, unsent: int | None) -> None:
        """Show the question, with how many ratings were never sent (None: that cannot be read)."""
        self._question.setText(question(self.connection, unsent))
        self._question.setAccessibleName(self._question.text())
        self._show_question(True)
        self._no.setFocus()

    def keep(self) -> None:
        """No: it stays."""
        self._show_question(False)

    def _show_question(self, asking: bool) -> None:
        for each in (self._question, self._yes, self._no):
            each.setVisible(asking)
        for each in (self._state, self._remove):
            each.setVisible(not asking)


def question(connection: Connection, unsent: int | None) -> str:
    """What removing would mean, in words."""
    remote = connection.kind == "remote"
    if unsent == 0:
        lost = (
            tr(
                "Everything you rated was sent. The copy of its calls on this computer is deleted, with the key."
            )
            if remote
            else tr("Everything you rated was sent. The copy of its calls on this computer is deleted.")
        )
    elif unsent is None:
        lost = tr(
            "Its copy on this computer cannot be read; it is put aside, not deleted, but nothing in it is sent."
        )
    else:
        lost = trn(
            "{count:,} rating was not sent yet, and never will be: the copy here is put aside, not deleted.",
            "{count:,} ratings were not sent yet, and never will be: the copy here is put aside, not deleted.",
            unsent,
        )
    return lost if remote else f"{lost} {tr('The Atlas on this computer keeps its own calls.')}"
