"""What is shown: which days, lines of what, how; and over the chart what it is of."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QLineEdit, QSizePolicy, QToolButton, QWidget

from atlas_desktop.app.trend_caption import percent
from atlas_desktop.app.trend_state import BUCKETS, SPANS, Layout, Span
from atlas_desktop.domain.buckets import Period
from atlas_desktop.domain.pass_rate import GROUPS
from atlas_desktop.ui.keys import names
from atlas_desktop.ui.pages.trends.words import BUCKET_WORDS, GROUP_WORDS, LAYOUT_WORDS, SPAN_WORDS
from atlas_desktop.ui.theme import GRID
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import Choice, Threshold


_GAP: Final = 8


class SmallField(QLineEdit):
    """A few characters; Enter takes them."""

    def __init__(self, name: str, width: int, take: Callable[[], object]) -> None:
        super().__init__()
        self._take = take
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedWidth(width)
        self.editingFinished.connect(take)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything types but Enter."""
        if "Enter" in names(event):
            self._take()
            return
        super().keyPressEvent(event)

    def show_text(self, text: str) -> None:
        """Put this in, unless somebody types."""
        if not (self.hasFocus() and self.isModified()) and self.text() != text:
            self.setText(text)


class TrendBar(QWidget):
    """``choose`` is called with fields of `Choice`; ``tell`` with a sentence about what was not understood."""

    def __init__(self, choose: Callable[..., object], tell: Callable[[str], object]) -> None:
        super().__init__()
        self._choose = choose
        self._tell = tell
        self.spans = Segments(
            [(span, tr(SPAN_WORDS[span])) for span in SPANS], lambda span: choose(span=cast("Span", span))
        )
        self.spans.name(tr("Days"), tr("How far back the chart goes"))
        self.first = SmallField(tr("First day, such as 2026-11-01"), 96, self._take_period)
        self.last = SmallField(tr("Last day, such as 2026-11-30"), 96, self._take_period)
        self.by = QComboBox()
        self.by.setAccessibleName(tr("Lines by"))
        self.by.addItems([tr(GROUP_WORDS[group]) for group in GROUPS])
        self.by.activated.connect(lambda at: choose(group_by=GROUPS[at], picked=None))
        self.per = QComboBox()
        self.per.setAccessibleName(tr("Points per"))
        self.per.setToolTip(tr("What one point stands for; auto: as the days ask for"))
        self.per.addItems([tr(BUCKET_WORDS[bucket]) for bucket in BUCKETS])
        self.per.activated.connect(lambda at: choose(bucket=BUCKETS[at]))
        self.layouts = Segments(
            [(layout, tr(words)) for layout, words in LAYOUT_WORDS.items()],
            lambda layout: choose(layout=cast("Layout", layout)),
        )
        self.layouts.name(
            tr("Shown as"), tr("One chart, a small one for each line, or a table of the numbers")
        )
        self.compare = QToolButton()
        self.compare.setText(tr("Previous period"))
        self.compare.setAccessibleName(tr("Compare with as many days before"))
        self.compare.setToolTip(tr("Compare with as many days before"))
        self.compare.setCheckable(True)
        self.compare.setProperty("kind", "facet")
        self.compare.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.compare.clicked.connect(lambda on: choose(compare=on))
        self.threshold = SmallField(
            tr("Threshold; empty: the operation's gate, else 85 %"), 68, self._take_threshold
        )
        self._dash = PlainLabel("–", tone="muted")
        self._lay_out()

    def _lay_out(self) -> None:
        self._days = _together(self.spans, self.first, self._dash, self.last)
        self._ways = _together(
            PlainLabel(tr("by"), tone="muted"), self.by, _GAP, PlainLabel(tr("per"), tone="muted"), self.per, _GAP,
            self.compare, _GAP,
            PlainLabel(tr("Threshold"), tone="muted"), self.threshold,
        )  # fmt: skip
        self._line = row(self, margins=(3, 1, 3, 1), gap=2)
        self._line.addWidget(self._days)
        self._line.addStretch(1)
        self._line.addWidget(self._ways)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two lines where one is too short: no word is cut."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """The longer line of the two."""
        width = max(self._days.sizeHint().width(), self._ways.sizeHint().width()) + 6 * GRID
        return QSize(width, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        needed = self._days.sizeHint().width() + self._ways.sizeHint().width() + 8 * GRID
        across = (
            QBoxLayout.Direction.LeftToRight
        )  # of right-to-left languages, too: a row is mirrored by itself
        wanted = across if needed <= self.width() else QBoxLayout.Direction.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
            self._line.setSpacing(GRID if wanted != across else 2 * GRID)

    def show_choice(self, choice: "Choice", threshold: "Threshold", period: Period | None) -> None:
        """What is chosen."""
        self.spans.show_value(choice.span)
        self.layouts.show_value(choice.layout)
        self.by.setCurrentIndex(GROUPS.index(choice.group_by))
        self.per.setCurrentIndex(BUCKETS.index(choice.bucket))
        self.compare.setChecked(choice.compare)
        self.threshold.show_text(percent(threshold.value))
        for field in (self.first, self._dash, self.last):
            field.setVisible(choice.span == "any")
        if choice.span == "any" and period is not None:
            self.first.show_text(period.first.isoformat())
            self.last.show_text(period.last.isoformat())
        self._arrange()

    def _take_threshold(self) -> None:
        field = self.threshold
        if not field.isModified():
            return
        field.setModified(False)
        text = field.text().strip()
        value = share_of(text)
        if text and value is None:
            self._tell(tr("A threshold is a share such as 85 %."))
            return
        self._choose(threshold=value)

    def _take_period(self) -> None:
        if not (self.first.isModified() or self.last.isModified()):
            return
        for field in (self.first, self.last):
            field.setModified(False)
        period = period_of(self.first.text(), self.last.text())
        if period is None and (self.first.text().strip() or self.last.text().strip()):
            self._tell(tr("Days are written like 2026-11-01, the first one first."))
            return
        self._choose(span="any", period=period)


def _together(*parts: QWidget | int) -> QWidget:
    """Beside each other, as wide as they are; a number is so much room between two."""
    made = QWidget()
    line = row(made, gap=1)
    for each in parts:
        if isinstance(each, int):
            line.addSpacing(each)
        else:
            line.addWidget(each)
    line.addStretch(1)
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    return made


def share_of(text: str) -> float | None:
    """A share, 0 to 1: ``85 %``, ``85``, ``0.85``; None for anything else."""
    bare = text.replace("%", "").replace(",", ".").strip()
    try:
        value = float(bare)
    except ValueError:
        return None
    if "%" in text or value > 1:
        value /= 100
    return value if 0 <= value <= 1 else None


def period_of(first: str, last: str) -> Period | None:
    """The days from one to the other, both included."""
    try:
        one, other = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        return None
    return Period(one, other) if one <= other else None
