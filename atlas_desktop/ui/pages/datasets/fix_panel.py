"""The fix list, in its place under the gate that it would flip."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.gate_words import goal_words
from atlas_desktop.ui.pages.datasets.fix_item import Beside, FixItem
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.fix_list import FixListView
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.gate_state import Fixing, GateView
    from atlas_desktop.app.keyboard import Keyboard

_LESSON: Final = (
    ("dataset.next", mark("next")), ("dataset.edit", mark("edit")), ("gates.score", mark("score again")),
    ("gates.promote", mark("promote")),
)  # fmt: skip


class FixPanel(QWidget):
    """What fixing would bring, the items, the one at hand beside them, the keys."""

    def __init__(
        self,
        theme: Theme,
        go: Callable[[int], object],
        edit: Callable[[int], object],
        veil: Callable[[], bool],
        item: FixItem,
    ) -> None:
        super().__init__()
        self.view = FixListView(theme, tr("Items to fix"), veil, "mixed")
        self._goal = PlainLabel("", role="caption")
        self._goal.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._keys = KeyCaps(theme)
        body = surface("strip")
        line = row(body, margins=(11, 1, 4, 1), gap=3)
        line.addWidget(self._goal)
        line.addWidget(self._keys, 1)
        layout = column(self)
        layout.addWidget(body)
        layout.addWidget(hairline())
        self._beside = Beside(self.view, item)
        layout.addWidget(self._beside, 1)
        self.view.chosen.connect(go)
        self.view.opened.connect(edit)
        self.hide()

    def show_fixes(self, gate: "GateView", fixing: "Fixing") -> None:
        """Of this gate."""
        self._goal.setText(goal_words(gate))
        self.setAccessibleName(goal_words(gate))
        self.view.show_rows(gate.entries, fixing.at)
        self._beside.setVisible(bool(gate.entries))

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        self._keys.set_hints([*keyboard.hints(*((name, tr(words)) for name, words in _LESSON))])
