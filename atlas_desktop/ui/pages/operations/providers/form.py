"""A provider as a form: where it is, its key, its models; and what trying it brought."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QWidget

from atlas_desktop.app.provider_draft import ModelDraft, ProviderDraft
from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.providers.key_part import KeyPart
from atlas_desktop.ui.pages.operations.providers.model_form import ModelForm
from atlas_desktop.ui.pages.operations.providers.words import model_line
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments, Switch
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.providers import Provider

_WIDTH = 720
_ROWS = 4


class ProviderForm(QScrollArea):
    """``edited``: something was typed or chosen. What is shown is a `ProviderDraft`; the key is apart from it."""

    def __init__(
        self,
        theme: Theme,
        *,
        edited: Callable[[], object],
        keep: Callable[[], object],
        attempt: Callable[[], object],
    ) -> None:
        super().__init__()
        self._edited = edited
        self._theme = theme
        self._shown = ProviderDraft()
        self._models: list[ModelDraft] = []
        self._writable = True
        self.faults: Mapping[str, str] = {}
        self.name = _field(tr("Name"), tr("in the table, such as openai"), edited)
        self.title = _field(tr("Shown as"), tr("what calls say served them"), edited)
        self.address = _field(tr("Address"), tr("https://api.openai.com/v1"), edited)
        self.served = Segments(
            [("provider", tr("Provider")), ("atlas_network", tr("Atlas network"))], lambda _: edited()
        )
        self.served.name(tr("Counts as"), tr("The Atlas network serves open weights only"))
        self.enabled = Switch(theme, lambda _: edited())
        self.enabled.setAccessibleName(tr("Ask this provider"))
        self.key = KeyPart(edited)
        self.models = LineList(theme, tr("Models"))
        self.models.chosen.connect(lambda _: self._show_model())
        self.model = ModelForm(theme, self._model_edited)
        self.models.opened.connect(lambda _: self.write_model())
        self._faults = {name: _fault() for name in ("name", "base_url", "models")}
        self._add = button(tr("Add a model"), self.add_model, "quiet")
        self._remove = button(tr("Remove the model"), self.remove_model, "quiet")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Provider"))
        self._lay_out()
        keys = FormKeys(self, keep=keep, attempt=attempt)
        keys.watch(*self.texts)
        theme.changed.connect(self._fit_models)

    def _lay_out(self) -> None:
        inside = surface("surface")
        holder = QWidget()
        holder.setMaximumWidth(_WIDTH)
        across = row(inside, margins=(4, 3, 4, 3))
        across.addWidget(holder, 8)
        across.addStretch(1)
        body = column(holder, gap=3)
        body.addLayout(self._grid())
        body.addWidget(hairline())
        top = row(gap=2)
        top.addWidget(PlainLabel(tr("Models"), role="strong"), 1)
        top.addWidget(self._remove)
        top.addWidget(self._add)
        body.addLayout(top)
        body.addWidget(self._faults["models"])
        body.addWidget(self.models)
        body.addWidget(self.model)
        body.addStretch(1)
        self.setWidget(inside)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        names = row(gap=2)
        names.addWidget(self.name, 1)
        names.addWidget(PlainLabel(tr("shown as"), role="caption", tone="muted"))
        names.addWidget(self.title, 1)
        served = row(gap=0)
        served.addWidget(self.served)
        served.addStretch(1)
        served.addWidget(PlainLabel(tr("ask it"), role="caption", tone="muted"))
        served.addSpacing(GRID)
        served.addWidget(self.enabled)
        parts = (
            (tr("Name"), names, self.name, self._faults["name"]),
            (tr("Address"), self.address, self.address, self._faults["base_url"]),
            (tr("Key"), self.key, self.key.way, None),
            (tr("Counts as"), served, self.served, None),
        )
        self.address_row: list[QWidget] = []
        for words, part, buddy, fault in parts:
            label = PlainLabel(words, role="caption", tone="muted")
            label.setBuddy(buddy)
            at = grid.rowCount()
            grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            label.setContentsMargins(0, 6, 0, 0)
            if isinstance(part, QWidget):
                grid.addWidget(part, at, 1)
            else:
                grid.addLayout(part, at, 1)
            if fault is not None:
                grid.addWidget(fault, at + 1, 1)
            if part in (self.address, self.key):
                self.address_row += [label, cast("QWidget", part)]
        return grid

    # what the area asks for

    @property
    def texts(self) -> tuple[QLineEdit, ...]:
        """What is typed into."""
        return (self.name, self.title, self.address, self.key.key, self.key.variable, *self.model.texts)

    @property
    def draft(self) -> ProviderDraft:
        """The provider as it is written now."""
        return self._shown.model_copy(
            update={
                "name": self.name.text().strip(),
                "title": self.title.text().strip(),
                "base_url": self.address.text().strip(),
                "key_way": self.key.chosen,
                "variable": self.key.variable.text().strip(),
                "served_by": self.served.value or self._shown.served_by,
                "enabled": self.enabled.isChecked(),
                "models": tuple(self._models),
            }
        )

    @property
    def model_at_hand(self) -> ModelDraft | None:
        """The one that is chosen in the list."""
        at = self._at
        return self._models[at] if at is not None else None

    def show_draft(
        self, draft: ProviderDraft, provider: "Provider | None", why: str, *, writable: bool
    ) -> None:
        """Another provider, or other words of the same."""
        self._shown, self._writable = draft, writable
        for edit, text in (
            (self.name, draft.name),
            (self.title, draft.title),
            (self.address, draft.base_url),
        ):
            if edit.text() != text:
                edit.setText(text)
            edit.setReadOnly(not writable)
        self.served.show_value(draft.served_by)
        self.served.setEnabled(writable)
        self.enabled.blockSignals(True)
        self.enabled.setChecked(draft.enabled)
        self.enabled.blockSignals(False)
        self.enabled.setEnabled(writable)
        self.key.show_draft(draft, provider, why, writable=writable)
        for each in self.address_row:
            # Whoever does not run the server is told neither the address nor where the key is.
            each.setVisible(writable or bool(draft.base_url))
        self._models = list(draft.models)
        self._show_models()

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """What has to be put right, beside its field."""
        self.faults = faults
        for name, label in self._faults.items():
            words = faults.get(name, "")
            if name == "models" and not words:
                words = self._other_model_fault(faults)
            label.setText(words)
            label.setVisible(bool(words))
        self.key.show_fault(faults.get("variable", ""))
        start = f"models.{self._at}."
        self.model.show_faults(
            {name.removeprefix(start): said for name, said in faults.items() if name.startswith(start)}
        )

    def take_focus(self) -> None:
        """The cursor into the first field that needs something."""
        first = self.address if self._shown.name else self.name
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(first)

    def write_model(self) -> None:
        """The cursor into the model at hand."""
        if self.model_at_hand is not None:
            self.model.take_focus()
            self.ensureWidgetVisible(self.model)

    def rest(self) -> None:
        """The keyboard to the models, where letters are keys."""
        self.models.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next model."""
        self.models.step(direction)

    def add_model(self) -> None:
        """Another model, with the cursor in its name."""
        if not self._writable:
            return
        self._models.append(ModelDraft(quantization="full"))
        self._show_models(len(self._models) - 1)
        self._edited()
        self.write_model()

    def remove_model(self) -> None:
        """The model at hand."""
        if self._writable and (at := self._at) is not None:
            del self._models[at]
            self._show_models(min(at, len(self._models) - 1))
            self._edited()
            self.rest()

    # inside

    @property
    def _at(self) -> int | None:
        key = self.models.key
        at = int(key) if key is not None else None
        return at if at is not None and at < len(self._models) else None

    def _other_model_fault(self, faults: Mapping[str, str]) -> str:
        """A fault of a model that is not at hand: where it is."""
        found = [int(name.split(".")[1]) for name in faults if name.startswith("models.")]
        if not found or found[0] == self._at:
            return ""
        title, _, _ = model_line(self._models[found[0]])
        return tr("Something is missing at {model}.", model=title)

    def _show_models(self, at: int | None = None) -> None:
        lines = []
        for number, model in enumerate(self._models):
            title, detail, figure = model_line(model)
            lines.append(Line(str(number), title, detail, figure))
        kept = self._at
        wanted = at if at is not None else kept if kept is not None else 0
        self.models.show_lines(lines, str(wanted) if 0 <= wanted < len(lines) else None)
        self._fit_models()
        self._remove.setVisible(self._writable and bool(lines))
        self._add.setVisible(self._writable)
        self._show_model()

    def _fit_models(self) -> None:
        option = self.models.sizeHintForRow(0)
        shown = min(max(len(self._models), 1), _ROWS)
        height = QSize(0, shown * option + 2).height() if self._models else 0
        self.models.setFixedHeight(max(height, 0))
        self.models.setVisible(bool(self._models))

    def _show_model(self) -> None:
        model = self.model_at_hand
        self.model.setVisible(model is not None)
        if model is not None:
            self.model.show_draft(model, writable=self._writable)
            self.show_faults(self.faults)

    def _model_edited(self) -> None:
        if (at := self._at) is not None:
            self._models[at] = self.model.draft
            title, detail, figure = model_line(self._models[at])
            lines = list(self.models.lines)
            lines[at] = Line(str(at), title, detail, figure)
            self.models.show_lines(lines)
        self._edited()


def _field(name: str, hint: str, edited: Callable[[], object]) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.textEdited.connect(lambda _: edited())
    return made


def _fault() -> PlainLabel:
    made = PlainLabel("", role="caption", tone="bad")
    made.setWordWrap(True)
    made.hide()
    return made
