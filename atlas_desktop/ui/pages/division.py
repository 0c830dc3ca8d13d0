"""How Review is divided: facets, the list beside the call or over it, look-alikes under it; remembered."""

from typing import Any, Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from atlas_desktop.ui.widgets.call_delegate import Layout
from atlas_desktop.ui.widgets.layouts import column

_FACETS: Final = 216
_LIST: Final[dict[Layout, int]] = {"lines": 340, "table": 260}
_ALIKE: Final = 240
_REST: Final = 900


class Division(QWidget):
    """Lines stand beside the call; a table, which needs the width, stands over it. Each has sizes of its own."""

    def __init__(
        self, facets: QWidget, list_: QWidget, panes: QWidget, alike: QWidget, empty: QWidget
    ) -> None:
        super().__init__()
        self._facets = facets
        self._panes = panes
        self._empty = empty
        self._layout: Layout = "lines"
        self._facets_were = False
        self._right = _split(Qt.Orientation.Vertical, panes, alike)
        self._right.setStretchFactor(0, 1)
        self._right.setSizes([_REST, _ALIKE])
        self.split = _split(Qt.Orientation.Horizontal, list_, self._right, empty)
        for number in (1, 2):
            self.split.setStretchFactor(number, 1)
        self._outer = _split(Qt.Orientation.Horizontal, facets, self.split)
        self._outer.setStretchFactor(1, 1)
        self._outer.setSizes([_FACETS, _REST])
        self._kept: dict[Layout, QByteArray] = {}
        self._begin("lines")
        column(self).addWidget(self._outer)

    def lay_out(self, layout: Layout) -> None:
        """Lines beside the call, or a table over it."""
        if layout == self._layout:
            return
        self._kept[self._layout] = self.split.saveState()
        self._begin(layout)

    def show_empty(self, empty: bool) -> None:
        """What stands beside the list: a call, or why there is none."""
        self._right.setVisible(not empty)
        self._empty.setVisible(empty)

    def facets_away(self, away: bool) -> None:
        """Hide the sidebar for a while, or have it back if it was there."""
        if away:
            self._facets_were = not self._facets.isHidden()
        self._facets.setVisible(self._facets_were and not away)

    def sizes(self, inside: dict[str, QSplitter]) -> dict[str, str]:
        """Every divider, by name; ``inside`` are those of the call."""
        states = {"facets": self._outer.saveState(), "alike": self._right.saveState()}
        states |= {f"review_{name}": state for name, state in self._kept.items()}
        states[f"review_{self._layout}"] = self.split.saveState()
        states |= {name: split.saveState() for name, split in inside.items()}
        return {name: bytes(state.toBase64().data()).decode() for name, state in states.items()}

    def restore(self, sizes: dict[str, Any], inside: dict[str, QSplitter]) -> None:
        """Divide it so; what does not fit is ignored."""
        states = {
            name: QByteArray.fromBase64(value.encode())
            for name, value in sizes.items()
            if isinstance(value, str)
        }
        for layout in _LIST:
            if f"review_{layout}" in states:
                self._kept[layout] = states[f"review_{layout}"]
        self._begin(self._layout)
        for name, split in {"facets": self._outer, "alike": self._right, **inside}.items():
            if name in states:
                split.restoreState(states[name])
            split.setHandleWidth(1)

    def _begin(self, layout: Layout) -> None:
        self._layout = layout
        lines = layout == "lines"
        self.split.setOrientation(Qt.Orientation.Horizontal if lines else Qt.Orientation.Vertical)
        if layout in self._kept:
            self.split.restoreState(self._kept[layout])
        else:
            self.split.setSizes([_LIST[layout], _REST, _REST])
        self.split.setHandleWidth(1)


def _split(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    split = QSplitter(orientation)
    split.setHandleWidth(1)
    split.setChildrenCollapsible(False)
    for widget in widgets:
        split.addWidget(widget)
    return split
