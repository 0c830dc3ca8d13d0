"""Which is right? Other answers to the same prompt, side by side; one key rates them all."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from atlas_desktop.app.look_alikes import Alike, Shown
from atlas_desktop.app.review_state import NeedsConfirm, Outcome
from atlas_desktop.ui.keys import names
from atlas_desktop.ui.rendering import Reading
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.answer_card import AnswerCard
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace

_LEAST: Final = 140
KEEPS: Final = "Left Right Enter Home End"


class AlikePane(QWidget):
    """Arrows choose an answer, Enter says it is right. ``asked``: confirm first (words, verb, what then)."""

    asked = Signal(str, str, object)
    closed = Signal()

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__()
        self._theme = theme
        self._context = context
        self._workspace: Workspace | None = None
        self._cards: list[AnswerCard] = []
        self._reading = Reading()
        self._at = 0
        self.setMinimumHeight(_LEAST)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Other answers to the same prompt"))
        self.setProperty("keeps", KEEPS)
        self._title = PlainLabel("", role="strong")
        self._caps = KeyCaps(theme)
        self._teach()
        head = surface("strip")
        line = row(head, margins=(3, 1, 1, 1), gap=3)
        line.addWidget(self._title)
        line.addStretch(1)
        line.addWidget(self._caps)
        line.addWidget(button(tr("Close"), self._close, "quiet"))
        self._row = row(gap=0)
        self._said = PlainLabel("", tone="muted")
        self._said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said.setWordWrap(True)
        self._area = _area(self._row)
        layout = column(self)
        layout.addWidget(hairline())
        layout.addWidget(head)
        layout.addWidget(self._said, 1)
        layout.addWidget(self._area, 1)
        self.hide()

    @property
    def chosen(self) -> int:
        """The answer the arrows are at."""
        return self._at

    def set_workspace(self, workspace: "Workspace | None") -> list[Callable[[], None]]:
        """Look into this workspace from now on; returns what ends it."""
        self._workspace = workspace
        if workspace is None:
            self.hide()
            return []
        alike = workspace.alike
        alike.show(not self.isHidden())
        self._show(alike.value)
        return [alike.changed.connect(self._show)]

    def _teach(self) -> None:
        close = self._context.session.keyboard.hints(("view.alike", tr("close")))
        self._caps.set_hints([("←→", tr("choose")), ("Enter", tr("this is right")), *close])
        self._caps.hug()

    def toggle(self) -> bool:
        """Open with the keyboard here, or close. Whether it is open now."""
        if not self.isHidden():
            self._hide()
            return False
        if self._workspace is None:
            return False
        self._teach()
        self.show()
        self._workspace.alike.show(True)
        self._show(self._workspace.alike.value)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def close_if_open(self) -> bool:
        """Close, if the keyboard is here. False when it was not."""
        if self.isHidden() or not self.hasFocus():
            return False
        self._close()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter decides."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ahead = "Left" if mirrored else "Right"
        for name in names(event):
            if name in ("Left", "Right"):
                self._choose(self._at + (1 if name == ahead else -1))
            elif name in ("Home", "End"):
                self._choose(0 if name == "Home" else len(self._cards) - 1)
            elif name == "Enter":
                self._is_right(self._at)
            else:
                continue
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The chosen answer gets its ring."""
        super().focusInEvent(event)
        self._mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self._mark()

    def _show(self, alike: Alike) -> None:
        if self.isHidden():
            return
        self._title.setText(_title(alike))
        said = _sentence(alike)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._area.setVisible(not said)
        self._fill(() if said else alike.answers)
        self._at = min(self._at, max(len(self._cards) - 1, 0))
        self._mark()

    def set_reading(self, reading: Reading) -> None:
        """Read the answers so from now on."""
        self._reading = reading
        for card in self._cards:
            card.view.set_reading(reading)

    def set_peeking(self, peeking: bool) -> None:
        """Show what is veiled, or veil it again."""
        for card in self._cards:
            card.view.set_peeking(peeking)

    def _fill(self, answers: tuple[Shown, ...]) -> None:
        while len(self._cards) > len(answers):
            gone = self._cards.pop()
            self._row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._cards) < len(answers):
            number = len(self._cards)
            card = AnswerCard(self._theme, partial(self._is_right, number))
            card.view.set_reading(self._reading)
            self._cards.append(card)
            self._row.addWidget(card, 1)
        for number, (card, shown) in enumerate(zip(self._cards, answers, strict=True)):
            card.show_answer(shown, number)

    def _choose(self, number: int) -> None:
        if not self._cards:
            return
        self._at = min(max(number, 0), len(self._cards) - 1)
        card = self._cards[self._at]
        self._area.ensureWidgetVisible(card, 0, 0)
        self._context.say(card.accessibleName())
        self._mark()

    def _mark(self) -> None:
        for number, card in enumerate(self._cards):
            card.set_chosen(number == self._at, ringed=self.hasFocus())

    def _is_right(self, number: int) -> None:
        if self._workspace is not None and number < len(self._cards) > 1:
            self._context.spawn("which is right", self._judge(self._workspace, number))

    async def _judge(self, workspace: "Workspace", number: int, confirmed: int | None = None) -> None:
        outcome: Outcome = await workspace.alike.is_right(number, confirmed=confirmed)
        if isinstance(outcome, NeedsConfirm):
            count = outcome.count
            self.asked.emit(
                tr("Rate {count:,} calls: those with this answer good, the others bad?", count=count),
                tr("Rate {count:,}", count=count),
                lambda: self._context.spawn("which is right", self._judge(workspace, number, count)),
            )
        else:
            self._context.decided(outcome)

    def _hide(self) -> None:
        self.hide()
        if self._workspace is not None:
            self._workspace.alike.show(False)

    def _close(self) -> None:
        self._hide()
        self.closed.emit()


def _title(alike: Alike) -> str:
    if alike.loading or len(alike.answers) < 2:
        return tr("Same prompt")
    return trn(
        "Same prompt, {answers:,} different answers in {count:,} call",
        "Same prompt, {answers:,} different answers in {count:,} calls",
        alike.calls,
        answers=len(alike.answers) + alike.more,
    )


def _sentence(alike: Alike) -> str:
    """What is said instead of answers."""
    if alike.problem is not None:
        return alike.problem.sentence
    if alike.seq is None:
        return tr("No call is at hand.")
    if alike.loading:
        return tr("Looking for other answers…")
    if len(alike.answers) > 1:
        return ""
    if alike.calls > 1:
        return tr("All {count:,} calls with this prompt were answered alike.", count=alike.calls)
    return tr("No other call has this prompt.")


def _area(line: "QWidget | object") -> QScrollArea:
    inside = surface("surface")
    inside.setLayout(line)  # type: ignore[arg-type]
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(tr("Answers"))
    area.setWidget(inside)
    return area
