"""What a schema or a rule says of answers that were really given: the count, a bar, and those it faults first."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.domain.veil import veiled_preview
from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.words import (
    finding_words,
    rule_test_words,
    schema_test_words,
    score_text,
)
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel, Tone
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.trials import RuleTest, SchemaTest
    from atlas_desktop.domain.scoring.score import Score
    from atlas_desktop.domain.scoring.tried import Rejected
    from atlas_desktop.store.samples import Sample

_BAR: Final = 6
_PREVIEW: Final = 200
_LOOKED_AT: Final = 1_000


class Shares(QWidget):
    """How many stand on which side, as one bar. Decoration: the headline says the same in words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._parts: tuple[int, int, int] = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_parts(self, good: int, bad: int, unknown: int = 0) -> None:
        """Counts; nothing is drawn where all are 0."""
        if (good, bad, unknown) != self._parts:
            self._parts = good, bad, unknown
            self.update()

    def sizeHint(self) -> QSize:
        """One thin line."""
        return QSize(80, _BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Faulted first, in the colour and, for who sees none, hollow."""
        total = sum(self._parts)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        painter.setPen(tokens.color("line"))
        painter.setBrush(tokens.color("line"))
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(whole, _BAR / 2, _BAR / 2)
        good, bad, _ = self._parts
        x = whole.left()
        for many, color in ((bad, "bad"), (good, "good")):
            if total and many:
                width = max(whole.width() * many / total, 3.0)
                painter.setPen(tokens.color(color))
                painter.setBrush(tokens.color("surface" if color == "bad" else color))
                painter.drawRoundedRect(QRectF(x, whole.top(), width, whole.height()), _BAR / 2, _BAR / 2)
                x += width
        painter.end()


class TrialPane(QWidget):
    """``opened`` tells the local id of a call to look at."""

    opened = Signal(int)

    def __init__(self, theme: Theme, veil: Callable[[], bool]) -> None:
        super().__init__()
        self._veil = veil
        self._title = PlainLabel(tr("On recent calls"), role="caption", tone="muted")
        self._headline = PlainLabel("", role="strong")
        self._headline.setWordWrap(True)
        self._detail = PlainLabel("", role="caption", tone="muted")
        self._detail.setWordWrap(True)
        self._shares = Shares(theme)
        self.list = LineList(theme, tr("Answers it was tried on"))
        self.list.opened.connect(lambda key: self.opened.emit(int(key)))
        self.extra = column(gap=1)
        """For what must be said before it is tried."""
        head = column(margins=(3, 2, 3, 2), gap=1)
        line = row(gap=2)
        line.addWidget(self._title, 1)
        self.line = line
        for each in (self._headline, self._shares, self._detail):
            head.addWidget(each)
        head.insertLayout(0, line)
        head.addLayout(self.extra)
        layout = column(self)
        layout.addLayout(head)
        layout.addWidget(hairline())
        layout.addWidget(self.list, 1)

    def show_schema(self, test: "SchemaTest") -> None:
        """What the schema would reject."""
        headline, detail = schema_test_words(test)
        many = len(test.trial.rejected)
        tone: Tone = "text" if test.trial.problems or test.step != "done" else "bad" if many else "good"
        if not test.trial.tried:
            tone = "text"
        if test.step == "running" and not test.samples:
            headline, detail = tr("Trying\u2026"), ""
        self._say(headline, detail, tone, (test.trial.tried - many, many, 0))
        self.list.show_lines(self._veiled([_rejected(each, test.samples) for each in test.trial.rejected]))

    def show_rule(self, test: "RuleTest", minimum: float | None) -> None:
        """What the rule says, those judged otherwise first, then the worst."""
        headline, detail = rule_test_words(test, minimum)
        values = [score.value for score in test.scores]
        below = sum(value is not None and minimum is not None and value < minimum for value in values)
        none = sum(value is None for value in values)
        good = minimum is not None and values and not none and test.step == "done"
        tone: Tone = "bad" if below else "good" if good else "text"
        if test.step == "running" and not test.samples:
            headline = tr("Trying\u2026")
        counted = (len(values) - below - none, below, none) if minimum is not None else (0, 0, 0)
        self._say(headline, detail, tone, counted)
        self.list.show_lines(self._veiled(_rated(test, minimum)))

    def _veiled(self, lines: list[Line]) -> list[Line]:
        """What is recorded, and what was found in it, under the veil where it lies."""
        if not self._veil():
            return lines
        return [
            replace(line, title=veiled_preview(line.title), detail=veiled_preview(line.detail))
            for line in lines
        ]

    def clear(self) -> None:
        """Nothing was tried."""
        self._say("", "", "text", (0, 0, 0))
        self.list.show_lines(())

    def step(self, direction: Literal[1, -1]) -> None:
        """The next answer that way."""
        self.list.step(direction)

    def _say(self, headline: str, detail: str, tone: Tone, parts: tuple[int, int, int]) -> None:
        self._headline.setText(headline)
        self._headline.set_tone(tone)
        self._headline.setVisible(bool(headline))
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._shares.show_parts(*parts)
        self._shares.setVisible(any(parts))
        self.setAccessibleName(". ".join(filter(None, (headline, detail))))


def _rejected(each: "Rejected", samples: "tuple[Sample, ...]") -> Line:
    sample = samples[each.index]
    why = tr("is no JSON: {fault}", fault=each.fault) if each.fault else tr("is no JSON")
    if each.why:
        first = each.why[0]
        path = "".join(f"/{step}" for step in first.path)
        why = f"{path}  {first.message}" if path else first.message
    return Line(
        str(sample.seq),
        _preview(sample),
        why,
        _version(sample),
        icon="bad",
        icon_tone="bad",
        exact=True,
    )


def _rated(test: "RuleTest", minimum: float | None) -> list[Line]:
    changed = set(test.changed)
    order = sorted(
        range(len(test.scores)),
        key=lambda index: (index not in changed, _worst(test.scores[index]), index),
    )
    return [_line(test, index, minimum, index in changed) for index in order]


def _worst(score: "Score") -> float:
    return -1.0 if score.value is None else score.value


def _line(test: "RuleTest", index: int, minimum: float | None, changed: bool) -> Line:
    sample, score = test.samples[index], test.scores[index]
    good = score.value is not None and (minimum is None or score.value >= minimum)
    icon = "unsure" if score.value is None else "" if minimum is None else "good" if good else "bad"
    figure = score_text(score.value)
    if changed:
        figure = tr("{before} \u2192 {after}", before=score_text(test.before[index].value), after=figure)
    tone: Literal["warn", "good", "bad"] = "warn" if score.value is None else "good" if good else "bad"
    return Line(
        str(sample.seq), _preview(sample), finding_words(score, sample.answer), figure, "text" if changed else "muted",
        icon=icon, icon_tone=tone, exact=True,
    )  # fmt: skip


def _preview(sample: "Sample") -> str:
    """The beginning on one line, its blanks drawn together."""
    return " ".join(sample.answer[:_LOOKED_AT].split())[:_PREVIEW] or tr("(empty)")


def _version(sample: "Sample") -> str:
    return tr("schema {version}", version=sample.schema_version) if sample.schema_version is not None else ""
