"""One act that needs a person: what it says, why it did not go, what to do."""

from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.domain.opinion import Opinion
    from atlas_desktop.store.rows import OutboxItem

_ID: Final = 200
_STATES: Final = {
    "conflict": mark("Someone else corrected this call before you did"),
    "rejected": mark("The server refused it"),
    "parked": mark("It waits for you"),
}


class OutboxActs(Protocol):
    """What a line asks for."""

    def retry(self, item: "OutboxItem") -> None:
        """Send it again."""
        ...

    def discard(self, item: "OutboxItem") -> None:
        """Give it up; it is kept in the trash."""
        ...

    def edit(self, item: "OutboxItem") -> None:
        """Go to its call and write; in a conflict, with the three texts side by side."""
        ...

    def keep_mine(self, item: "OutboxItem") -> None:
        """Say mine again, on top of theirs."""
        ...

    def take_theirs(self, item: "OutboxItem") -> None:
        """Have theirs stand."""
        ...


class OutboxLine(QWidget):
    """``Discard…`` asks in place before it does anything; the rest can be undone."""

    def __init__(
        self,
        theme: Theme,
        item: "OutboxItem",
        do: "OutboxActs",
    ) -> None:
        super().__init__()
        self.item = item
        # The stretch under the icon would make it grow with the page.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        icon = IconMark(theme)
        icon.show_icon("attention", "bad")
        self._question = PlainLabel(tr("It is not sent, and kept in the trash for 30 days."), tone="muted")
        self._ways = _ways(item, do)
        self._discard = button(tr("Discard…"), self._ask)
        self._yes = button(tr("Discard"), lambda: do.discard(item), "primary")
        self._no = button(tr("Keep"), self._keep)
        for each in (*self._ways, self._discard, self._yes, self._no):
            what = tr(
                "{act}: {what}, {call}", act=each.text(), what=said(item.opinion), call=item.call_id[:_ID]
            )
            each.setAccessibleName(one_line(what))
        words = column(gap=1)
        title = PlainLabel(f"{said(item.opinion)}  ·  {item.call_id}", role="strong")
        reason = PlainLabel(reason_words(item), tone="muted")
        reason.setWordWrap(True)
        words.addWidget(title)
        words.addWidget(reason)
        layout = column(self)
        acts = row(gap=2)
        acts.addWidget(self._question)
        for each in (*self._ways, self._discard, self._yes, self._no):
            acts.addWidget(each)
        acts.addStretch()
        words.addSpacing(GRID)
        words.addLayout(acts)
        side = column()
        side.addWidget(icon)
        side.addStretch()
        line = row(margins=(0, 2, 0, 3), gap=2)
        line.addLayout(side)
        line.addLayout(words, 1)
        layout.addLayout(line)
        layout.addWidget(hairline())
        self._keep()

    def _ask(self) -> None:
        self._show_question(True)
        self._no.setFocus()

    def _keep(self) -> None:
        self._show_question(False)

    def _show_question(self, asking: bool) -> None:
        self._question.setVisible(asking)
        for each in (self._yes, self._no):
            each.setVisible(asking)
        for each in (*self._ways, self._discard):
            each.setVisible(not asking)


def _ways(item: "OutboxItem", do: "OutboxActs") -> list[QPushButton]:
    """What can be done about it besides giving it up."""
    if item.state == "conflict" and item.opinion.correction is not None:
        return [
            button(tr("Keep mine"), lambda: do.keep_mine(item)),
            button(tr("Take theirs"), lambda: do.take_theirs(item)),
            button(tr("Merge"), lambda: do.edit(item)),
        ]
    retry = button(tr("Retry"), lambda: do.retry(item))
    return (
        [retry, button(tr("Edit"), lambda: do.edit(item))] if item.opinion.correction is not None else [retry]
    )


def reason_words(item: "OutboxItem") -> str:
    """Why it did not go, with the server's own words when there are some."""
    reason = tr(_STATES.get(item.state, item.state))
    if item.state == "conflict" and item.theirs_by:
        reason = tr("{name} corrected this call before you did", name=item.theirs_by)
    status = f" ({item.status})" if item.status else ""
    return f"{reason}{status}: {tr(item.message)}" if item.message else f"{reason}{status}."


def said(opinion: "Opinion") -> str:
    """An opinion in a word or two."""
    words = {"thumbs_up": tr("Good"), "thumbs_down": tr("Bad")}.get(opinion.rating or "")
    if words is None:
        words = tr("Unsure") if "review:unsure" in opinion.tags else ""
    if opinion.correction is None:
        return words or tr("Not rated")
    return tr("{rating} with correction", rating=words) if words else tr("Correction")
