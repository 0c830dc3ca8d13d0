"""The ship gates of an operation: least scores, changed together; under them the rules that could become gates."""

from typing import TYPE_CHECKING, Final, Literal

import orjson
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from atlas_desktop.domain.gate_changes import GateChange, gate_changes
from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.gate_row import GateActs, GateRow
from atlas_desktop.ui.pages.operations.words import changes_words, evaluator_words
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

_USUAL: Final = 0.85

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.app.trials import Standing
    from atlas_desktop.contract.evaluators import Evaluator
    from atlas_desktop.contract.operations import ShipGate
    from atlas_desktop.ui.pages.operations.desk import Desk


def first_minimum(evaluator: "Evaluator | None") -> float:
    """The least score a new gate begins with: 1 where scores are steps, else what is usual for the kind."""
    if evaluator is None or evaluator.kind in ("regex", "json_schema"):
        return 1.0
    threshold = evaluator.config.get("threshold")
    return float(threshold) if isinstance(threshold, int | float) else _USUAL


def read_gates(kept: str) -> dict[str, float]:
    """Gates as they were typed and kept."""
    found = orjson.loads(kept)
    return {str(name): float(value) for name, value in found.items()}


class GatesPane(QWidget):
    """What is typed stays until it is saved or taken back."""

    def __init__(self, theme: Theme, desk: "Desk") -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._state: BookState | None = None
        self._key: str | None = None
        self._saved: list[ShipGate] = []
        self._wanted: dict[str, float] = {}
        self._wrong: set[str] = set()
        self._at: str | None = None
        self._standings: dict[str, Standing] = {}
        self.rows: dict[str, GateRow] = {}
        self._none = PlainLabel("", tone="muted")
        self._none.setWordWrap(True)
        self._body = column()
        self._said = PlainLabel("", role="strong")
        self._save = button(tr("Save gates"), self.save, "primary")
        self._foot = surface("strip")
        self.rules = LineList(theme, tr("Evaluators that are no gates here"))
        self.rules.opened.connect(desk.edit_evaluator)
        self._add = button(tr("Add as a gate"), self.add, "quiet")
        self._edit = button(tr("Edit evaluator"), lambda: desk.edit_evaluator(self.rules.key), "quiet")
        self._keys = FormKeys(self, keep=self.save, attempt=lambda: None)
        self.rules.chosen.connect(lambda _: self._show_buttons())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Ship gates"))
        self._lay_out()

    def _lay_out(self) -> None:
        inside = surface("surface")
        body = column(inside)
        body.addLayout(self._body)
        self._none.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        body.addWidget(self._none)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("Ship gates"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = row(self._foot, margins=(3, 2, 3, 2), gap=2)
        foot.addWidget(self._said, 1)
        foot.addWidget(button(tr("Take back"), self.discard))
        foot.addWidget(self._save)
        head = row(margins=(3, 1, 3, 1), gap=2)
        head.addWidget(PlainLabel(tr("Other evaluators"), role="caption", tone="muted"), 1)
        new = button(tr("New evaluator\u2026"), lambda: self._desk.edit_evaluator(None), "quiet")
        for each in (self._add, self._edit, new):
            head.addWidget(each)
        layout = column(self)
        self._area, self._inside = area, inside
        inside.installEventFilter(self)
        layout.addWidget(area)
        layout.addWidget(self._foot)
        layout.addWidget(hairline())
        layout.addLayout(head)
        layout.addWidget(hairline())
        layout.addWidget(self.rules, 1)

    # what the page asks for

    def show_standings(self, standings: "dict[str, Standing]") -> None:
        """What the rules say of recent answers."""
        self._standings = standings
        for name, made in self.rows.items():
            made.show_standing(standings.get(name))

    @property
    def changes(self) -> tuple[GateChange, ...]:
        """What saving would do."""
        return gate_changes(self._saved, self._wanted)

    @property
    def changed(self) -> bool:
        """Whether something is typed that is not saved."""
        return bool(self.changes or self._wrong)

    def show_state(self, state: "BookState") -> None:
        """Another operation, or another state of it."""
        self._state = state
        gates = list(state.operation.ship_gates) if state.operation is not None else []
        if state.key != self._key or (gates != self._saved and not self.changed):
            self._key = state.key
            self._begin(gates)
            if (draft := self._desk.draft(f"gates/{state.key}")) is not None:
                self._wanted = read_gates(draft)
        elif gates != self._saved:
            self._saved = gates
        self._show()

    def saved(self) -> None:
        """They were kept: what is shown is what there is."""
        operation = self._state.operation if self._state is not None else None
        self._begin(list(operation.ship_gates) if operation is not None else [])
        self._show()

    def take_focus(self) -> None:
        """The first gate, else the other rules."""
        first = next(iter(self.rows.values()), None)
        if first is None:
            self.rules.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._choose(self._at or first.name)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next gate; from the last on to the other rules, and back."""
        names = list(self.rows)
        if self.rules.hasFocus():
            if not self.rules.step(direction) and direction < 0 and names:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
                self._choose(names[-1])
            return
        at = names.index(self._at) + direction if self._at in names else 0
        if at >= len(names) and self.rules.lines:
            self._choose(None)
            self.rules.setFocus(Qt.FocusReason.OtherFocusReason)
        elif names:
            self._choose(names[min(max(at, 0), len(names) - 1)])

    def open_current(self) -> None:
        """The rule of the gate at hand."""
        if self.rules.hasFocus():
            self.rules.open_current()
        elif self._at is not None:
            self._desk.edit_evaluator(self._at)

    def edit_minimum(self) -> None:
        """The cursor into the least score of the gate at hand."""
        if self._at in self.rows:
            field = self.rows[self._at].minimum
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            field.selectAll()

    def add(self) -> None:
        """The rule at hand as a gate; its least score is asked for."""
        name = self.rules.key
        if name is None or self._state is None or not self._state.defined:
            return
        self._wanted[name] = first_minimum(self._state.evaluator(name))
        self._show()
        self._choose(name)
        self.edit_minimum()

    def offer(self, name: str) -> None:
        """This rule at hand, to become a gate."""
        self._show()
        self.rules.show_lines(self.rules.lines, name)
        self.rules.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_buttons()

    def remove(self) -> None:
        """The gate at hand."""
        if self._at is not None:
            self._remove(self._at)

    def save(self) -> None:
        """Keep them all."""
        if self.changes and not self._wrong:
            self._desk.save_gates(dict(self._wanted), self.changes)

    def discard(self) -> None:
        """Back to what is kept."""
        self._begin(self._saved)
        self._show()

    # inside

    def _begin(self, gates: "list[ShipGate]") -> None:
        self._saved = gates
        self._wanted = {gate.evaluator_id: gate.min_score for gate in gates}
        self._wrong.clear()
        for made in self.rows.values():
            made.minimum.clear()

    def _show(self) -> None:
        state = self._state
        if state is None:
            return
        changes = {change.evaluator_id: change for change in self.changes}
        names = [gate.evaluator_id for gate in self._saved]
        names += [name for name in self._wanted if name not in names]
        self._make_rows(names)
        for name, made in self.rows.items():
            made.show_gate(state.evaluator(name), self._wanted.get(name), changes.get(name))
            made.show_standing(self._standings.get(name))
        kept = orjson.dumps(self._wanted).decode() if self.changes else None
        self._desk.keep_draft(f"gates/{self._key}", kept)
        self._desk.stand([each for each in map(state.evaluator, names) if each is not None])
        self._none.setText(
            tr(
                "No gate yet: datasets of this operation are promoted unchecked, calls through the gateway stay unscored "
                "and are never refunded. A gate binds an evaluator to a least score: add one of those below, or make a new one."
            )
        )
        self._none.setVisible(not names)
        self._foot.setVisible(self.changed)
        self._said.setText(changes_words(self.changes))
        self._save.setEnabled(bool(self.changes) and not self._wrong)
        if self._at is not None and self._at not in self.rows:
            self._choose(next(iter(self.rows), None))
        self.rules.show_lines([
            Line(each.id, each.name, evaluator_words(each), each.id if each.id != each.name else "")
            for each in state.evaluators if each.id not in names
        ])  # fmt: skip
        self._show_buttons()
        self._fit()

    def _fit(self) -> None:
        """The gates take what they need, the other rules what is left; many gates scroll."""
        height = self._inside.sizeHint().height()
        self._area.setFixedHeight(min(height, max(self.height() * 2 // 3, 120)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is inside takes another room now."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much room as there is now."""
        super().resizeEvent(event)
        self._fit()

    def _show_buttons(self) -> None:
        ready = self.rules.key is not None and self._state is not None and self._state.defined
        self._add.setEnabled(ready)
        self._edit.setEnabled(self.rules.key is not None)
        for each in (self._add, self._edit):
            each.setVisible(bool(self.rules.lines))

    def _make_rows(self, names: list[str]) -> None:
        if list(self.rows) == names:
            return
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus) and focus is not self.rules:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        while (item := self._body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for name in names:
            made = self.rows[name] = self._row(name)
            for each in (made, hairline()):
                self._body.addWidget(each)
                # Else Qt does so with the next events, and until then it takes no room.
                each.show()
        self._choose(self._at if self._at in names else None)

    def _row(self, name: str) -> GateRow:
        acts = GateActs(
            lambda: self._desk.edit_evaluator(name), lambda: self._remove(name), lambda: self._put_back(name)
        )
        made = GateRow(self._theme, name, acts)
        made.minimum_changed.connect(lambda value: self._typed(name, value))
        made.chosen.connect(lambda: self._choose(name))
        self._keys.watch(made.minimum)
        made.minimum.entered.connect(self.take_focus)
        return made

    def _typed(self, name: str, value: float | None) -> None:
        if value is None:
            self._wrong.add(name)
        else:
            self._wrong.discard(name)
            self._wanted[name] = value
        self._show()

    def _remove(self, name: str) -> None:
        self._wanted.pop(name, None)
        self._wrong.discard(name)
        self._show()

    def _put_back(self, name: str) -> None:
        self._wanted[name] = next(gate.min_score for gate in self._saved if gate.evaluator_id == name)
        self._show()

    def _choose(self, name: str | None) -> None:
        self._at = name
        self._show_chosen()

    def _show_chosen(self) -> None:
        ringed = self.hasFocus()
        for each in self.rows.values():
            each.show_chosen(each.name == self._at, ringed=ringed)
        at = self.rows.get(self._at) if self._at is not None else None
        self.setAccessibleName(at.said if at is not None else tr("Ship gates"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A gate is at hand wherever the keyboard is here."""
        super().focusInEvent(event)
        if self._at is None and self.rows:
            self._at = next(iter(self.rows))
        self._show_chosen()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self._show_chosen()
