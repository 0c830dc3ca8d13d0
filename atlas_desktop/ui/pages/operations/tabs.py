"""The sections of an operation as tabs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from atlas_desktop.ui.widgets.choices import Segments
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
        ],
        lambda name: chosen(cast("SectionName", name)),
    )
    made.show_value("gates")
    made.name(tr("Section"), tr("What of the operation is shown"))
    return made
