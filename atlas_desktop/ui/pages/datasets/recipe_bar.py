"""How calls become items: what is expected of them, splits, duplicates, and into which dataset they go."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QComboBox, QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.widgets.choices import Segments, Switch
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.dataset_state import BuilderState
    from atlas_desktop.ui.theme import Theme

_SHARES: Final = (0, 10, 20, 30)


class RecipeBar(QWidget):
    """``change`` is called with the part of the recipe that was changed."""

    def __init__(self, theme: "Theme", change: Callable[..., object]) -> None:
        super().__init__()
        self._change = change
        self._targets: list[str | None] = [None]
        self.expects = Segments(
            [
                ("corrections", tr("Corrections")),
                ("corrections_and_good", tr("Corrections, else good answers")),
                ("everything", tr("Any answer")),
            ],
            lambda value: change(expects=value),
        )
        self.expects.name(tr("Expected output"), tr("What becomes the expected output of an item."))
        self.share = Segments(
            [(str(each), tr("{share} %", share=each) if each else tr("None")) for each in _SHARES],
            lambda value: change(test_share=int(value)),
        )
        self.share.name(tr("Test split"), tr("How many of the items are split off for testing."))
        self.single = Switch(theme, lambda on: change(one_of_equal=on))
        self.single.setAccessibleName(tr("One of equal items"))
        self.objects = Switch(theme, lambda on: change(objects=on))
        self.objects.setAccessibleName(tr("JSON texts as objects"))
        self._objects_words = PlainLabel(tr("JSON texts as objects"), tone="muted")
        self.into = QComboBox()
        self.into.setAccessibleName(tr("Into"))
        self.into.setMaximumWidth(260)
        self.into.activated.connect(self._into)
        self._into_words = PlainLabel(tr("Into"), tone="muted")
        self._lay_out()

    def show_state(self, state: "BuilderState") -> None:
        """The recipe as it is."""
        recipe = state.recipe
        self.expects.show_value(recipe.expects)
        self.share.show_value(str(recipe.test_share))
        for switch, on in ((self.single, recipe.one_of_equal), (self.objects, recipe.objects)):
            switch.blockSignals(True)
            switch.setChecked(on)
            switch.blockSignals(False)
            switch.update()
        # With a schema what fits it is kept as what it says: there is nothing to choose.
        for each in (self.objects, self._objects_words):
            each.setVisible(not state.has_schema)
        self._show_targets(state)
        self.setEnabled(not state.sending)

    def _show_targets(self, state: "BuilderState") -> None:
        names = [(None, tr("a new dataset")), *((each.id, each.name) for each in state.targets)]
        if [each for each, _ in names] != self._targets or self.into.count() != len(names):
            self._targets = [each for each, _ in names]
            self.into.clear()
            self.into.addItems([one_line(name) for _, name in names])
        if state.recipe.into in self._targets:
            self.into.setCurrentIndex(self._targets.index(state.recipe.into))
        for each in (self.into, self._into_words):
            each.setVisible(len(names) > 1)

    def _into(self, place: int) -> None:
        self._change(into=self._targets[place])

    def _lay_out(self) -> None:
        layout = column(self, margins=(3, 1, 3, 1), gap=1)
        first: list[Any] = [PlainLabel(tr("Expected output"), tone="muted"), self.expects, None,
                            self._into_words, self.into]  # fmt: skip
        second: list[Any] = [PlainLabel(tr("Test split"), tone="muted"), self.share, 16, self.single,
                             PlainLabel(tr("One of equal items"), tone="muted"), 16, self.objects,
                             self._objects_words, None]  # fmt: skip
        for parts in (first, second):
            line = row(gap=2)
            for each in parts:
                if each is None:
                    line.addStretch()
                elif isinstance(each, int):
                    line.addSpacing(each)
                else:
                    line.addWidget(each)
            layout.addLayout(line)
