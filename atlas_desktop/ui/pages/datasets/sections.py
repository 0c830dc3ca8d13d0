"""The sections of a dataset, each made when it is first shown: all at once they took the window 150 ms."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QStackedWidget

from atlas_desktop.app.commands.dataset_acts import SectionName
from atlas_desktop.ui.pages.datasets.section import Section

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.pages.datasets.gates import GatesSection
    from atlas_desktop.ui.pages.datasets.items import ItemsSection
    from atlas_desktop.ui.pages.datasets.runs import RunsSection
    from atlas_desktop.ui.pages.datasets.versions import VersionsSection
    from atlas_desktop.ui.pages.work_page import WorkPage
    from atlas_desktop.ui.theme import Theme


class Sections:
    """Puts them into ``stack``, and tells each the workspace, also those that are made later."""

    def __init__(self, theme: "Theme", context: "Context", page: "WorkPage", stack: QStackedWidget) -> None:
        self._theme = theme
        self._context = context
        self._page = page
        self._stack = stack
        self._made: dict[SectionName, Section] = {}
        self._workspace: Workspace | None = None

    def __iter__(self) -> Iterator[Section]:
        """Those that are made."""
        return iter(self._made.values())

    def __getitem__(self, name: SectionName) -> Section:
        """This one, made now if it was not."""
        if name not in self._made:
            made = self._made[name] = self._make(name)
            self._stack.addWidget(made)
            made.show_keys(self._context.session.keyboard)
            made.set_workspace(self._workspace)
        return self._made[name]

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace from now on."""
        self._workspace = workspace
        for section in self:
            section.set_workspace(workspace)

    @property
    def items(self) -> "ItemsSection":
        """Its items."""
        return cast("ItemsSection", self["items"])

    @property
    def gates(self) -> "GatesSection":
        """Its gates."""
        return cast("GatesSection", self["gates"])

    @property
    def runs(self) -> "RunsSection":
        """Its runs."""
        return cast("RunsSection", self["runs"])

    @property
    def versions(self) -> "VersionsSection":
        """Its versions."""
        return cast("VersionsSection", self["versions"])

    def _make(self, name: SectionName) -> Section:
        arguments = (self._theme, self._context, self._page)
        if name == "items":
            from atlas_desktop.ui.pages.datasets.items import ItemsSection  # noqa: PLC0415

            return ItemsSection(*arguments)
        if name == "gates":
            from atlas_desktop.ui.pages.datasets.gates import GatesSection  # noqa: PLC0415

            return GatesSection(*arguments)
        if name == "runs":
            from atlas_desktop.ui.pages.datasets.runs import RunsSection  # noqa: PLC0415

            return RunsSection(*arguments)
        from atlas_desktop.ui.pages.datasets.versions import VersionsSection  # noqa: PLC0415

        return VersionsSection(*arguments)
