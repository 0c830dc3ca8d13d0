"""The Operations screen as it is laid out: the list, and the one at hand in sections."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget

from atlas_desktop.app.commands.operation_acts import AreaName, SectionName
from atlas_desktop.app.operation_state import BookState
from atlas_desktop.ui.key_router import takes_text
from atlas_desktop.ui.pages.operations.area import Area, Section
from atlas_desktop.ui.pages.operations.areas import Areas, makers
from atlas_desktop.ui.pages.operations.define_pane import DefinePane
from atlas_desktop.ui.pages.operations.evaluator_pane import EvaluatorPane
from atlas_desktop.ui.pages.operations.gates_pane import GatesPane
from atlas_desktop.ui.pages.operations.guide_pane import GuidePane
from atlas_desktop.ui.pages.operations.head import Head
from atlas_desktop.ui.pages.operations.history_pane import HistoryPane
from atlas_desktop.ui.pages.operations.keeping import Keeping
from atlas_desktop.ui.pages.operations.lessons import Pane, taught
from atlas_desktop.ui.pages.operations.no_operations import NoOperations
from atlas_desktop.ui.pages.operations.operation_list import OperationList
from atlas_desktop.ui.pages.operations.releases.pane import ReleasesPane
from atlas_desktop.ui.pages.operations.routing_pane import RoutingPane
from atlas_desktop.ui.pages.operations.schema_pane import SchemaPane
from atlas_desktop.ui.pages.operations.tabs import Over, section_tabs
from atlas_desktop.ui.pages.work_page import Place, WorkPage
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context, Zone
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.operation_state import Part
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.evaluators import Evaluator

_LIST: Final = 250
_REST: Final = 1_000


class OperationsView(WorkPage):
    """A view of the workspace's operations. What keys do is added by the page."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(theme, context)
        self.workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self.section: SectionName = "gates"
        self._state = BookState()
        self.at_rule = False
        self._guide = False
        self._keyboard: Keyboard | None = None
        self.list = OperationList(theme, self._select)
        self.desk = Keeping(self)
        self.head = Head(theme, self.desk)
        self.gates = GatesPane(theme, self.desk)
        self.schema = SchemaPane(theme, self.desk)
        self.history = HistoryPane(theme)
        self.rule = EvaluatorPane(theme, self.desk)
        self.define_pane = DefinePane(theme, self.desk)
        self.guide = GuidePane(self._shape_changed, self._bar_changed)
        self.empty = NoOperations(theme)
        self.releases = ReleasesPane(theme, self)
        self.routing = RoutingPane(theme, self, self.desk)
        self.tabs = section_tabs(self.show_section)
        self._changed = button(tr("What changed?"), self.what_changed, "quiet")
        self._caps = KeyCaps(theme)
        self._place: Place = "keys"
        self.panes: dict[Pane, QWidget] = {
            "gates": self.gates, "schema": self.schema, "history": self.history, "rule": self.rule,
            "guide": self.guide, "define": self.define_pane, "nothing": self.empty, "releases": self.releases,
            "routing": self.routing,
        }  # fmt: skip
        self.stack = QStackedWidget()
        for pane in self.panes.values():
            self.stack.addWidget(pane)
        self.stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.stack.setAccessibleName(tr("Operation"))
        self._lay_out()

    def _lay_out(self) -> None:
        right = surface("surface")
        body = column(right)
        self._over = Over(self.head, self.tabs, self._changed)
        body.addWidget(self._over)
        body.addWidget(self.stack, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.list)
        self.split.addWidget(right)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([_LIST, _REST])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        strip = surface("strip")
        row(strip, margins=(3, 0, 3, 0)).addWidget(self._caps)
        layout = column(self)
        layout.addWidget(self.notice)
        self.areas = Areas(self.split, makers(self.theme, self), self._area_changed)
        layout.addWidget(self.areas, 1)
        layout.addWidget(self.question)
        layout.addWidget(hairline())
        layout.addWidget(strip)

    # what the window asks for: see WorkPage

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's operations from now on."""
        for stop in self._stops:
            stop()
        self._stops, self.workspace = [], workspace
        self.at_rule = self._guide = False
        self.areas.set_workspace(workspace)
        for section in (self.releases, self.routing):
            section.set_workspace(workspace)
        if workspace is None:
            self._show(BookState())
            return
        book, trials = workspace.operations, workspace.trials
        self._stops = [
            book.changed.connect(self._show),
            trials.schema_changed.connect(self.schema.show_test),
            trials.rule_changed.connect(self.rule.show_test),
            trials.standings_changed.connect(self.gates.show_standings),
            self.context.session.settings.changed.connect(lambda _: self._veil_changed()),
        ]
        book.refresh()
        book.show(self._part)
        self._show(book.state)

    @property
    def zone(self) -> "Zone | None":
        """Whose keys act here: the area's."""
        return self.area.zone if self.area is not None else None

    @property
    def area(self) -> Area | None:
        """What is shown instead of the operations."""
        return self.areas.area

    def show_area(self, name: AreaName) -> None:
        """Operations, providers or usage, with the keyboard in it."""
        self.areas.show_area(name)
        self.take_focus()

    def take_focus(self) -> None:
        """The list of operations, or where the area begins."""
        if self.area is not None:
            self.area.take_focus()
        else:
            self.list.take_focus()

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        self._keyboard = keyboard
        self._teach()

    def step_back(self) -> bool:
        """From a text to its pane, from a rule or the guide to the gates, from there to the list."""
        if self.area is not None:
            return self.area.step_back()
        if self.list.stop_finding():
            return True
        pane = self.stack.currentWidget()
        if self.head.editing:
            self.head.leave()
        elif isinstance(pane, Section) and not self.list.has_focus() and pane.step_back():
            pass
        elif takes_text(QApplication.focusWidget()):
            self.rest()
        elif self._guide or self.at_rule:
            self._leave_side()
        elif self.list.has_focus():
            return False
        else:
            self.list.take_focus()
        return True

    def cycle_panes(self) -> None:
        """List, then what is shown beside it."""
        if self.area is not None:
            self.area.cycle_panes()
        elif self.list.has_focus():
            self.into()
        else:
            self.list.take_focus()

    # what the panes lead to

    def show_section(self, name: SectionName) -> None:
        """Its gates, its output schema, who changed what, or its releases."""
        if self.area is not None:
            self.areas.show_area("operation")
        self.section, self._guide, self.at_rule = name, False, False
        self.tabs.show_value(name)
        if self.workspace is not None:
            self.workspace.operations.show(self._part)
            self._show(self.workspace.operations.state)
        if name == "schema":
            self.schema.begin()

    @property
    def state(self) -> BookState:
        """What is shown."""
        return self._state

    def show_guide(self) -> None:
        """Ask what changed."""
        self._guide = True
        self._show(self._state)
        self.guide.shape.setFocus(Qt.FocusReason.OtherFocusReason)

    def what_changed(self) -> None:
        """Ask what changed, and go on from the answer."""
        if self._state.defined:
            self.show_guide()

    def rest(self) -> None:
        """The keyboard to where letters are keys, beside the list."""
        pane = self.stack.currentWidget()
        if isinstance(pane, SchemaPane | EvaluatorPane):
            pane.trial.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(pane, GatesPane | HistoryPane | Section):
            pane.take_focus()
        else:
            self.stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_rule(self, evaluator: "Evaluator | None") -> None:
        """This rule, or a new one, instead of the gates."""
        self.at_rule, self._guide = True, False
        self.rule.open(evaluator)
        self._show(self._state)
        self.rule.take_focus()

    def leave_rule(self) -> None:
        """Back to the gates."""
        self.at_rule = self._guide = False
        self.rule.close_rule()
        self.show_section("gates")
        self.gates.take_focus()

    # inside

    @property
    def _part(self) -> "Part | None":
        return "history" if self.section == "history" else "schemas" if self.section == "schema" else None

    def _show(self, state: BookState) -> None:
        before, self._state = self._state, state
        if before.key != state.key:
            self.at_rule = self._guide = False
        if self.workspace is not None:
            self.workspace.trials.follow(state.key, state.schema_of)
        self.list.show_state(state)
        self.head.show_state(state)
        shown = (self.gates, self.schema, self.history, self.rule, self.define_pane)
        for pane in (*shown, self.releases, self.routing):
            pane.show_state(state)
        self._over.setVisible(state.key is not None)
        self._over.tabs.setVisible(state.defined and not self.at_rule and not self._guide)
        if state.key is None:
            self.empty.show_state(state, self.context.session.keyboard.key("go.sync") or "")
        self._turn_to(self.panes[self._pane(state)])
        self._teach()
        self.list.take_found()

    def _veil_changed(self) -> None:
        """What was shown without it is not to stay so."""
        if self.workspace is not None:
            self.schema.show_test(self.workspace.trials.schema_test)
            self.rule.show_test(self.workspace.trials.rule_test)

    def _turn_to(self, pane: QWidget) -> None:
        before, focus = self.stack.currentWidget(), QApplication.focusWidget()
        inside = before is not None and focus is not None and (before is focus or before.isAncestorOf(focus))
        self.stack.setCurrentWidget(pane)
        if inside and pane is not before:
            # Else Qt gives the focus of what is hidden to what comes next, which may be a text field.
            self.rest()

    def _pane(self, state: BookState) -> Pane:
        if state.key is None:
            return "nothing"
        if not state.defined:
            return "define"
        return "guide" if self._guide else "rule" if self.at_rule else self.section

    def teach(self, place: Place) -> None:
        """Of keys that act there."""
        if place != self._place:
            self._place = place
            self._teach()

    def _teach(self) -> None:
        """The keys that do something where one is."""
        if self._keyboard is None:
            return
        pane, place = self.area or self.stack.currentWidget(), self._place
        words = (
            pane.taught(place) if isinstance(pane, Area | Section) else taught(self._pane(self._state), place)
        )
        self._caps.set_hints([(key, words) for name, words in words if (key := self._keyboard.key(name))])

    def lessons_changed(self) -> None:
        """Other keys do something now."""
        self._teach()

    def _area_changed(self) -> None:
        self.notice.hide()
        self.question.hide()
        self.zone_changed.emit()
        self._teach()

    def _select(self, key: str) -> None:
        if self.workspace is not None:
            self.workspace.operations.select(key)

    def into(self) -> None:
        """The keyboard into what is shown beside the list."""
        pane = self.stack.currentWidget()
        if isinstance(pane, GatesPane | SchemaPane | HistoryPane | EvaluatorPane | DefinePane | Section):
            pane.take_focus()

    def _leave_side(self) -> None:
        if self.at_rule:
            self.leave_rule()
            return
        self._guide = False
        self._show(self._state)
        self.list.take_focus()

    def _shape_changed(self) -> None:
        self.show_section("schema")
        self.schema.take_focus()

    def _bar_changed(self) -> None:
        self.show_section("gates")
        self.gates.take_focus()
        self.context.say(tr("Choose the evaluator to change; Enter opens it"))
