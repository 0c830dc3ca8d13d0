"""The sections of an operation as tabs, under its head."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands.operation_acts import SectionName


def section_tabs(chosen: Callable[["SectionName"], object]) -> Segments:
    """In the order of their keys; ``chosen`` is told which one was clicked."""
    made = Segments(
        [
            ("gates", tr("Ship gates")),
            ("schema", tr("Output schema")),
            ("history", tr("History")),
            ("releases", tr("Releases")),
            ("routing", tr("Routing")),
        ],
        lambda name: chosen(cast("SectionName", name)),
    )
    made.show_value("gates")
    made.name(tr("Section"), tr("What of the operation is shown"))
    return made


class Over(QWidget):
    """What stands over the section: the operation's head, and the ``tabs`` with a button at their end."""

    def __init__(self, head: QWidget, tabs: Segments, button: QWidget) -> None:
        super().__init__()
        body = column(self)
        body.addWidget(head)
        self.tabs = QWidget()
        line = row(self.tabs, margins=(2, 0, 3, 1), gap=2)
        line.addWidget(tabs)
        line.addStretch(1)
        line.addWidget(button)
        body.addWidget(self.tabs)
        body.addWidget(hairline())
