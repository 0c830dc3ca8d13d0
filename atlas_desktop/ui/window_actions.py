"""What commands may ask of the window: see app.commands.context."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from atlas_desktop.app.commands import Screen
from atlas_desktop.app.review_state import Ignored, NeedsConfirm, NotDone, Outcome
from atlas_desktop.app.sentences import IGNORED
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.cheat_sheet import CheatSheet
from atlas_desktop.ui.key_router import takes_text
from atlas_desktop.ui.pages.review import ReviewPage
from atlas_desktop.ui.pages.settings import SettingsPage
from atlas_desktop.ui.pages.sync import SyncPage
from atlas_desktop.ui.pages.welcome import WelcomePage
from atlas_desktop.ui.rail import Rail
from atlas_desktop.ui.status_bar import StatusBar

if TYPE_CHECKING:
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.app.review import Review
    from atlas_desktop.app.session import Session


class WindowActions(QMainWindow):
    """Implements ``commands.Context``; the window makes the parts. ``closing`` asks whoever runs it to end."""

    closing = Signal()

    rail: Rail
    status: StatusBar
    sheet: CheatSheet
    stack: QStackedWidget
    review_page: ReviewPage
    sync_page: SyncPage
    settings_page: SettingsPage
    welcome_page: WelcomePage
    pages: dict[Screen, QWidget]

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self._session = session
        self._screen: Screen = "welcome"

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
        if isinstance(outcome, NeedsConfirm):
            self.review_page.ask(outcome)
        elif isinstance(outcome, NotDone):
            self.tell(outcome.problem)
        elif isinstance(outcome, Ignored) and outcome.why in IGNORED:
            self.say(IGNORED[outcome.why])

    def show(self, screen: Screen | None = None) -> None:
        """Go to this screen; without one, show the window."""
        if screen is None:
            super().show()
            return
        if screen == "review" and self._session.workspace is None and self.review_page.opening is None:
            screen = "welcome"
        self._screen = screen
        self.stack.setCurrentWidget(self.pages[screen])
        self.rail.show_place(screen)
        self._focus_page()
        self._zone_changed()

    def focus_filter(self) -> None:
        """The cursor into the filter, its text selected."""
        self.review_page.filter.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.review_page.filter.line.selectAll()

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        """A page of the call's text."""
        self.review_page.scroll_page(direction)

    def show_keys(self) -> None:
        """Open or close the cheat sheet."""
        self.sheet.toggle()

    def next_pane(self) -> None:
        """The focus into the next pane; on other screens to the next control."""
        if self._screen == "review":
            self.review_page.cycle_panes()
        else:
            self.focusNextChild()

    def toggle_inspector(self) -> None:
        """What is known about the call beside its text."""
        self.review_page.panes.toggle_inspector()

    def toggle_fold(self) -> None:
        """The system prompt, folded or not."""
        self.review_page.panes.toggle_fold()

    def copy(self, text: str, what: str) -> None:
        """To the clipboard, and say so."""
        QGuiApplication.clipboard().setText(text)
        self.say(f"Copied the {what}")

    def escape(self) -> None:
        """One step down: overlay, question, text field, selection, notice."""
        if self.sheet.isVisible():
            self.sheet.hide()
        elif self.review_page.question.isVisible():
            self.review_page.question.cancel()
        elif takes_text(QApplication.focusWidget()):
            self._focus_page()
        elif self.review is not None and self._screen == "review" and self.review.selected_count:
            self.review.select_none()
        elif self._screen in ("sync", "settings"):
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
        assert isinstance(page, ReviewPage | SyncPage | SettingsPage | WelcomePage)  # noqa: S101 - all there are
        page.notice.tell(problem, self._session.sync_now)
        announce(self, problem.sentence)

    def _focus_page(self) -> None:
        if self._screen == "review":
            self.review_page.list.view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._screen == "welcome":
            self.welcome_page.take_focus()
        else:
            self.pages[self._screen].setFocus(Qt.FocusReason.OtherFocusReason)

    def _zone_changed(self, *_: object) -> None:
        raise NotImplementedError
