"""What commands may ask of the window: see app.commands.context."""

from collections.abc import Coroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from atlas_desktop.app.commands import Listing, Screen, Zone
from atlas_desktop.app.commands.context import Editing
from atlas_desktop.app.gate_meter import Meter
from atlas_desktop.app.pace import Pace
from atlas_desktop.app.review_state import Decided, Ignored, NeedsConfirm, NotDone, Outcome
from atlas_desktop.app.sentences import IGNORED
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.key_router import takes_text, zone_of
from atlas_desktop.ui.overlays import Overlays
from atlas_desktop.ui.pages.correcting import Correcting
from atlas_desktop.ui.pages.keys import KeysPage
from atlas_desktop.ui.pages.reading import CallReading
from atlas_desktop.ui.pages.review import ReviewPage
from atlas_desktop.ui.pages.settings import SettingsPage
from atlas_desktop.ui.pages.sync import SyncPage
from atlas_desktop.ui.pages.welcome import WelcomePage
from atlas_desktop.ui.pages.work_page import WORK, ZONES, WorkPage
from atlas_desktop.ui.rail import Rail
from atlas_desktop.ui.status_bar import StatusBar
from atlas_desktop.ui.widgets.strip import Question
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.app.review import Review
    from atlas_desktop.app.session import Session
    from atlas_desktop.ui.pages.datasets.gates import GatesSection
    from atlas_desktop.ui.pages.datasets.page import DatasetsPage
    from atlas_desktop.ui.pages.datasets.runs import RunsSection
    from atlas_desktop.ui.pages.operations.page import OperationsPage
    from atlas_desktop.ui.pages.operations.providers.area import ProvidersArea
    from atlas_desktop.ui.pages.operations.releases.pane import ReleasesPane
    from atlas_desktop.ui.pages.operations.usage.area import UsageArea
    from atlas_desktop.ui.pages.trends.page import TrendsPage


