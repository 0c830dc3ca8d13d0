"""What calls cost: the sums on top, under them a row for each customer, operation, model and so on."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from atlas_desktop.app.trend_state import SPANS
from atlas_desktop.app.usage_state import USAGE_GROUPS, UsageState, Used, usage_csv
from atlas_desktop.domain.money import decimals_of
from atlas_desktop.ui.pages.operations.usage.words import (
    GROUP_WORDS,
    as_of_words,
    columns,
    days_words,
    refunded_tokens_words,
    table_rows,
    tokens_words,
    usd_text,
    used_words,
)
from atlas_desktop.ui.pages.trends.bar import SmallField, period_of
from atlas_desktop.ui.pages.trends.words import SPAN_WORDS
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.figure_table import FigureTable
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import Span
    from atlas_desktop.ui.theme import Theme
    from atlas_desktop.ui.widgets.plain_label import Tone

_DAY_WIDTH = 96


class Figure(QWidget):
    """One sum: what it is, and how much."""

    def __init__(self, name: str, tone: "Tone" = "text") -> None:
        super().__init__()
        self._name = name
        self._said = PlainLabel(name, role="caption", tone="muted")
        self._value = PlainLabel("", role="title", tone=tone)
        for label in (self._said, self._value):
            label.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        body = column(self, gap=0)
        body.addWidget(self._said)
        body.addWidget(self._value)

    def show_value(self, value: str, more: str = "") -> None:
        """So much; ``more`` stands beside the name."""
        self._said.setText(f"{self._name}  ·  {more}" if more else self._name)
        self._value.setText(value)
        self.setAccessibleName(", ".join(filter(None, (self._name, value, more))))


class Spending(QWidget):
    """``choose`` is called with fields of `UsageChoice`; ``tell`` with a sentence about what was not understood."""

    def __init__(
        self,
        theme: "Theme",
        choose: Callable[..., object],
        refresh: Callable[[], object],
        tell: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._choose = choose
        self._refresh = refresh
        self._tell = tell
        self.state = UsageState()
        self.spans = Segments(
            [(span, tr(SPAN_WORDS[span])) for span in SPANS], lambda span: choose(span=cast("Span", span))
        )
        self.spans.name(tr("Days"), tr("Which days are counted"))
        self.first = SmallField(tr("First day, such as 2026-11-01"), _DAY_WIDTH, self._take_period)
        self.last = SmallField(tr("Last day, such as 2026-11-30"), _DAY_WIDTH, self._take_period)
        self._dash = PlainLabel("–", tone="muted")
        self.by = QComboBox()
        self.by.setAccessibleName(tr("Rows by"))
        if (view := self.by.view()) is not None:
            view.setAccessibleName(tr("Rows by"))
        self.by.addItems([tr(GROUP_WORDS[group]) for group in USAGE_GROUPS])
        self.by.activated.connect(lambda at: choose(group_by=USAGE_GROUPS[at]))
        self.net = Figure(tr("Net, metered"))
        self.gross = Figure(tr("Gross"), "muted")
        self.refunded = Figure(tr("Refunded"), "muted")
        self.tokens = PlainLabel("", role="caption", tone="muted")
        self.unmetered = PlainLabel("", role="caption", tone="muted")
        self.days = PlainLabel("", role="caption", tone="muted")
        self.stale = PlainLabel("", role="caption", tone="warn")
        self.table = FigureTable(theme, tr("Usage"), columns("customer"))
        self.empty = Empty(theme)
        self._sums = QWidget()
        self._full = QWidget()
        self._stack = QStackedWidget()
        self.controls = self._lay_out_controls()
        self._lay_out()

    def _lay_out_controls(self) -> QWidget:
        made = QWidget()
        line = row(made, gap=1)
        line.addWidget(self.spans)
        for each in (self.first, self._dash, self.last):
            line.addWidget(each)
        line.addSpacing(8)
        line.addWidget(PlainLabel(tr("by"), tone="muted"))
        line.addWidget(self.by)
        line.addSpacing(8)
        self.copy_button = button(tr("Copy as CSV"), self._copy, "quiet")
        line.addWidget(self.copy_button)
        return made

    def _lay_out(self) -> None:
        sums = row(self._sums, margins=(3, 3, 3, 3), gap=8)
        for each in (self.net, self.gross, self.refunded):
            sums.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        sums.addStretch(1)
        said = column(gap=0)
        for label in (self.days, self.tokens, self.unmetered):
            label.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            said.addWidget(label)
        sums.addLayout(said)
        full = column(self._full)
        full.addWidget(self._sums)
        self.stale.setContentsMargins(12, 0, 12, 8)
        full.addWidget(self.stale)
        full.addWidget(hairline())
        full.addWidget(self.table, 1)
        self._stack.addWidget(self._full)
        self._stack.addWidget(self.empty)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("Usage"))
        column(self).addWidget(self._stack)
        self.copied: Callable[[str, str], object] = lambda _text, _what: None

    def show_state(self, state: UsageState) -> None:
        """What the server said, or why it did not."""
        self.state = state
        choice = state.choice
        self.spans.show_value(choice.span)
        self.by.setCurrentIndex(USAGE_GROUPS.index(choice.group_by))
        for each in (self.first, self._dash, self.last):
            each.setVisible(choice.span == "any")
        if choice.span == "any" and choice.period is not None:
            self.first.show_text(choice.period.first.isoformat())
            self.last.show_text(choice.period.last.isoformat())
        self.copy_button.setEnabled(bool(state.rows))
        follows = self.hasFocus() or self.table.hasFocus()
        if follows and not state.rows:
            # Else Qt gives the focus of what is hidden to what comes next, which may be a text field.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._stack.setCurrentWidget(self._full if state.rows else self.empty)
        if follows and state.rows:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if state.rows and state.shown is not None:
            self._show_rows(state)
        else:
            self._say_why(state)

    def _show_rows(self, state: UsageState) -> None:
        assert state.shown is not None  # noqa: S101 - looked at by who calls
        total, by = state.total, state.shown.group_by
        self._show_sums(total)
        self.days.setText(days_words(state.period))
        self.tokens.setText(tokens_words(total))
        self.unmetered.setText(refunded_tokens_words(total))
        self.unmetered.setVisible(bool(self.unmetered.text()))
        self.stale.setText(as_of_words(state))
        self.stale.setVisible(bool(self.stale.text()))
        self.table.name_column(0, columns(by)[0])
        self.table.show_rows(table_rows(by, state.rows, total))

    def _show_sums(self, total: Used) -> None:
        places = decimals_of([total.gross, total.refunded])
        usd = tr("USD")
        self.net.show_value(f"{usd_text(total.net, places)} {usd}")
        self.gross.show_value(
            usd_text(total.gross, places), trn("{count:,} call", "{count:,} calls", total.calls)
        )
        back = trn("{count:,} call", "{count:,} calls", total.refunded_calls) if total.refunded_calls else ""
        self.refunded.show_value(
            usd_text(-total.refunded, places) if total.refunded else usd_text(0, places), back
        )
        self.setAccessibleName(used_words(total))

    def _say_why(self, state: UsageState) -> None:
        again = [(tr("Ask again"), self._refresh)]
        if state.phase == "away":
            self.empty.say(
                tr("Usage is counted at the server"),
                tr("It is shown when the server is reached again."),
                ways=again,
            )
        elif state.phase == "limited":
            self.empty.say(
                tr("This server tells no usage"), tr("It does not offer it beyond the published API.")
            )
        elif state.phase == "failed" and state.problem is not None:
            self.empty.say(state.problem.title, state.problem.detail, ways=again)
        elif state.phase == "ready":
            self.empty.say(
                tr("No calls in these days"),
                tr(
                    "Calls that go through the gateway are counted here, with what they cost and what was refunded."
                ),
            )
        else:
            self.empty.say(tr("Asking the server\u2026"))

    # what keys do

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row."""
        self.table.step(direction)

    def step_group(self, direction: Literal[1, -1]) -> None:
        """Rows by the next kind of thing."""
        at = USAGE_GROUPS.index(self.state.choice.group_by)
        self._choose(group_by=USAGE_GROUPS[(at + direction) % len(USAGE_GROUPS)])

    def step_span(self, direction: Literal[1, -1]) -> None:
        """The next range of days."""
        at = SPANS.index(self.state.choice.span)
        self._choose(span=SPANS[(at + direction) % len(SPANS)])

    def edit_period(self) -> None:
        """The cursor into the first day."""
        self._choose(span="any")
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.first.selectAll()

    def take_focus(self) -> None:
        """The table, if there is one."""
        target: Any = self.table if self.state.rows else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def csv(self) -> str | None:
        """The table; None while there is none."""
        shown = self.state.shown
        return usage_csv(shown.group_by, self.state.rows) if shown is not None and self.state.rows else None

    def _copy(self) -> None:
        if (text := self.csv()) is not None:
            self.copied(text, tr("the table as CSV"))

    def copy(self) -> None:
        """The table to the clipboard."""
        self._copy()

    def _take_period(self) -> None:
        if not (self.first.isModified() or self.last.isModified()):
            return
        first, last = self.first.text().strip(), self.last.text().strip()
        if not (first and last) and (first or last):
            return  # the other one is still to be typed
        for field in (self.first, self.last):
            field.setModified(False)
        period = period_of(first, last)
        if period is None and (first or last):
            self._tell(tr("Days are written like 2026-11-01, the first one first."))
            return
        self._choose(span="any", period=period)
