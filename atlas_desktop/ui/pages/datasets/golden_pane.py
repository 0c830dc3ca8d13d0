"""What is to be known of a golden dataset: who promoted it on which scores, and the training asked for with it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.gate_words import score_words
from atlas_desktop.ui.keys import names
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import number, tr, trn

if TYPE_CHECKING:
    from datetime import datetime

    from atlas_desktop.app.gate_state import GateState
    from atlas_desktop.contract.promotions import Promotion, Training


class NotesEdit(QPlainTextEdit):
    """What the training is for. Ctrl+Enter asks for it."""

    def __init__(self, ask: Callable[[], object]) -> None:
        super().__init__()
        self._ask = ask
        self.setProperty("kind", "field")
        self.setAccessibleName(tr("Notes for the training"))
        self.setPlaceholderText(tr("What this training is for, such as “Quarterly retrain.”"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(72)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter asks."""
        if "Ctrl+Enter" in names(event):
            self._ask()
            return
        super().keyPressEvent(event)


class GoldenPane(QWidget):
    """``ask`` takes the notes; ``save`` a training whose bundle is wanted as a file."""

    def __init__(
        self, theme: Theme, ask: Callable[[str], object], save: Callable[["Training"], object]
    ) -> None:
        super().__init__()
        self._theme = theme
        self._ask = ask
        self._save = save
        self.notes = NotesEdit(self.submit)
        self._button = button(tr("Request training"), self.submit, "primary")
        self._promise = PlainLabel("", role="caption", tone="muted")
        self._audit = column(gap=1)
        self._asked = column(gap=1)
        self._shown: tuple[object, ...] = ()
        layout = column(self, margins=(4, 3, 4, 4), gap=2)
        layout.addWidget(PlainLabel(tr("Promotions"), role="strong"))
        layout.addLayout(self._audit)
        layout.addSpacing(8)
        layout.addWidget(hairline())
        layout.addSpacing(4)
        layout.addWidget(PlainLabel(tr("Training"), role="strong"))
        layout.addLayout(self._asked)
        layout.addWidget(self.notes)
        line = row(gap=3)
        line.addWidget(self._promise, 1)
        line.addWidget(self._button)
        layout.addLayout(line)
        layout.addStretch()
        self._promise.setText(tr("A solutions engineer answers within one business day."))
        self.hide()

    def show_state(self, state: "GateState") -> None:
        """As it is now."""
        self._button.setEnabled(state.asking is None)
        self._button.setText(tr("Requesting…") if state.asking == "training" else tr("Request training"))
        names = {gate.id: gate.standing.name for gate in state.gates}
        shown = (state.promotions, state.trainings, names)
        if shown == self._shown:
            return
        self._shown = shown
        _replace(self._audit, [self._promotion(each, names) for each in state.promotions])
        _replace(self._asked, [self._training(each) for each in state.trainings])

    def submit(self) -> None:
        """Ask for it with the notes as they are."""
        if self._button.isEnabled():
            self._ask(self.notes.toPlainText())

    def _promotion(self, made: "Promotion", names: dict[str, str]) -> QWidget:
        holder = QWidget()
        lines = column(holder, gap=0)
        lines.addWidget(
            PlainLabel(
                tr(
                    "Version {version} by {name}, {time}",
                    version=made.dataset_version, name=made.promoted_by, time=_moment(made.promoted_at),
                )
            )
        )  # fmt: skip
        about = PlainLabel(_scores(made, names), role="caption", tone="muted")
        about.setWordWrap(True)
        lines.addWidget(about)
        return holder

    def _training(self, asked: "Training") -> QWidget:
        holder = QWidget()
        line = row(holder, gap=3)
        words = column(gap=0)
        first = tr("{status}, answer by {time}", status=_status(asked.status), time=_moment(asked.respond_by))
        words.addWidget(PlainLabel(first))
        notes = PlainLabel(asked.notes or tr("No notes"), role="caption", tone="muted")
        notes.setWordWrap(True)
        words.addWidget(notes)
        line.addLayout(words, 1)
        save = button(tr("Save bundle…"), lambda: self._save(asked))
        save.setAccessibleName(tr("Save the bundle of this training: {status}", status=first))
        line.addWidget(save)
        return holder


def _scores(made: "Promotion", names: dict[str, str]) -> str:
    parts = [trn("{count:,} item", "{count:,} items", made.item_count)]
    parts += [
        tr(
            "{name} {score} of {least}",
            name=names.get(gate.evaluator_id, gate.evaluator_id),
            score=score_words(gate.score, gate.min_score),
            least=number(gate.min_score, 2),
        )
        for gate in made.gates
    ]
    if made.acknowledged_no_gates:
        parts.append(tr("promoted without gates, knowingly"))
    return "  ·  ".join([*parts, made.content_hash[:12]])


def _status(status: str) -> str:
    return tr("Requested") if status == "requested" else status


def _moment(time: "datetime") -> str:
    return to_the_minute(round(time.timestamp() * 1000))


def _replace(into: QVBoxLayout, widgets: list[QWidget]) -> None:
    while (item := into.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for widget in widgets:
        into.addWidget(widget)
