"""Datasets: the list at the left, the one at hand in sections at the right; or the builder of one that is to be."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget

from atlas_desktop.app.commands.dataset_acts import SectionName
from atlas_desktop.ui.pages.datasets.builder import BuilderPane
from atlas_desktop.ui.pages.datasets.dataset_head import DatasetHead
from atlas_desktop.ui.pages.datasets.lessons import lesson
from atlas_desktop.ui.pages.datasets.row_acts import RowActs
from atlas_desktop.ui.pages.datasets.section import Section
from atlas_desktop.ui.pages.datasets.sections import Sections
from atlas_desktop.ui.pages.datasets.shelf import NEW, Shelf, draft_key, draft_of
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.dataset_state import DatasetsState
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.ui.pages.datasets.gates import GatesSection
    from atlas_desktop.ui.pages.datasets.items import ItemsSection
    from atlas_desktop.ui.pages.datasets.runs import RunsSection
    from atlas_desktop.ui.pages.datasets.versions import VersionsSection
    from atlas_desktop.ui.pages.work_page import Place


class DatasetsPage(RowActs):
    """A view of the workspace's datasets; implements ``DatasetActs``."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(theme, context)
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self._at: str | None = None
        self._shown: SectionName = "items"
        self._focus_due = False
        """The list has the focus only because there is nothing else yet."""
        self.shelf = Shelf(theme, self.choose, self.new_dataset)
        self.head = DatasetHead(theme, self.show_section, self.branch)
        self.stack = QStackedWidget()
        self.sections = Sections(theme, context, self, self.stack)
        self.builder = BuilderPane(theme, context, self)
        self.empty = Empty(theme)
        self._detail = QWidget()
        self._right = QStackedWidget()
        self._right.currentChanged.connect(lambda _: self._teach())
        self._caps = KeyCaps(theme)
        self._place: Place = "keys"
        self._lay_out()
        self.show_keys(context.session.keyboard)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's datasets from now on."""
        for stop in self._stops:
            stop()
        self._stops = []
        self._workspace = workspace
        self._at = None
        self.sections.set_workspace(workspace)
        self.builder.set_workspace(workspace)
        if workspace is not None:
            self._stops = [
                workspace.datasets.changed.connect(lambda _: self._show()),
                workspace.builder.made.connect(self._made),
                workspace.builder.changed.connect(lambda _: self._show_shelf()),
            ]
            workspace.datasets.watch()
        self._show()

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        for section in self.sections:
            section.show_keys(keyboard)
        self._teach()

    def take_focus(self) -> None:
        """Where one works: the section at hand, else the list."""
        if self._right.currentWidget() is self._detail:
            self.section.take_focus()
        elif self._right.currentWidget() is self.builder:
            self.builder.take_focus()
        else:
            self._focus_due = True
            self.shelf.take_focus()

    def step_back(self) -> bool:
        """Out of a text, then what the section has."""
        if self._right.currentWidget() is self.builder:
            return self.builder.step_back()
        return self.section.step_back()

    def cycle_panes(self) -> None:
        """List, section, text."""
        detail = self._right.currentWidget() or self
        panes: list[QWidget] = [self.shelf.list, detail]
        if self._right.currentWidget() is self._detail and self._shown == "items":
            panes = [
                self.shelf.list,
                self.items.table,
                self.items.pane.input.view,
                self.items.pane.expected.editor,
            ]
        focus = QApplication.focusWidget()
        here = next((at for at, each in enumerate(panes) if each is focus), None)
        if here is None:
            here = next((at for at, each in enumerate(panes) if each.isAncestorOf(focus or self)), 0)
        following = panes[(here + 1) % len(panes)]
        if following is detail:
            self.take_focus()
        else:
            following.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # what commands may ask: see DatasetActs

    @property
    def section(self) -> Section:
        """The part that is shown."""
        return self.sections[self._shown]

    @property
    def items(self) -> "ItemsSection":
        """Its part about items."""
        return self.sections.items

    @property
    def gates(self) -> "GatesSection":
        """Its part about gates."""
        return self.sections.gates

    @property
    def runs(self) -> "RunsSection":
        """Its part about runs."""
        return self.sections.runs

    @property
    def versions(self) -> "VersionsSection":
        """Its part about versions."""
        return self.sections.versions

    def show_section(self, name: SectionName) -> None:
        """This part of the dataset at hand."""
        self._shown = name
        self.head.tabs.show_value(name)
        self.stack.setCurrentWidget(self.sections[name])
        self._teach()
        if (dataset := self._current()) is not None:
            self.section.show_dataset(dataset)
            self.section.take_focus()

    def new_dataset(self) -> None:
        """A dataset of the calls that are selected on Review, or in its filter."""
        if self._workspace is not None:
            self.context.show("datasets")
            self._at = NEW
            self._right.setCurrentWidget(self.builder)
            self._workspace.datasets.choose(None)
            self.builder.begin()

    def branch(self) -> None:
        """A new draft with the items of the dataset at hand."""
        if (dataset := self._current()) is not None and self._workspace is not None:
            self.context.spawn("dataset is branched", self._branch(self._workspace, dataset))

    def send(self) -> None:
        """Make the dataset of the draft at hand."""
        if self._right.currentWidget() is self.builder:
            self.builder.send()

    def edit_item(self, item_id: str) -> None:
        """Show this item with the cursor in its expected output."""
        self.show_section("items")
        self.items.edit_item(item_id)

    # inside

    def _current(self) -> "Dataset | None":
        return self._workspace.datasets.state.current if self._workspace is not None else None

    def choose(self, key: str) -> None:
        """Go to this dataset or draft."""
        workspace = self._workspace
        if workspace is None or key == self._at:
            return
        self._at = key
        draft = draft_of(key)
        if draft is not None:
            workspace.datasets.choose(None)
            self._right.setCurrentWidget(self.builder)
            self.builder.open_draft(draft)
            self._arrive()
        elif key == NEW:
            self._right.setCurrentWidget(self.builder)
        else:
            workspace.datasets.choose(key)
        self._show()

    def _show(self) -> None:
        workspace = self._workspace
        if workspace is None:
            self._right.setCurrentWidget(self.empty)
            self.empty.say("")
            return
        state = workspace.datasets.state
        self._settle(state)
        self._show_shelf()
        dataset = state.current
        if dataset is not None:
            self.head.show_dataset(dataset)
            self._right.setCurrentWidget(self._detail)
            self.stack.setCurrentWidget(self.section)
            self.section.show_dataset(dataset)
            self._teach()
            self._arrive()
        elif self._at is None:
            self._say_empty(state)
            self._right.setCurrentWidget(self.empty)
        if state.problem is not None and state.datasets:
            self.notice.tell(state.problem)

    def _arrive(self) -> None:
        if self._focus_due and self.shelf.list.hasFocus():
            self._focus_due = False
            self.take_focus()

    def teach(self, place: "Place") -> None:
        """Of keys that act there."""
        if place != self._place:
            self._place = place
            self._teach()

    def _teach(self) -> None:
        """The keys of what is on the screen."""
        shown, dataset = self._right.currentWidget(), self._current()
        part = "builder" if shown is self.builder else self._shown if shown is self._detail else "empty"
        golden = dataset is not None and dataset.status == "golden"
        hints = self.context.session.keyboard.hints(*lesson(self._place, part, golden=golden))
        self._caps.set_hints(hints)

    def _settle(self, state: "DatasetsState") -> None:
        """What was at hand may be gone; the first time nothing was."""
        if state.chosen is not None and draft_of(self._at) is None:
            self._at = state.chosen
        draft = draft_of(self._at)
        gone = draft is not None and all(each.id != draft for each in state.drafts)
        if self._at not in (None, NEW) and draft is None and state.dataset(self._at) is None:
            gone = state.phase == "ready"
        if gone or self._at is None:
            self._at = None
            first = next(iter(state.datasets), None)
            if first is not None:
                self.choose(first.id)
            elif state.drafts and state.phase != "loading":
                self.choose(draft_key(state.drafts[0].id))

    def _show_shelf(self) -> None:
        if self._workspace is not None:
            building = self._workspace.builder.state
            words = building.source if building.open and building.draft is None else ""
            self.shelf.show_state(self._workspace.datasets.state, self._at, words)

    def _say_empty(self, state: "DatasetsState") -> None:
        keyboard = self.context.session.keyboard
        if state.phase == "loading":
            self.empty.say(tr("Reading datasets…"))
            return
        self.empty.say(
            tr("No datasets yet"),
            tr("Correct some calls, collect them, and make a dataset of them here."),
            keyboard.hints(
                ("go.review", tr("calls")), ("describe.dataset", tr("collects the call at hand")),
                ("dataset.new", tr("takes all of the filter")),
            ),
        )  # fmt: skip

    def _made(self, dataset: "Dataset") -> None:
        """What was built is there: go to it, unless one looks at something else by now."""
        workspace, building = self._workspace, self._right.currentWidget() is self.builder
        if workspace is not None and building and not workspace.builder.state.refused:
            self._at = dataset.id
            workspace.builder.leave()
            workspace.datasets.choose(dataset.id)
            self.show_section("items")
        words = [tr("{name} has {count:,} items.", name=dataset.name, count=dataset.item_count)]
        if workspace is not None and (against := workspace.builder.against):
            words.append(
                trn(
                    "{count:,} of them contradicts another of the same prompt.",
                    "{count:,} of them contradict others of the same prompt.",
                    against,
                )
            )
        self.context.say(" ".join(words))

    async def _branch(self, workspace: "Workspace", dataset: "Dataset") -> None:
        made = await workspace.datasets.branch(dataset)
        if made is not None:
            self._at = made.id
            self._show()
            self.context.say(tr("Branched: {name} can be changed.", name=made.name))
        elif workspace.datasets.state.problem is not None:
            self.notice.tell(workspace.datasets.state.problem)

    def _lay_out(self) -> None:
        inside = column(self._detail)
        inside.addWidget(self.head)
        inside.addWidget(self.stack, 1)
        for each in (self.empty, self._detail, self.builder):
            self._right.addWidget(each)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.shelf)
        split.addWidget(self._right)
        split.setStretchFactor(1, 1)
        split.setSizes([300, 1000])
        keys = surface("strip")
        row(keys, margins=(3, 0, 3, 0)).addWidget(self._caps)
        layout = column(self)
        layout.addWidget(self.notice)
        layout.addWidget(split, 1)
        layout.addWidget(self.question)
        layout.addWidget(hairline())
        layout.addWidget(keys)
        self.head.tabs.show_value("items")
