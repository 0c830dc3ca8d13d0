"""Operation, Providers, Usage: the switch over the Operations screen, and what it switches."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from atlas_desktop.app.commands.operation_acts import AreaName
from atlas_desktop.ui.pages.operations.area import Area
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.pages.work_page import WorkPage
    from atlas_desktop.ui.theme import Theme

Make = Callable[[], Area]


class Areas(QWidget):
    """``first`` is the area of the operations; the others are made when one first goes there."""

    def __init__(self, first: QWidget, make: Mapping[AreaName, Make], changed: Callable[[], object]) -> None:
        super().__init__()
        self._make = make
        self._changed = changed
        self._made: dict[AreaName, Area] = {}
        self._workspace: Workspace | None = None
        self.name: AreaName = "operation"
        self.switch = Segments(
            [("operation", tr("Operations")), ("providers", tr("Providers")), ("usage", tr("Usage"))],
            lambda name: self.show_area(cast("AreaName", name)),
        )
        self.switch.show_value("operation")
        self.switch.name(tr("Area"), tr("Operations, who serves calls, or what they cost"))
        self._stack = QStackedWidget()
        self._first = first
        self._stack.addWidget(first)
        top = surface("strip")
        line = row(top, margins=(3, 1, 3, 1))
        line.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch(1)
        body = column(self)
        body.addWidget(top)
        body.addWidget(hairline())
        body.addWidget(self._stack, 1)

    @property
    def area(self) -> Area | None:
        """What is shown instead of the operations."""
        return self._made.get(self.name)

    def get(self, name: AreaName) -> Area:
        """This area, made if need be."""
        if (found := self._made.get(name)) is None:
            found = self._made[name] = self._make[name]()
            self._stack.addWidget(found)
            found.set_workspace(self._workspace)
        return found

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's from now on."""
        self._workspace = workspace
        for each in self._made.values():
            each.set_workspace(workspace)

    def show_area(self, name: AreaName) -> None:
        """Go there; the focus stays where it is."""
        self.name = name
        self.switch.show_value(name)
        shown = self._first if name == "operation" else self.get(name)
        self._stack.setCurrentWidget(shown)
        if isinstance(shown, Area):
            shown.show_area()
        self._changed()


def makers(theme: "Theme", page: "WorkPage") -> dict[AreaName, Make]:
    """How the areas are made. Their modules are loaded when one first goes there."""

    def providers() -> Area:
        from atlas_desktop.ui.pages.operations.providers.area import ProvidersArea  # noqa: PLC0415

        return ProvidersArea(theme, page)

    def usage() -> Area:
        from atlas_desktop.ui.pages.operations.usage.area import UsageArea  # noqa: PLC0415

        return UsageArea(theme, page)

    return {"providers": providers, "usage": usage}
