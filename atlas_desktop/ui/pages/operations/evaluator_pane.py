"""A scoring rule at hand: the form, and beside it what the rule says of recent answers before it is kept."""

from typing import TYPE_CHECKING, Final, Literal

import orjson
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

from atlas_desktop.app.trials import MOST_ASKED, Draft
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.ui.pages.operations.evaluator_form import EvaluatorForm
from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.trial_pane import TrialPane
from atlas_desktop.ui.pages.operations.words import KINDS
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.app.trials import RuleTest
    from atlas_desktop.contract.evaluators import Evaluator
    from atlas_desktop.ui.pages.operations.desk import Desk

_SIZES: Final = [480, 520]


class EvaluatorPane(QWidget):
    """Opened on a rule or on none; what is typed stays until it is saved or another rule is opened."""

    def __init__(self, theme: Theme, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._state: BookState | None = None
        self._shown: Evaluator | None = None
        self._open = False
        self._test: RuleTest | None = None
        self._title = PlainLabel("", role="strong")
        self._about = PlainLabel("", role="caption", tone="muted")
        self._save = button(tr("Save"), self.save, "primary")
        self._back = button(tr("Take back"), self.discard)
        self.form = EvaluatorForm(theme)
        self.form.changed.connect(self._edited)
        self.trial = TrialPane(theme, lambda: desk.veiled)
        self.trial.opened.connect(desk.open_call)
        self._judge = PlainLabel("", role="caption", tone="muted")
        self._judge.setWordWrap(True)
        self._run = button(tr("Try"), desk.run_rule)
        self._set_up = button(tr("Set up a judge\u2026"), desk.set_up_judge, "quiet")
        self._area, self._inside = QScrollArea(), surface("surface")
        FormKeys(self, keep=self.save, attempt=desk.run_rule).watch(*self.form.texts)
        self._lay_out()

    def _lay_out(self) -> None:
        head = row(margins=(2, 1, 3, 1), gap=2)
        head.addWidget(button(tr("\u2039 Ship gates"), self._desk.leave_evaluator, "quiet"))
        head.addWidget(self._title)
        head.addWidget(self._about, 1)
        head.addWidget(self._back)
        head.addWidget(self._save)
        column(self._inside, margins=(3, 3, 3, 3)).addWidget(self.form)
        area = self._area
        area.setWidget(self._inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("Evaluator"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.trial.line.addWidget(self._run)
        self.trial.extra.addWidget(self._judge)
        self.trial.extra.addWidget(self._set_up, 0, Qt.AlignmentFlag.AlignLeft)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(area)
        self.split.addWidget(self.trial)
        self.split.setSizes(_SIZES)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        layout = column(self)
        layout.addLayout(head)
        layout.addWidget(hairline())
        layout.addWidget(self.split, 1)

    # what the page asks for

    @property
    def changed(self) -> bool:
        """Whether something is typed that is not saved."""
        if not self._open:
            return False
        shown = self._shown
        if shown is None:
            return bool(self.form.name.text() or self.form.id.text() or self.form.config)
        return self.form.name.text().strip() != shown.name or self.form.config != self.form.initial

    def open(self, evaluator: "Evaluator | None") -> None:
        """This rule, or a new one."""
        self._open, self._shown, self._test = True, evaluator, None
        if evaluator is None:
            self.form.begin("regex", "", {}, fresh=True)
        else:
            self.form.begin(evaluator.kind, evaluator.name, evaluator.config, fresh=False)
        if (draft := self._desk.draft(self._draft_name)) is not None:
            self.form.restore(orjson.loads(draft))
        self.trial.clear()
        self._edited()

    def close_rule(self) -> None:
        """None is at hand any more."""
        self._open, self._shown = False, None
        self._desk.try_rule(None)

    def show_state(self, state: "BookState") -> None:
        """Another judge, or another version of the rule."""
        self._state = state
        if self._open and self._shown is not None and not self.changed:
            now = state.evaluator(self._shown.id)
            if now is not None and now != self._shown:
                self.open(now)
                return
        self._show()

    def saved(self, evaluator: "Evaluator") -> None:
        """It was kept: this is what there is."""
        self._desk.keep_draft(self._draft_name, None)
        self.open(evaluator)

    def discard(self) -> None:
        """Back to what is kept."""
        self._desk.keep_draft(self._draft_name, None)
        self.open(self._shown)

    def show_test(self, test: "RuleTest") -> None:
        """What trying it came to."""
        self._test = test
        self.trial.show_rule(test, self._minimum())
        self._show()

    def take_focus(self) -> None:
        """The cursor to what one changes."""
        kind = self.form.kind
        first: QWidget = {
            "regex": self.form.pattern,
            "json_schema": self.form.field,
            "llm_judge": self.form.rubric,
            "embedding_match": self.form.threshold,
        }[kind]
        (first if self._shown is not None else self.form.name).setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next answer."""
        self.trial.step(direction)

    def save(self) -> None:
        """Keep it."""
        config = self.form.config
        if not self._save.isEnabled() or config is None:
            return
        name = self.form.name.text().strip()
        if self._shown is not None:
            self._desk.save_evaluator(self._shown, name, config)
            return
        wanted = self.form.id.text().strip()
        self._desk.make_evaluator(
            EvaluatorCreate.model_construct(
                id=wanted or None, name=name or None, kind=self.form.kind, config=config
            )
        )

    # inside

    @property
    def _draft_name(self) -> str:
        return f"rule/{self._shown.id if self._shown is not None else 'new'}"

    def _edited(self) -> None:
        if self._open:
            text = orjson.dumps(self.form.snapshot()).decode() if self.changed else None
            self._desk.keep_draft(self._draft_name, text)
        config = self.form.config
        before = self._shown.config if self._shown is not None else None
        self._desk.try_rule(Draft(self.form.kind, config, before) if config is not None else None)
        self._show()
        # It scrolls up and down only: the kinds are wider in some languages, and would be cut.
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(self._inside.minimumSizeHint().width() + bar)

    def _minimum(self) -> float | None:
        """What counts as enough: the gate's least score; without a gate 1 where scores are steps, else nothing."""
        operation = self._state.operation if self._state is not None else None
        gates = operation.ship_gates if operation is not None else []
        name = self._shown.id if self._shown is not None else None
        steps = self.form.kind in ("regex", "json_schema")
        found = (gate.min_score for gate in gates if gate.evaluator_id == name)
        return next(found, 1.0 if steps else self.form.threshold_value)

    def _show(self) -> None:
        shown, config = self._shown, self.form.config
        self._title.setText(shown.name if shown is not None else tr("New evaluator"))
        self._about.setText(
            f"{shown.id}  ·  {tr(KINDS[shown.kind])}  ·  {tr('version {version}', version=shown.version)}"
            if shown is not None
            else ""
        )
        other = shown is not None and config != self.form.initial
        if shown is None:
            self._save.setText(tr("Make evaluator"))
        else:
            self._save.setText(
                tr("Save as version {version}", version=shown.version + 1) if other else tr("Save")
            )
        self._save.setAccessibleName(self._save.text())
        self._back.setVisible(self.changed)
        broken = self._test is not None and bool(self._test.fault)
        self._save.setEnabled(self.changed and config is not None and not broken)
        self._show_place(asks=Draft(self.form.kind, {}).here is False)

    def _show_place(self, *, asks: bool) -> None:
        """Who tries a rule of this kind, and whether that can be done now."""
        state, fault = self._state, self.form.fault_words()
        most = MOST_ASKED.get(self.form.kind, 0)
        self._run.setVisible(asks)
        self._run.setText(tr("Try on {count} calls", count=most))
        self._run.setAccessibleName(self._run.text())
        self._run.setEnabled(not fault and state is not None and state.online)
        judges = self.form.kind == "llm_judge" and state is not None and state.online and state.judge_known
        self._set_up.setVisible(
            judges and state is not None and state.judge is None and self._desk.judge_is_ours
        )
        words = fault
        if not fault and asks and (state is None or not state.online):
            words = tr("Only the server can try this kind, and it is not reached now.")
        elif not fault and judges and state is not None:
            words = _judge_words(state, self.form.model.text().strip())
        elif not fault and self.form.kind == "embedding_match":
            words = tr("Tried on calls that were corrected: there is something to compare with.")
        self._judge.setText(words)
        self._judge.setVisible(bool(words))


def _judge_words(state: "BookState", model: str) -> str:
    judge = state.judge
    if judge is None:
        return tr("No judge is set up on this server: an evaluator of this kind gives no score there.")
    asked = model or judge.model
    if asked is None:
        return tr("{host} judges; name a model here, since the server has none of its own.", host=judge.host)
    return tr("{model} at {host} judges.", model=asked, host=judge.host)
