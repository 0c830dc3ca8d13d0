"""The release at hand: which model, where it is, how its live scores stand on the gates, and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.app.release_state import is_live
from atlas_desktop.ui.pages.operations.releases.begin_form import whole_number
from atlas_desktop.ui.pages.operations.releases.gate_line import GateLine
from atlas_desktop.ui.pages.operations.releases.stage_row import StageRow
from atlas_desktop.ui.pages.operations.releases.words import (
    advance_verb,
    candidate_words,
    facts_words,
    guard_words,
    meaning_words,
    now,
    traffic_words,
    why_words,
)
from atlas_desktop.ui.pages.trends.bar import SmallField
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.release_state import ReleasesState
    from atlas_desktop.contract.releases import Release, ReleaseStanding
    from atlas_desktop.ui.theme import Theme

_BLOCKED: Final = ("nothing", "no_ship_gates")


@dataclass(frozen=True, slots=True)
class ReleaseDoes:
    """What the buttons do. ``widen`` is called with a percent, ``roll_back`` with the release."""

    begin: Callable[[], object]
    advance: Callable[[], object]
    widen: Callable[[int], object]
    roll_back: Callable[["Release"], object]


class ReleaseView(QWidget):
    """Nothing is hidden behind a disabled button: why it does nothing stands beside it."""

    def __init__(self, theme: "Theme", does: ReleaseDoes) -> None:
        super().__init__()
        self._theme = theme
        self._does = does
        self._state: ReleasesState | None = None
        self._title = ElidedLabel("", role="title")
        self._facts = ElidedLabel("", role="caption", tone="muted")
        self._meaning = PlainLabel("", tone="muted")
        self._meaning.setWordWrap(True)
        self._stages = StageRow(theme)
        self._why = PlainLabel("", role="caption", tone="warn")
        self._why.setWordWrap(True)
        self.begin = button(tr("Start a release…"), does.begin)
        self.advance = button(tr("Advance"), does.advance, "primary")
        self.back = button(tr("Roll back…"), self._roll_back)
        self.percent = SmallField(tr("Share of the canary, in percent"), 56, self._widen)
        self._widen_words = (PlainLabel(tr("Widen to"), tone="muted"), PlainLabel("%", tone="muted"))
        self._in_force = PlainLabel("", role="caption", tone="muted")
        self._back_in_force = button(tr("Roll back…"), self._roll_in_force_back, "quiet")
        self._gates = column()
        self.gates: dict[str, GateLine] = {}
        self.rate = GateLine(theme)
        self._traffic = PlainLabel("", role="caption", tone="muted")
        self._traffic.setWordWrap(True)
        self._standing = QWidget()
        self._standing.hide()
        self.slot = column()
        """Where a form stands while it is filled in: under what the release is, over how it stands."""
        self._lay_out()

    def _lay_out(self) -> None:
        words = column(gap=0)
        words.addWidget(self._title)
        words.addWidget(self._facts)
        buttons = row(gap=2)
        buttons.addWidget(self._widen_words[0])
        buttons.addWidget(self.percent)
        buttons.addWidget(self._widen_words[1])
        buttons.addSpacing(8)
        for each in (self.begin, self.back, self.advance):
            buttons.addWidget(each)
        first = row(gap=3)
        first.addLayout(words, 1)
        holder = QWidget()
        holder.setLayout(buttons)
        first.addWidget(holder, 0, Qt.AlignmentFlag.AlignTop)
        self._head = QWidget()
        head = column(self._head, margins=(3, 3, 3, 3), gap=2)
        head.addLayout(first)
        head.addWidget(self._stages)
        head.addWidget(self._meaning)
        head.addWidget(self._why)
        force = row(gap=1)
        force.addWidget(self._in_force)
        force.addWidget(self._back_in_force)
        force.addStretch(1)
        head.addLayout(force)
        standing = column(self._standing)
        standing.addWidget(hairline())
        standing.addWidget(self.rate)
        standing.addWidget(hairline())
        standing.addLayout(self._gates)
        self._traffic.setContentsMargins(12, 6, 12, 6)
        standing.addWidget(self._traffic)
        body = column(self)
        body.addWidget(self._head)
        body.addLayout(self.slot)
        body.addWidget(self._standing)

    def show_state(self, state: "ReleasesState") -> None:
        """How it stands now."""
        self._state = state
        release = state.at_hand
        self._head.setVisible(release is not None)
        if release is None:
            self._standing.hide()
            return
        self._title.setText(candidate_words(release))
        self._facts.setText(facts_words(release, now()))
        self._meaning.setText(meaning_words(release))
        self._stages.show_release(release)
        self._show_buttons(state, release)
        standing = release.standing if is_live(release) else None
        self._standing.setVisible(standing is not None)
        if standing is not None:
            self._show_standing(state, standing)
        self.setAccessibleName(f"{self._title.text()}, {self._facts.text()}. {self._why.text()}")

    def _show_buttons(self, state: "ReleasesState", release: "Release") -> None:
        why = why_words(state)
        if state.problem is not None:
            why = tr("As last read: {why}", why=state.problem.title)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        quiet = state.hindrance in ("waiting", "acting", "no_ship_gates") and state.problem is None
        self._why.set_tone("muted" if quiet else "warn")
        self.advance.setVisible(release.open)
        verb = advance_verb(release)
        self.advance.setText(verb.replace("&", "&&"))
        self.advance.setAccessibleName(verb)
        self.advance.setAccessibleDescription(why)
        self.advance.setToolTip(why)
        self.advance.setEnabled(state.hindrance in _BLOCKED)
        self.back.setVisible(is_live(release))
        self.back.setEnabled(state.can_roll_back)
        self.begin.setVisible(not release.open)
        canary = release.open and release.stage == "canary" and release.percent < 100
        for each in (*self._widen_words, self.percent):
            each.setVisible(canary)
        self.percent.setEnabled(state.online and not state.acting)
        if canary:
            self.percent.show_text(str(release.percent))
        force = state.in_force if release.open else None
        self._in_force.setText(
            tr("In production until then: {model}", model=candidate_words(force)) if force is not None else ""
        )
        self._in_force.setVisible(force is not None)
        self._back_in_force.setVisible(force is not None)
        self._back_in_force.setEnabled(state.online and not state.acting)
        model = candidate_words(force) if force is not None else ""
        self._back_in_force.setAccessibleName(tr("Roll {model} back", model=model))

    def _show_standing(self, state: "ReleasesState", standing: "ReleaseStanding") -> None:
        self.rate.show_rate(standing.rate)
        names = [gate.evaluator_id for gate in standing.gates]
        if list(self.gates) != names:
            self._make_gates(names)
        for gate in standing.gates:
            self.gates[gate.evaluator_id].show_gate(gate, state.failed(gate.evaluator_id))
        self._traffic.setText("\n".join((*map(traffic_words, standing.traffic), guard_words(standing.rate))))

    def _make_gates(self, names: list[str]) -> None:
        while (item := self._gates.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.gates = {}
        for name in names:
            self.gates[name] = GateLine(self._theme)
            for each in (self.gates[name], hairline()):
                self._gates.addWidget(each)
                each.show()

    def _roll_back(self) -> None:
        if self._state is not None and self._state.at_hand is not None:
            self._does.roll_back(self._state.at_hand)

    def _roll_in_force_back(self) -> None:
        if self._state is not None and self._state.in_force is not None:
            self._does.roll_back(self._state.in_force)

    def _widen(self) -> None:
        if not self.percent.isModified() or self._state is None or self._state.at_hand is None:
            return
        self.percent.setModified(False)
        percent = whole_number(self.percent.text(), 100)
        if percent is None or percent <= self._state.at_hand.percent:
            self._why.setText(
                tr(
                    "A canary is only widened: a share above {percent} %, up to 100 %.",
                    percent=self._state.at_hand.percent,
                )
            )
            self._why.show()
            return
        self._does.widen(percent)
