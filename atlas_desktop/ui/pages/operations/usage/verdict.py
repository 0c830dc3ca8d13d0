"""The refund at hand: why it was made, what became of it, and the two things one can say to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.prose_field import ProseField
from atlas_desktop.ui.pages.operations.usage.refund_words import (
    consequence_words,
    decided_words,
    why_words,
)
from atlas_desktop.ui.pages.operations.usage.words import amount_text
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.contract.refunds import RefundRow
    from atlas_desktop.ui.theme import Theme

_LINES = 2
_LONGEST = 2_000


class Bench(Protocol):
    """What the panel does with the refund at hand."""

    def open_call(self) -> None:
        """The call, in Review."""
        ...

    def confirm(self) -> None:
        """It stays not metered."""
        ...

    def meter_again(self, reason: str) -> None:
        """It is metered all the same."""
        ...

    def draft(self, call_id: str) -> str:
        """The reason as it was typed and not sent."""
        ...

    def keep_draft(self, call_id: str, text: str) -> None:
        """Keep what is typed."""
        ...

    def tell(self, sentence: str) -> None:
        """Say this."""
        ...

    def left(self) -> None:
        """The keyboard back to the list."""
        ...


@dataclass(frozen=True, slots=True)
class Judging:
    """The refund at hand, and whether it can be decided now."""

    row: "RefundRow"
    names: dict[str, str]
    online: bool
    deciding: bool


class Verdict(QWidget):
    """Two rows of words with buttons beside them; in their place the reason, while one is written."""

    def __init__(self, theme: "Theme", bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._shown: Judging | None = None
        self._why = ElidedLabel("", role="strong")
        self._facts = ElidedLabel("", role="caption", tone="muted")
        self._standing = PlainLabel("", role="caption", tone="muted")
        self._standing.setWordWrap(True)
        self._look = button(tr("Look at the call"), bench.open_call, "quiet")
        self._confirm = button(tr("Confirm"), bench.confirm)
        self._overturn = button(tr("Overturn…"), self.write)
        self.reason = ProseField(
            theme,
            tr("Reason"),
            tr("Why the call is worth its price all the same. It is kept for good."),
            lines=_LINES,
        )
        self.reason.textChanged.connect(self._typed)
        self._consequence = PlainLabel("", role="caption", tone="warn")
        self._consequence.setWordWrap(True)
        self._meter = button(tr("Meter the call again"), self.save, "primary")
        FormKeys(self, keep=self.save, attempt=lambda: None).watch(self.reason)
        self._stack = QStackedWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        body = surface("strip")
        inner = column(body, margins=(3, 2, 3, 2), gap=1)
        head = row(gap=2)
        words = column(gap=0)
        for label in (self._why, self._facts, self._standing):
            words.addWidget(label)
        head.addLayout(words, 1)
        self._buttons = QWidget()
        line = row(self._buttons, gap=2)
        for each in (self._look, self._confirm, self._overturn):
            line.addWidget(each)
        head.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(head)
        self._form = QWidget()
        form = column(self._form, margins=(0, 1, 0, 0), gap=1)
        form.addWidget(self.reason)
        foot = row(gap=2)
        foot.addWidget(self._consequence, 1)
        foot.addWidget(self._meter)
        foot.addWidget(button(tr("Cancel"), self.leave))
        form.addLayout(foot)
        inner.addWidget(self._form)
        layout = column(self)
        layout.addWidget(hairline())
        layout.addWidget(body)
        self._form.hide()
        self.hide()

    @property
    def writing(self) -> bool:
        """Whether a reason is being written."""
        return not self._form.isHidden()

    def show_refund(self, shown: Judging | None) -> None:
        """This one. The reason of another is put aside, not lost."""
        before = self._shown
        self._shown = shown
        self.setVisible(shown is not None)
        if shown is None:
            self._form.hide()
            return
        if before is None or before.row.call_id != shown.row.call_id:
            self._close()
        refund = shown.row
        self._why.setText(why_words(refund, shown.names))
        facts = (
            amount_text(refund.amount_nano),
            tr(
                "{asked:,} tokens in, {answered:,} out",
                asked=refund.prompt_tokens,
                answered=refund.completion_tokens,
            ),
            one_line(refund.model),
            one_line(refund.call_id),
        )
        self._facts.setText("  ·  ".join(facts))
        self._standing.setText(_standing(shown))
        self._standing.setVisible(bool(self._standing.text()))
        self._consequence.setText(consequence_words(refund))
        can = shown.online and not shown.deciding
        self._confirm.setVisible(refund.state == "open" and not self.writing)
        self._overturn.setVisible(refund.state != "overturned" and not self.writing)
        self._confirm.setEnabled(can)
        self._overturn.setEnabled(can)
        self._enable()
        self.setAccessibleName(". ".join(filter(None, (self._why.text(), *facts, self._standing.text()))))

    def write(self) -> None:
        """The cursor into the reason."""
        if self._shown is None or self._shown.row.state == "overturned" or not self._shown.online:
            return
        self.reason.show_text(self._bench.draft(self._shown.row.call_id))
        self._form.show()
        self.show_refund(self._shown)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Meter the call again for the reason written."""
        if not self.writing:
            return
        if self._meter.isEnabled():
            self._bench.meter_again(self.reason.text.strip())
        elif self._meter.toolTip():
            self._bench.tell(self._meter.toolTip())

    def leave(self) -> None:
        """Back to the list; what is typed is kept."""
        self._close()
        if self._shown is not None:
            self.show_refund(self._shown)
        self._bench.left()

    def _close(self) -> None:
        self._form.hide()

    def _typed(self) -> None:
        if self._shown is not None and self.writing:
            self._bench.keep_draft(self._shown.row.call_id, self.reason.text)
        self._enable()

    def _enable(self) -> None:
        can = self._shown is not None and self._shown.online and not self._shown.deciding
        length = len(self.reason.text.strip())
        self._meter.setEnabled(can and 0 < length <= _LONGEST)
        too_long = tr("A reason has at most {many} characters.", many=number(_LONGEST))
        self._meter.setToolTip(
            too_long if length > _LONGEST else "" if length else tr("Write the reason first.")
        )


def _standing(shown: Judging) -> str:
    if shown.deciding:
        return tr("Asking the server…")
    decided = decided_words(shown.row)
    if shown.row.state == "overturned":
        return decided
    away = (
        ""
        if shown.online
        else tr("The server is not reached: refunds are decided there, nothing is put off.")
    )
    return "  ·  ".join(filter(None, (decided, away)))