class WindowActions(QMainWindow):
    """Implements ``commands.Context``; the window makes the parts. ``closing`` asks whoever runs it to end."""

    closing = Signal()

    rail: Rail
    rail_line: QWidget
    status_line: QWidget
    status: StatusBar
    overlays: Overlays
    pace: Pace
    stack: QStackedWidget
    review_page: ReviewPage
    sync_page: SyncPage
    settings_page: SettingsPage
    welcome_page: WelcomePage
    pages: dict[Screen, QWidget]
    correcting: Correcting
    call_reading: CallReading

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self._session = session
        self._screen: Screen = "welcome"
        self.focus_mode = False
        """Only the call and what decides about it is shown."""

    @property
    def session(self) -> "Session":
        """The running session."""
        return self._session

    @property
    def review(self) -> "Review | None":
        """The review of the open workspace."""
        workspace = self._session.workspace
        return workspace.review if workspace is not None else None

    @property
    def painted(self) -> int | None:
        """The call on the screen, painted."""
        return self.review_page.painted if self._screen == "review" else None

    def spawn(self, name: str, coro: Coroutine[Any, Any, object]) -> object:
        """Run in the background; what fails is shown beside the work."""
        return self._session.tasks.spawn(name, coro)

    def decided(self, outcome: Outcome) -> None:
        """What came of a decision."""
        if isinstance(outcome, Decided):
            self.pace.decided(monotonic())
            self.status.show_pace(self.pace.an_hour)
        if isinstance(outcome, NeedsConfirm):
            self.review_page.ask(outcome)
        elif isinstance(outcome, NotDone):
            self.tell(outcome.problem)
        elif isinstance(outcome, Ignored) and outcome.why in IGNORED:
            self.say(tr(IGNORED[outcome.why]))

    def show(self, screen: Screen | None = None) -> None:
        """Go to this screen; without one, show the window."""
        if screen is None:
            super().show()
            return
        self.overlays.hide()
        if screen == "review" and self._session.workspace is None and self.review_page.opening is None:
            screen = "welcome"
        if screen != "review":
            self._set_focus_mode(False)
        self._make(screen)
        self._screen = screen
        self.stack.setCurrentWidget(self.pages[screen])
        self.rail.show_place(screen)
        self._focus_page()
        self._zone_changed()

    @property
    def listing(self) -> Listing:
        """The list on Review."""
        return self.review_page.listing

    @property
    def reading(self) -> CallReading:
        """How the call on the screen is read."""
        return self.call_reading

    @property
    def editing(self) -> Editing:
        """The correction editor on the screen; on Datasets that of an expected output."""
        return self.datasets.items.editing if self._screen == "datasets" else self.correcting

    @property
    def datasets(self) -> "DatasetsPage":
        """The Datasets screen."""
        self._make("datasets")
        return cast("DatasetsPage", self.pages["datasets"])

    @property
    def gates(self) -> "GatesSection":
        """The gates on it."""
        return self.datasets.gates

    @property
    def runs(self) -> "RunsSection":
        """The runs on it."""
        return self.datasets.runs

    @property
    def operations(self) -> "OperationsPage":
        """The Operations screen."""
        self._make("operations")
        return cast("OperationsPage", self.pages["operations"])

    @property
    def releases(self) -> "ReleasesPane":
        """The releases of the operation at hand."""
        return self.operations.releases

    @property
    def usage(self) -> "UsageArea":
        """What calls cost, and the refunds."""
        return cast("UsageArea", self.operations.areas.get("usage"))

    @property
    def providers(self) -> "ProvidersArea":
        """The providers on it."""
        return cast("ProvidersArea", self.operations.areas.get("providers"))

    @property
    def trends(self) -> "TrendsPage":
        """The Trends screen."""
        self._make("trends")
        return cast("TrendsPage", self.pages["trends"])

    @property
    def screen_zone(self) -> Zone | None:
        """Whose keys act on this screen while no text field has the focus."""
        page = self.pages.get(self._screen)
        return (page.zone if isinstance(page, WorkPage) else None) or ZONES.get(self._screen)

    @property
    def work_pages(self) -> list[WorkPage]:
        """Those that were made so far."""
        return [each for each in self.pages.values() if isinstance(each, WorkPage)]

    @property
    def question(self) -> Question | None:
        """What asks on this screen."""
        page = self.pages[self._screen]
        return page.question if isinstance(page, ReviewPage | WorkPage) else None

    def export_calls(self) -> None:
        """Offer to take the selected calls out, else those of the list."""
        if self._session.workspace is not None:
            self.review_page.exports.calls(self._session.workspace)

    def show_gates(self) -> None:
        """The gates of the operation at hand: of its newest draft, else with the operation."""
        workspace = self._session.workspace
        meter = workspace.meter.state if workspace is not None else Meter()
        if meter.dataset is not None:
            self.show("datasets")
            self.datasets.choose(meter.dataset.id)
            self.datasets.show_section("gates")
        else:
            self.show("operations")
            self.operations.show_gates_of(meter.operation)

    def edit_tags(self) -> None:
        """The cursor into the tags of the call at hand."""
        self.review_page.panes.describe.edit_tags()

    def edit_note(self) -> None:
        """The cursor into its note."""
        self.review_page.panes.describe.edit_note()

    def focus_filter(self) -> None:
        """The cursor into the filter, its text selected."""
        self.review_page.filter.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.review_page.filter.line.selectAll()

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        """A page of the call's text."""
        self.review_page.scroll_page(direction)

    def show_judge(self) -> None:
        """Settings, where the judge of the local Atlas is chosen."""
        self.show("settings")
        self.settings_page.show_judge()

    def show_keys(self) -> None:
        """Open or close the cheat sheet."""
        self.overlays.show_sheet()

    def show_palette(self) -> None:
        """Open or close the command palette."""
        zones: frozenset[Zone] = frozenset({"anywhere"})
        if zone_of(QApplication.focusWidget()) == "editor":
            zones = frozenset({"anywhere", "editor"})
        elif (zone := self.screen_zone) is not None:
            zones = frozenset({"anywhere", zone})
        self.overlays.show_palette(zones, open_=self.review is not None)

    def toggle_focus_mode(self) -> None:
        """Only the call and what decides about it, or everything again."""
        if self._screen != "review":
            self.show("review")
        self._set_focus_mode(not self.focus_mode)

    def _set_focus_mode(self, on: bool) -> None:
        if on == self.focus_mode:
            return
        self.focus_mode = on
        for part in (self.rail, self.rail_line, self.status, self.status_line, self.menuBar()):
            part.setVisible(not on)
        self.review_page.set_focus_mode(on)
        if on:
            self.say(
                tr("Focus mode. {key} brings everything back.", key=self._session.keyboard.key("view.focus"))
            )
        else:
            self.status.say("")
        self._focus_page()

    def next_pane(self) -> None:
        """The focus into the next pane; on other screens to the next control."""
        if self._screen == "review":
            self.review_page.cycle_panes()
        elif isinstance(page := self.pages[self._screen], WorkPage):
            page.cycle_panes()
        else:
            self.focusNextChild()

    def toggle_inspector(self) -> None:
        """What is known about the call beside its text."""
        self.review_page.panes.toggle_inspector()

    def copy(self, text: str, what: str) -> None:
        """To the clipboard, and say so."""
        QGuiApplication.clipboard().setText(text)
        self.say(tr("Copied: {what}", what=what))

    def escape(self) -> None:
        """One step down: overlay, question, text field, selection, focus mode, notice. Never discards text."""
        if self.overlays.shown is not None:
            self.overlays.hide()
        elif self.question is not None and self.question.isVisible():
            self.question.cancel()
        elif (
            (
                isinstance(page := self.pages[self._screen], WorkPage)
                and (page.close_exports() or page.step_back())
            )
            or (self._screen == "review" and self.review_page.step_back())
            or (self._screen == "review" and self.call_reading.close_find())
            or (self._screen == "review" and self.correcting.leave())
        ):
            pass
        elif takes_text(QApplication.focusWidget()):
            self._focus_page()
        elif self.review is not None and self._screen == "review" and self.review.selected_count:
            self.review.select_none()
        elif self.focus_mode:
            self._set_focus_mode(False)
        elif self._screen == "keys":
            self.show("settings")
        elif self._screen in ("sync", "settings", *WORK):
            self.show("review")
        else:
            self.review_page.notice.hide()
            self._focus_page()

    def quit(self) -> None:
        """Ask whoever runs the window to end."""
        self.closing.emit()

    def say(self, sentence: str) -> None:
        """To the status bar and to a screen reader."""
        self.status.say(sentence)
        announce(self, sentence)

    def tell(self, problem: "Problem") -> None:
        """Show a problem on the page it belongs to, or where the reader is."""
        page: QWidget = self.sync_page if problem.at == "sync" else self.pages[self._screen]
        assert isinstance(page, ReviewPage | SyncPage | SettingsPage | KeysPage | WelcomePage | WorkPage)  # noqa: S101 - all
        page.notice.tell(problem, self._session.sync_now)
        announce(self, problem.sentence)

    def _focus_page(self) -> None:
        if self._screen == "review":
            self.review_page.take_focus()
        elif self._screen == "welcome":
            self.welcome_page.take_focus()
        elif isinstance(page := self.pages[self._screen], WorkPage):
            page.take_focus()
        else:
            self.pages[self._screen].setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, screen: Screen) -> None:
        """Make the page of a screen that is seldom gone to, if it is not there yet."""
        raise NotImplementedError

    def _zone_changed(self, *_: object) -> None:
        raise NotImplementedError
