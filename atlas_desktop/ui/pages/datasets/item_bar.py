"""The line between the items and the one at hand: where one is, its weight and split, and what can be done with it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from atlas_desktop.contract.datasets import DatasetItemUpdate
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.app.item_editor import ItemEditState

_HEAVIEST: Final = 1000.0
_TYPED: Final = r"\d{1,4}([.,\x{066b}]\d{0,3})?"
_NONE: Final = "-"


class ItemBar(QWidget):
    """``change`` is called with what was changed; ``go``, ``drop`` and ``save`` by buttons."""

    def __init__(
        self,
        change: Callable[[DatasetItemUpdate], object],
        go: Callable[[], object],
        drop: Callable[[], object],
        save: Callable[[], object],
    ) -> None:
        super().__init__()
        self._change = change
        self._weight_shown = ""
        self.where = PlainLabel("", role="caption", tone="muted")
        self.where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.problem = PlainLabel("", role="caption", tone="bad")
        self.problem.setWordWrap(True)
        self.problem.setContentsMargins(12, 0, 12, 4)
        self.problem.hide()
        self.weight = QLineEdit()
        self.weight.setFixedWidth(64)
        # Not Qt's for numbers: it knows one sign before the decimals, and says nothing of a text it does not like.
        self.weight.setValidator(QRegularExpressionValidator(QRegularExpression(_TYPED), self))
        self.weight.setAccessibleName(tr("Weight"))
        self.weight.editingFinished.connect(self._weigh)
        self.split = Segments(
            [(_NONE, tr("No split")), ("train", tr("Train")), ("test", tr("Test"))], self._divide
        )
        self.split.name(tr("Split"), tr("Which part of the dataset this item belongs to."))
        self.go = button(tr("Go to its call"), go, "quiet")
        self.drop = button(tr("Take out…"), drop, "quiet")
        self.save = button(tr("Save"), save, "primary")
        body = surface("strip")
        line = row(body, margins=(3, 1, 3, 1), gap=2)
        line.addWidget(self.where, 1)
        line.addWidget(PlainLabel(tr("Weight"), role="caption", tone="muted"))
        line.addWidget(self.weight)
        line.addWidget(self.split)
        line.addSpacing(8)
        for each in (self.go, self.drop, self.save):
            line.addWidget(each)
        said = surface("strip")
        column(said).addWidget(self.problem)
        layout = column(self)
        layout.addWidget(body)
        layout.addWidget(said)

    def show_state(self, state: "ItemEditState", place: int, count: int) -> None:
        """The item at hand."""
        item = state.item
        self.setVisible(item is not None)
        if item is None:
            return
        self.where.setText(tr("Item {at:,} of {count:,}", at=place + 1, count=count))
        problem = state.problem
        self.problem.setText(problem.sentence if problem is not None else "")
        self.problem.setVisible(problem is not None)
        weight = _weight_text(item.weight)
        if weight != self._weight_shown or not self.weight.hasFocus():
            self._weight_shown = weight
            self.weight.setText(weight)
        self.split.show_value(item.split or _NONE)
        for each in (self.weight, self.split):
            each.setEnabled(not state.locked)
        self.go.setVisible(item.source_call_id is not None)
        self.drop.setVisible(not state.locked)
        self.save.setVisible(not state.locked)
        self.save.setEnabled(state.dirty and not state.saving)

    def _weigh(self) -> None:
        text = self.weight.text()
        if text == self._weight_shown:
            return
        weight = float(text.replace(",", ".").replace("\u066b", "."))
        if 0 < weight <= _HEAVIEST:
            self._change(DatasetItemUpdate(weight=weight))
        else:
            self.weight.setText(self._weight_shown)

    def _divide(self, value: str) -> None:
        self._change(DatasetItemUpdate(split=None if value == _NONE else value))


def _weight_text(weight: float) -> str:
    """As one types it: without a sign between thousands, which would be read as the one before the decimals."""
    point = number(0.5, 1)[1]
    return f"{weight:.3f}".rstrip("0").rstrip(".").replace(".", point)
