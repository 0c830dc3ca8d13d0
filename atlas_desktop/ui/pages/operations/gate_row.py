"""One gate: the evaluator, the least score, and what would become of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.pages.operations.words import evaluator_words, gate_words, least_text, score_text
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.trials import Standing
    from atlas_desktop.contract.evaluators import Evaluator
    from atlas_desktop.domain.gate_changes import GateChange

_WIDTH: Final = 64
_PLAIN: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


@dataclass(frozen=True, slots=True)
class GateActs:
    """What can be done with a gate."""

    edit: Callable[[], object]
    remove: Callable[[], object]
    put_back: Callable[[], object]


class _Score(QLineEdit):
    """``entered``: Enter was pressed, which goes no further: on the screen it opens the evaluator."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything types but Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in _PLAIN:
            self.entered.emit()
            return
        super().keyPressEvent(event)


class GateRow(QWidget):
    """``minimum_changed`` tells the least score as it is typed; None while it is no number of 0 to 1."""

    minimum_changed = Signal(object)
    chosen = Signal()

    def __init__(self, theme: Theme, name: str, acts: GateActs) -> None:
        super().__init__()
        self.name = name
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = ElidedLabel("", role="strong")
        self._about = ElidedLabel("", role="caption", tone="muted")
        self._change = PlainLabel("", role="caption")
        self._standing = ElidedLabel("", role="caption", tone="muted")
        self._standing.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._icon = IconMark(theme)
        self.minimum = _Score()
        self.minimum.setFixedWidth(_WIDTH)
        self.minimum.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.minimum.textEdited.connect(lambda text: self.minimum_changed.emit(number_in(text)))
        self._edit = button(tr("Edit evaluator"), acts.edit, "quiet")
        self._remove = button(tr("Remove"), acts.remove, "quiet")
        self._back = button(tr("Put back"), acts.put_back, "quiet")
        self._least = PlainLabel(tr("at least"), tone="muted")
        below = row(gap=2)
        below.addWidget(self._about, 1)
        for said in (self._standing, self._icon, self._change):
            below.addWidget(said)
        words = column(gap=0)
        words.addWidget(self._title)
        words.addLayout(below)
        line = row(self, margins=(3, 2, 3, 2), gap=3)
        line.addLayout(words, 1)
        for each in (self._least, self.minimum, self._edit, self._remove, self._back):
            line.addWidget(each)

    def show_gate(
        self, evaluator: "Evaluator | None", minimum: float | None, change: "GateChange | None"
    ) -> None:
        """The rule, the least score (None: it is to be removed), and what is done to it."""
        title = evaluator.name if evaluator is not None else self.name
        self._title.setText(title)
        known = evaluator_words(evaluator) if evaluator is not None else tr("not fetched yet")
        shown_id = "" if title == self.name else f"{one_line(self.name)}  ·  "
        self._about.setText(f"{shown_id}{known}")
        gone = minimum is None
        typing = self.minimum.hasFocus() and self.minimum.text()
        if minimum is not None and not typing and number_in(self.minimum.text()) != minimum:
            # Not under the hands of who types: "1.5" is no score yet, and may become one.
            self.minimum.setText(least_text(minimum))
        for each in (self._least, self.minimum, self._edit, self._remove):
            each.setVisible(not gone)
        self._back.setVisible(gone)
        self._show_change(change)
        self.minimum.setAccessibleName(tr("Least score of {name}", name=title))
        self._edit.setAccessibleName(tr("Edit evaluator {name}", name=title))
        self._remove.setAccessibleName(tr("Remove the gate of {name}", name=title))
        self._back.setAccessibleName(tr("Put the gate of {name} back", name=title))
        self.setAccessibleName(title)

    def show_standing(self, standing: "Standing | None") -> None:
        """What the rule, as it is kept, says of recent answers: how far the least score is from what is seen."""
        words = ""
        if standing is not None:
            mean, many = score_text(standing.mean), standing.scored
            words = trn(
                "{mean} on {count:,} recent call", "{mean} on {count:,} recent calls", many, mean=mean
            )
        least = number_in(self.minimum.text())
        reached = standing is None or least is None or standing.mean >= least
        self._standing.setText(words if reached else tr("below: {standing}", standing=words))
        self._standing.set_tone("muted" if reached else "bad")

    def show_chosen(self, chosen: bool, *, ringed: bool = False) -> None:
        """Whether it is the one at hand, and whether the keyboard is there."""
        kind = "ringed" if chosen and ringed else "chosen" if chosen else "surface"
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)

    @property
    def said(self) -> str:
        """The gate in words."""
        least = self.minimum.text() if not self.minimum.isHidden() else ""
        parts = (
            self._title.text(),
            tr("at least {score}", score=least) if least else "",
            self._change.text(),
        )
        return ", ".join(filter(None, (*parts, self._standing.text())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes it in hand."""
        self.chosen.emit()
        super().mousePressEvent(event)

    def _show_change(self, change: "GateChange | None") -> None:
        wrong = number_in(self.minimum.text()) is None and not self.minimum.isHidden()
        if wrong:
            self._icon.show_icon("attention", "bad")
            self._change.setText(tr("0 to 1, such as 0.85"))
            self._change.set_tone("bad")
        elif change is None:
            self._icon.show_icon("", "text")
            self._change.setText("")
        else:
            self._icon.show_icon(
                "attention" if change.loosens else "good", "warn" if change.loosens else "good"
            )
            self._change.setText(gate_words(change))
            self._change.set_tone("warn" if change.loosens else "good")


def number_in(text: str) -> float | None:
    """A score of 0 to 1 as somebody types it, with a point or a comma; None when it is none."""
    plain = text.strip().replace(",", ".").replace("\u066b", ".")
    if not plain or not plain.isascii() or plain.count(".") > 1 or not plain.replace(".", "").isdigit():
        return None
    value = float(plain)
    return value if value <= 1 else None
