"""A scoring rule as a form: one kind at a time, its config exactly as it will be kept."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

import orjson
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.domain import json_text
from atlas_desktop.domain.scoring.pointer import NotJsonError, parse
from atlas_desktop.ui.pages.operations.gate_row import number_in
from atlas_desktop.ui.pages.operations.json_field import JsonField
from atlas_desktop.ui.pages.operations.prose_field import ProseField
from atlas_desktop.ui.pages.operations.words import KINDS, SEES, least_text
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.contract.base import Json
    from atlas_desktop.contract.evaluators import EvaluatorKind

_POINTER: Final = mark("the whole answer, or /summary for one field of JSON")
_RUBRIC_LINES: Final = 9


class EvaluatorForm(QWidget):
    """``changed`` tells that something was typed or chosen. `config` is None while it cannot be one."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.kind: EvaluatorKind = "regex"
        self._kept: dict[str, Json] = {}
        self.kinds = Segments([(each, tr(words)) for each, words in KINDS.items()], self.choose_kind)
        self.kinds.name(tr("Kind"), tr("What judges. It cannot be changed later."))
        self.name = self._line(tr("Name"), tr("how people call it"))
        self.id = self._line(tr("Id"), tr("ev_ and a name; empty: one is made"))
        self.pattern = self._line(tr("Pattern"), tr("RE2: no look-around, no back-references"))
        self.match = Segments([("yes", tr("is found")), ("no", tr("is not found"))], lambda _: self._tell())
        self.match.name(tr("Pattern"), tr("Which outcome is good"))
        self.own = Segments(
            [("operation", tr("of the operation")), ("own", tr("its own"))], self._choose_schema
        )
        self.own.name(tr("Schema"), tr("Which schema an answer must keep to"))
        self.schema = JsonField(theme, tr("Schema of the evaluator"), "{}")
        hint = tr("Score 0\u20131. A score of 1 requires \u2026 Deduct 0.3 per violation.")
        self.rubric = ProseField(theme, tr("Rubric"), hint, lines=_RUBRIC_LINES)
        self.model = self._line(tr("Judge's model"), tr("the server's own"))
        self.threshold = self._line(tr("Threshold"), tr("none: every score counts as it is"))
        self.field = self._line(tr("Field"), tr(_POINTER))
        self._plain = {
            "name": self.name, "id": self.id, "pattern": self.pattern, "model": self.model,
            "threshold": self.threshold, "field": self.field,
        }  # fmt: skip
        self._sees = PlainLabel("", role="caption", tone="muted")
        self._sees.setWordWrap(True)
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self._lay_out()
        self.pattern.setFont(theme.fonts.payload)

    def _lay_out(self) -> None:
        self.rubric.edited.connect(self._tell)
        self.schema.setMinimumHeight(160)
        self.schema.edited.connect(self._tell)
        body = column(self, gap=2)
        body.addWidget(self.kinds)
        body.addWidget(self._sees)
        for key, widget in self._fields():
            label = PlainLabel(widget.accessibleName() or self._label(key), role="caption", tone="muted")
            label.setBuddy(widget)
            holder = column(gap=1)
            holder.addWidget(label)
            holder.addWidget(widget)
            body.addLayout(holder)
            self._rows[key] = (label, widget)
        body.addStretch(1)

    def _fields(self) -> Iterator[tuple[str, QWidget]]:
        yield "name", self.name
        yield "id", self.id
        yield "pattern", self.pattern
        yield "match", self._across(self.match)
        yield "own", self._across(self.own)
        yield "schema", self.schema
        yield "rubric", self.rubric
        yield "model", self.model
        yield "threshold", self.threshold
        yield "field", self.field

    # what the pane asks for

    @property
    def texts(self) -> tuple[QWidget, ...]:
        """What is typed into."""
        return (*self._plain.values(), self.rubric, self.schema.edit)

    def begin(self, kind: "EvaluatorKind", name: str, config: "dict[str, Json]", *, fresh: bool) -> None:
        """Show this rule; a ``fresh`` one may still be of another kind and have another id."""
        self.kind, self._kept = kind, dict(config)
        self.kinds.show_value(kind)
        for each in self._plain.values():
            each.clear()
        self.name.setText(name)
        self._show_config(config)
        self._fresh = fresh
        self._show_kind()
        # As this form writes it: the two published spellings of a rule are no change of it.
        self.initial = self.config

    @property
    def config(self) -> "dict[str, Json] | None":
        """The config as it is kept; None while something in it cannot be read."""
        made = self._config()
        if made is None:
            return None
        if field := self.field.text().strip():
            made["field"] = field
        # What a newer server knows of this rule and this form does not is kept.
        known = {"pattern", "must_match", "inverse", "schema", "rubric", "judgeModel", "threshold", "field"}
        return {key: value for key, value in self._kept.items() if key not in known} | made

    def snapshot(self) -> dict[str, str]:
        """All that is typed and chosen, also what cannot be a rule yet."""
        texts = {key: field.text() for key, field in self._plain.items()}
        chosen = {"kind": self.kind, "match": self.match.value or "yes", "own": self.own.value or "operation"}
        return texts | chosen | {"rubric": self.rubric.text, "schema": self.schema.text}

    def restore(self, kept: dict[str, str]) -> None:
        """Put all of it back."""
        for key, field in self._plain.items():
            field.setText(kept.get(key, ""))
        if self._fresh and kept.get("kind") in KINDS:
            self.kind = cast("EvaluatorKind", kept["kind"])
            self.kinds.show_value(self.kind)
        self.match.show_value(kept.get("match", "yes"))
        self.own.show_value(kept.get("own", "operation"))
        self.rubric.show_text(kept.get("rubric", ""))
        self.schema.show_text(kept.get("schema", ""))
        self._show_kind()

    @property
    def threshold_value(self) -> float | None:
        """The threshold of a nearness, where one is written."""
        return number_in(self.threshold.text()) if self.kind == "embedding_match" else None

    def fault_words(self) -> str:
        """Why there is no config; empty when there is one."""
        if self.config is not None:
            return ""
        words = {
            "regex": tr("Write a pattern."),
            "json_schema": tr("The schema of the evaluator is no JSON object."),
            "llm_judge": tr("Write a rubric."),
            "embedding_match": tr("A threshold is a number of 0 to 1, such as 0.85."),
        }
        return words[self.kind]

    # inside

    def _config(self) -> "dict[str, Json] | None":
        if self.kind == "regex":
            pattern = self.pattern.text()
            return {"pattern": pattern, "must_match": self.match.value != "no"} if pattern else None
        if self.kind == "json_schema":
            return self._schema_config()
        if self.kind == "llm_judge":
            rubric: dict[str, Json] = {"rubric": self.rubric.text}
            if model := self.model.text().strip():
                rubric["judgeModel"] = model
            return rubric if self.rubric.text.strip() else None
        typed = self.threshold.text().strip()
        if not typed:
            return {}
        value = number_in(typed)
        return None if value is None else {"threshold": value}

    def _schema_config(self) -> "dict[str, Json] | None":
        if self.own.value != "own":
            return {}
        try:
            schema = parse(self.schema.text)
        except NotJsonError:
            return None
        return {"schema": schema} if isinstance(schema, dict) else None

    def _show_config(self, config: "dict[str, Json]") -> None:
        self.pattern.setText(str(config.get("pattern", "")))
        inverse = config.get("inverse") is True or config.get("must_match") is False
        self.match.show_value("no" if inverse else "yes")
        schema = config.get("schema")
        self.own.show_value("operation" if schema is None else "own")
        self.schema.show_text(
            "" if schema is None else orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode()
        )
        self.rubric.show_text(str(config.get("rubric", "")))
        self.model.setText(str(config.get("judgeModel") or config.get("judge_model") or ""))
        threshold = config.get("threshold")
        self.threshold.setText(least_text(float(threshold)) if isinstance(threshold, int | float) else "")
        self.field.setText(str(config.get("field") or ""))

    def _show_kind(self) -> None:
        shown = {
            "regex": {"pattern", "match"},
            "json_schema": {"own", "schema"} if self.own.value == "own" else {"own"},
            "llm_judge": {"rubric", "model"},
            "embedding_match": {"threshold"},
        }[self.kind] | {"name", "field"}
        if self._fresh:
            shown.add("id")
        for key, widgets in self._rows.items():
            for each in widgets:
                each.setVisible(key in shown)
        self.kinds.setVisible(self._fresh)
        self._sees.setText(tr(SEES[self.kind]))

    def choose_kind(self, kind: str) -> None:
        """Another kind of rule; what was typed for this one stays in its fields."""
        self.kind = cast("EvaluatorKind", kind)
        self._show_kind()
        self._tell()

    def _choose_schema(self, _: str) -> None:
        self._show_kind()
        self._tell()

    def _tell(self) -> None:
        if self.kind == "json_schema" and self.own.value == "own":
            self.schema.show_problems(
                json_text.problems(self.schema.text) if self.schema.text.strip() else ()
            )
        self.changed.emit()

    def _line(self, name: str, hint: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(hint)
        made.textEdited.connect(lambda _: self._tell())
        return made

    def _label(self, key: str) -> str:
        return tr("Good when the pattern") if key == "match" else tr("Schema")

    def _across(self, segments: Segments) -> QWidget:
        holder = QWidget()
        line = row(holder, gap=0)
        line.addWidget(segments)
        line.addStretch(1)
        return holder

    _fresh = True
    initial: "dict[str, Json] | None" = None
    """The config as it was shown at first."""
