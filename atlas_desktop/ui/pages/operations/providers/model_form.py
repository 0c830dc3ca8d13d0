"""One model of a provider: what it is called, how it is served, what it costs."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from atlas_desktop.app.decision import precision_name, tier_name
from atlas_desktop.app.provider_draft import ModelDraft
from atlas_desktop.ui.theme import GRID
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.ui.widgets.picks import Picks
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.ui.theme import Theme

_PRECISIONS: Final = ("full", "q8", "q4", "undisclosed")
_PRICE: Final = 110


class ModelForm(QWidget):
    """Tells ``edited`` with each letter. Fields of the file that it does not show are kept."""

    def __init__(self, theme: "Theme", edited: Callable[[], object]) -> None:
        super().__init__()
        self._edited = edited
        self._shown = ModelDraft()
        self.id = _field(tr("Model at the provider"), tr("such as gpt-4o-mini"), edited)
        self.model = _field(
            tr("Model here"), tr("the same name; or another, such as openai/gpt-4o-mini"), edited
        )
        self.prompt = _field(tr("Price of a million prompt tokens"), tr("0.15"), edited)
        self.completion = _field(tr("Price of a million answer tokens"), tr("0.60"), edited)
        self.precision = Segments(
            [(each, precision_name(each)) for each in _PRECISIONS], lambda _: self._tiers_chosen()
        )
        self.precision.name(tr("Precision"), tr("How the provider runs the model"))
        self.tiers = Picks(
            [(each, tier_name(each)) for each in ("realtime", "standard", "batch")], self._tiers_chosen
        )
        self.tiers.name(tr("Tiers"))
        self.flags = Picks(
            [("open_weight", tr("open weights")), ("frontier", tr("frontier")), ("vetted", tr("vetted"))],
            edited,
        )
        self.flags.name(tr("Marks"))
        self._tiers_said = PlainLabel("", role="caption", tone="muted")
        self._tiers_said.setWordWrap(True)
        self.faults: dict[str, PlainLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        for edit in (self.prompt, self.completion):
            edit.setFixedWidth(_PRICE)
            edit.setFont(theme.fonts.body)
        self._row(tr("Model"), self.id, "id")
        self._row(tr("Asked for as"), self.model, "model")
        self._row(tr("Precision"), _at_start(self.precision), "quantization")
        self._row(tr("USD per million"), self._prices(), "prompt", "completion")
        self._row(tr("Tiers"), self.tiers)
        self._row("", self._tiers_said)
        self._row(tr("Marks"), self.flags)

    @property
    def texts(self) -> tuple[QLineEdit, ...]:
        """What is typed into."""
        return self.id, self.model, self.prompt, self.completion

    @property
    def draft(self) -> ModelDraft:
        """The model as it is written now."""
        flags = self.flags.values
        return self._shown.model_copy(
            update={
                "id": self.id.text().strip(),
                "model": self.model.text().strip(),
                "quantization": self.precision.value or self._shown.quantization,
                "prompt": self.prompt.text().strip(),
                "completion": self.completion.text().strip(),
                "tiers": self.tiers.values,
                "open_weight": "open_weight" in flags,
                "frontier": "frontier" in flags,
                "vetted": "vetted" in flags,
            }
        )

    def show_draft(self, draft: ModelDraft, *, writable: bool) -> None:
        """Another model, or other words of the same."""
        self._shown = draft
        for edit, text in (
            (self.id, draft.id), (self.model, draft.model), (self.prompt, draft.prompt), (self.completion, draft.completion)
        ):  # fmt: skip
            if edit.text() != text:
                edit.setText(text)
            edit.setReadOnly(not writable)
        self.precision.show_value(draft.quantization)
        self.tiers.show_values(draft.tiers)
        self._say_tiers()
        self.flags.show_values(name for name in ("open_weight", "frontier", "vetted") if getattr(draft, name))
        for each in (self.precision, self.tiers, self.flags):
            each.setEnabled(writable)

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """What has to be put right, beside its field."""
        for label in {id(each): each for each in self.faults.values()}.values():
            said = [faults[name] for name, of in self.faults.items() if of is label and name in faults]
            label.setText(said[0] if said else "")
            label.setVisible(bool(said))

    def take_focus(self) -> None:
        """The cursor into the name."""
        self.id.setFocus(Qt.FocusReason.OtherFocusReason)
        self.id.selectAll()

    def _tiers_chosen(self) -> None:
        self._say_tiers()
        self._edited()

    def _say_tiers(self) -> None:
        """What none chosen means."""
        full = self.precision.value == "full"
        words = tr("None chosen: at full precision it serves all three.")
        self._tiers_said.setText(words if full else tr("None chosen: it serves standard and batch."))
        self._tiers_said.setVisible(not self.tiers.values)

    def _prices(self) -> QWidget:
        holder = QWidget()
        line = row(holder, gap=2)
        line.addWidget(self.prompt)
        line.addWidget(PlainLabel(tr("prompt"), role="caption", tone="muted"))
        line.addSpacing(8)
        line.addWidget(self.completion)
        line.addWidget(PlainLabel(tr("answer"), role="caption", tone="muted"))
        line.addStretch(1)
        return holder

    def _row(self, words: str, field: QWidget, *names: str) -> None:
        at = self._grid.rowCount()
        label = PlainLabel(words, role="caption", tone="muted")
        label.setBuddy(field)
        self._grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(field, at, 1)
        if names:
            fault = PlainLabel("", role="caption", tone="bad")
            fault.setWordWrap(True)
            fault.hide()
            self._grid.addWidget(fault, at + 1, 1)
            self.faults |= dict.fromkeys(names, fault)


def _at_start(widget: QWidget) -> QWidget:
    holder = QWidget()
    line = row(holder, gap=0)
    line.addWidget(widget)
    line.addStretch(1)
    return holder


def _field(name: str, hint: str, edited: Callable[[], object]) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.textEdited.connect(lambda _: edited())
    return made
