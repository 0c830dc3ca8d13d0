"""The item of the fix list at hand, whole: where it fails, what was asked, what is expected."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from atlas_desktop.domain.item_words import expected_text
from atlas_desktop.domain.veil import veiled_preview
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.pages.datasets.item_pane import input_parts
from atlas_desktop.ui.parts import Part
from atlas_desktop.ui.rendering import Reading
from atlas_desktop.ui.widgets.layouts import column, hairline, surface
from atlas_desktop.ui.widgets.payload_pane import PayloadPane
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.fix_entry import FixEntry
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import DatasetItem
    from atlas_desktop.ui.theme import Theme

NARROWEST: Final = 300
"""With less room than this beside the list it is not shown: the list has its first words."""


class FixItem(QWidget):
    """Read only; the last that was asked for is shown, whichever is read first."""

    def __init__(self, theme: "Theme", context: "Context") -> None:
        super().__init__()
        self._context = context
        self._workspace: Workspace | None = None
        self._entry: FixEntry | None = None
        self.said = PlainLabel("", tone="bad")
        self.said.setWordWrap(True)
        self.said.setAccessibleName(tr("Where it fails"))
        self.input = PayloadPane(theme, tr("Input"))
        self.expected = PayloadPane(theme, tr("Expected output"))
        self.setAccessibleName(tr("Item to fix"))
        head = surface("surface")
        column(head, margins=(4, 2, 4, 2)).addWidget(self.said)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.expected)
        split.addWidget(self.input)
        layout = column(self)
        layout.addWidget(head)
        layout.addWidget(hairline())
        layout.addWidget(split, 1)
        self.setMinimumWidth(NARROWEST)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Of this workspace's datasets."""
        self._workspace = workspace
        self._entry = None

    def show_entry(self, entry: "FixEntry | None") -> None:
        """This line of the fix list, whole."""
        if entry != self._entry:
            self._entry = entry
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """It may have been edited since."""
        self._read()
        super().showEvent(event)

    def _read(self) -> None:
        if self._entry is not None and self._workspace is not None and self.isVisible():
            self._context.spawn("item to fix is read", self._show(self._workspace, self._entry))

    async def _show(self, workspace: "Workspace", entry: "FixEntry") -> None:
        item = await workspace.datasets.item(entry.item_id)
        if entry is not self._entry:
            return
        settings = self._context.session.settings.current
        reading = Reading(rendered=settings.rendered, veil=settings.veil)
        said = tr("Changed, not scored yet") if entry.edited else tr(entry.said)
        self.said.setText(one_line(veiled_preview(said) if settings.veil else said))
        self.said.set_tone("accent" if entry.edited else "bad" if entry.needed else "muted")
        self.said.setVisible(bool(said))
        for pane in (self.input, self.expected):
            pane.view.set_reading(reading)
        self.input.show_parts(_input(item))
        self.expected.show_parts(_expected(item, entry))


class Beside(QSplitter):
    """The fix list, and at its end the item at hand, where there is room for both."""

    def __init__(self, view: QWidget, item: FixItem) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._item = item
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(view)
        self.addWidget(item)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Whether there is room."""
        self._item.setVisible(event.size().width() >= 2 * NARROWEST)
        super().resizeEvent(event)


def _input(item: "DatasetItem | None") -> list[Part]:
    if item is None:
        return [Part(tr("This item is not on this computer yet."), "muted")]
    return input_parts(item)


def _expected(item: "DatasetItem | None", entry: "FixEntry") -> list[Part]:
    return [Part(entry.text if item is None else expected_text(item.expected_output))]
