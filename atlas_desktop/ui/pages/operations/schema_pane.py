"""The output schema: its versions, the one being written, and what it would do to answers that were given."""

from typing import TYPE_CHECKING, Final, Literal

import orjson
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QSplitter, QWidget

from atlas_desktop.domain import json_text
from atlas_desktop.domain.schema_change import schema_changes
from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.json_field import JsonField
from atlas_desktop.ui.pages.operations.trial_pane import TrialPane
from atlas_desktop.ui.pages.operations.words import shape_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.app.trials import SchemaTest
    from atlas_desktop.contract.base import Json
    from atlas_desktop.ui.pages.operations.desk import Desk

_MOST_VERSIONS: Final = 8
_SIZES: Final = [620, 380]


class SchemaPane(QWidget):
    """What is typed here is kept until it is saved or taken back, whatever comes from the server meanwhile."""

    def __init__(self, theme: Theme, desk: "Desk") -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._state: BookState | None = None
        self._key: str | None = None
        self._shown: str | None = None
        self._base: Json = None
        self._test: SchemaTest | None = None
        self.field = JsonField(
            theme, tr("Output schema"), tr("A JSON Schema. Empty: any text is a right answer.")
        )
        self.trial = TrialPane(theme, lambda: desk.veiled)
        self.trial.opened.connect(desk.open_call)
        self.version = QLineEdit()
        self.version.setAccessibleName(tr("Schema version"))
        self.version.setMaxLength(64)
        self.version.setFixedWidth(72)
        self._versions = row(gap=0)
        self._segments: Segments | None = None
        self._about = PlainLabel("", role="caption", tone="muted")
        self._about.setWordWrap(True)
        self._save = button(tr("Save"), self.save, "primary")
        self._discard = button(tr("Take back"), self.discard)
        self._begin = button(tr("Start from this"), self._start_from)
        keys = FormKeys(self, keep=self.save, attempt=self._try)
        keys.watch(self.field.edit, self.version)
        self.field.edited.connect(self._edited)
        self.version.textEdited.connect(lambda _: self._show_foot())
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        body = column(left)
        head = row(margins=(3, 1, 3, 1), gap=2)
        head.addLayout(self._versions)
        head.addStretch(1)
        head.addWidget(button(tr("Lay out"), self._format, "quiet"))
        body.addLayout(head)
        body.addWidget(hairline())
        body.addWidget(self.field, 1)
        body.addWidget(hairline())
        foot = surface("strip")
        under = column(foot, margins=(3, 2, 3, 2), gap=2)
        under.addWidget(self._about)
        line = row(gap=2)
        line.addStretch(1)
        under.addLayout(line)
        self._as = PlainLabel(tr("as version"), tone="muted")
        for each in (self._begin, self._discard, self._as, self.version, self._save):
            line.addWidget(each)
        body.addWidget(foot)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(self.trial)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes(_SIZES)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        column(self).addWidget(self.split)

    # what the page asks for

    @property
    def changed(self) -> bool:
        """Whether something is written that is not saved."""
        return self._shown is None and self._state is not None and self.field.text != _text(self._base)

    def show_state(self, state: "BookState") -> None:
        """Another operation, or another state of it."""
        before, self._state = self._state, state
        current = state.operation.output_schema if state.operation is not None else None
        other = state.key != self._key
        if other or (not self.changed and current != self._base and self._shown is None):
            self._key, self._shown, self._base = state.key, None, current
            draft = self._desk.draft(f"schema/{state.key}")
            self.field.show_text(_text(current) if draft is None else draft)
            self.version.clear()
            if self.isVisible():
                self._try()
        elif self._shown is None:
            # What is written stays; what it differs from is what there is now.
            self._base = current
        if before is None or before.schemas != state.schemas or other or before.operation != state.operation:
            self._show_versions(state)
        self._show_foot()

    def show_test(self, test: "SchemaTest") -> None:
        """What trying it came to."""
        self._test = test
        self.trial.show_schema(test)
        if test.step != "running":
            self.field.show_problems(test.trial.problems)
        self._show_foot()

    def begin(self) -> None:
        """It is on the screen now."""
        self._try()

    def take_focus(self) -> None:
        """The cursor into the schema."""
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next answer it rejects."""
        self.trial.step(direction)

    def save(self) -> None:
        """Keep it under the version that is named. What may not be kept is said where it is wrong."""
        if not self._save.isEnabled() or self._test is None:
            return
        self._desk.save_schema(self._test.trial.schema, self._version())

    def saved(self) -> None:
        """It was kept: what is shown is what there is."""
        self._base = self._state.operation.output_schema if self._state and self._state.operation else None
        self.version.clear()
        self.field.show_text(_text(self._base))
        self._keep()
        self._try()
        self._show_foot()

    def discard(self) -> None:
        """Back to what is kept."""
        self.field.edit.replace_all(_text(self._base))
        self.version.clear()

    # inside

    def _keep(self) -> None:
        self._desk.keep_draft(f"schema/{self._key}", self.field.text if self.changed else None)

    def _edited(self) -> None:
        self._keep()
        self._try()
        self._show_foot()

    def _try(self) -> None:
        self._desk.try_schema(self.field.text)

    def _format(self) -> None:
        if not self.field.edit.isReadOnly() and json_text.fault(self.field.text) is None:
            self.field.edit.replace_all(json_text.format_json(self.field.text))

    def _version(self) -> str:
        return self.version.text().strip() or (self._state.free_version() if self._state is not None else "1")

    def _show_versions(self, state: "BookState") -> None:
        versions = [each.schema_version for each in state.schemas.rows][:_MOST_VERSIONS]
        now = state.operation.schema_version if state.operation is not None else "1"
        if now not in versions:
            versions.insert(0, now)
        if self._segments is not None:
            self._versions.removeWidget(self._segments)
            self._segments.deleteLater()
        choices = [
            (each, tr("Version {version}", version=each) if each == now else each) for each in versions
        ]
        self._segments = Segments(choices, self._look_at)
        self._segments.name(tr("Schema version"), tr("Each version keeps its schema for good."))
        self._segments.show_value(self._shown or now)
        self._versions.addWidget(self._segments)

    def _look_at(self, version: str) -> None:
        state = self._state
        if state is None or state.operation is None:
            return
        if self.changed:
            # What is being written is not to be lost by a look at another version.
            if self._segments is not None:
                self._segments.show_value(state.operation.schema_version)
            self._desk.say(tr("Save or take back what you wrote, then look at another version"))
            return
        self._shown = None if version == state.operation.schema_version else version
        self.field.show_text(_text(state.schema_of(version)), writable=self._shown is None)
        self._try()
        self._show_foot()

    def _start_from(self) -> None:
        text = self.field.text
        self._shown = None
        if self._segments is not None and self._state is not None and self._state.operation is not None:
            self._segments.show_value(self._state.operation.schema_version)
        self.field.show_text(_text(self._base))
        self.field.edit.replace_all(text)
        self.take_focus()

    def _show_foot(self) -> None:
        state, looking = self._state, self._shown is not None
        changed = self.changed
        for each in (self._discard, self._as, self.version, self._save):
            each.setVisible(changed)
        self._begin.setVisible(looking)
        if state is None:
            return
        self.version.setPlaceholderText(state.free_version())
        self._save.setText(tr("Save as version {version}", version=self._version()))
        self._save.setAccessibleName(self._save.text())
        fresh = self._test is not None and self._test.step == "done" and not self._test.trial.problems
        self._save.setEnabled(changed and fresh and state.defined)
        self._about.setText(self._words(state, looking=looking, changed=changed))

    def _words(self, state: "BookState", *, looking: bool, changed: bool) -> str:
        if looking:
            calls = next(
                (each.calls for each in state.schemas.rows if each.schema_version == self._shown), None
            )
            kept = tr("Kept as it was: its calls and datasets still refer to it.")
            many = (
                trn("{count:,} call carries it.", "{count:,} calls carry it.", calls)
                if calls is not None
                else ""
            )
            return " ".join(filter(None, (kept, many)))
        if not changed:
            return tr("A version names one schema for good. Change it, and it is saved as a new one.")
        if self._test is not None and self._test.trial.problems:
            return tr("Put the problem right, then it can be saved.")
        schema = self._test.trial.schema if self._test is not None else None
        changes = schema_changes(self._base, schema)
        if not changes:
            return tr("Only words about it differ: no answer has to change.")
        return tr("A schema change: {what}.", what=shape_words(changes))


def _text(schema: "Json") -> str:
    return "" if schema is None else orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode()
