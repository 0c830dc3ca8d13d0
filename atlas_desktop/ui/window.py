"""The window: rail, pages, status bar; and what commands may ask of the screen."""

from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QStackedWidget, QWidget

from atlas_desktop.app.commands import Command, Screen, Zone
from atlas_desktop.app.pace import Pace
from atlas_desktop.app.settings import Settings
from atlas_desktop.store.rows import OutboxCounts
from atlas_desktop.ui.actions import bind, build_menus, enable
from atlas_desktop.ui.key_router import KeyRouter, takes_text, zone_of
from atlas_desktop.ui.overlays import Overlays
from atlas_desktop.ui.pages.comparing import Comparing
from atlas_desktop.ui.pages.correcting import Correcting
from atlas_desktop.ui.pages.describing import Describing
from atlas_desktop.ui.pages.keys import KeysPage
from atlas_desktop.ui.pages.reading import CallReading
from atlas_desktop.ui.pages.review import Lesson, ReviewPage
from atlas_desktop.ui.pages.settings import SettingsPage
from atlas_desktop.ui.pages.sync import SyncPage
from atlas_desktop.ui.pages.welcome import WelcomePage
from atlas_desktop.ui.pages.work_page import WORK, WorkPage, make_work_page
from atlas_desktop.ui.rail import Rail
from atlas_desktop.ui.status_bar import StatusBar
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.strip import ChordHints
from atlas_desktop.ui.window_actions import WindowActions
from atlas_desktop.ui.window_size import first_size, smallest_size
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.session import Session, Workspace
    from atlas_desktop.domain.alerts import Reading
    from atlas_desktop.ui.falls import Falls

_TICK_MS: Final = 1_000
_ZONE_NAMES: Final[dict[Screen, str]] = {
    "review": mark("REVIEW"), "datasets": mark("DATASETS"), "trends": mark("TRENDS"),
    "operations": mark("OPERATIONS"), "sync": mark("SYNC"), "settings": mark("SETTINGS"), "keys": mark("KEYS"),
    "welcome": mark("WELCOME"),
}  # fmt: skip


class Window(WindowActions):
    """The parts, put together and kept up to date; also the router's ``Host``."""

    def __init__(self, theme: Theme, session: "Session") -> None:
        super().__init__(session)
        self._theme = theme
        self._stops: list[Callable[[], None]] = []
        self._heard: list[Callable[[], None]] = []
        self.falls: Falls | None = None
        self.setWindowTitle("Atlas Desktop")
        room = self.screen().availableGeometry().size()
        self.setMinimumSize(smallest_size(room))
        self.resize(first_size(room))
        self.rail = Rail(theme)
        self.status = StatusBar(theme)
        self.review_page = ReviewPage(theme, self)
        self.correcting = Correcting(theme, self, self.review_page.panes)
        self.call_reading = CallReading(self, self.review_page)
        self.comparing = Comparing(self, self.review_page.panes)
        self.describing = Describing(self, self.review_page.panes.describe)
        self.sync_page = SyncPage(theme, self)
        self.settings_page = SettingsPage(theme, self)
        self.welcome_page = WelcomePage(theme, self)
        self.pages: dict[Screen, QWidget] = {
            "review": self.review_page,
            "sync": self.sync_page,
            "settings": self.settings_page,
            "welcome": self.welcome_page,
        }
        self.pace = Pace()
        self.stack = QStackedWidget()
        for page in self.pages.values():
            self.stack.addWidget(page)
        self.chords = ChordHints(theme, self.stack)
        self._lay_out()
        self._keyboard = session.keyboard
        commands = self._keyboard.commands
        self.actions_by_id = build_menus(
            self, commands, lambda name: self.run_command(self._keyboard.command(name))
        )
        self.overlays = Overlays(theme, self, session, self._run_found, self.review_page.listing.open_view)
        self.router = KeyRouter(self, self, commands)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._connect()
        self.restore(session.settings.current.window)
        self.settings_page.show_settings(session.settings.current)
        self._workspace_changed(session.workspace)
        self._opening(session.settings.current)

    # what the router asks: see key_router.Host

    def zones(self) -> frozenset[Zone]:
        """The zones whose keys act now."""
        if self.overlays.shown is not None:
            return frozenset({"anywhere"})
        focus = QApplication.focusWidget()
        if zone_of(focus) == "editor":
            return frozenset({"anywhere", "editor"})
        if (zone := self.screen_zone) is not None and not takes_text(focus):
            return frozenset({"anywhere", zone})
        return frozenset({"anywhere"})

    def run_command(self, command: Command) -> None:
        """Do it, if it makes sense here."""
        if command.when not in self.zones() or (command.needs_call and self.review is None):
            return
        if not self.overlays.allows(command):
            return
        if command.when == "calls" and self.review is not None:
            self.review.browser.hold()
        command.run(self)

    def intercept(self, name: str) -> bool:
        """An overlay takes what moves it; a question takes Enter, and goes when anything else is done."""
        if self.overlays.shown is not None:
            return self.overlays.intercept(name)
        question = self.question
        if question is None or not question.isVisible():
            return False
        if name == "Enter":
            focus = QApplication.focusWidget()
            if isinstance(focus, QAbstractButton) and question.isAncestorOf(focus):
                focus.click()
            else:
                question.confirm()
            return True
        if name != "Esc":
            question.cancel()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing is asked for, not done: the session closes first."""
        event.ignore()
        self.closing.emit()

    def remembered(self) -> dict[str, Any]:
        """Where the window is and how it is divided, for the settings."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        return {
            "geometry": geometry,
            "splits": self.review_page.sizes(),
            "list": self.review_page.listing.remembered(),
            "inline": self.review_page.panes.correcting.inline,
        }

    @property
    def screen_name(self) -> Screen:
        """Where we are."""
        return self._screen

    def detach(self) -> None:
        """Stop listening to the session: it closes."""
        self._clock.stop()
        for stop in self._stops:
            stop()
        self._stops = []
        if self.falls is not None:
            self.falls.close()
        self._workspace_changed(None)

    def _lay_out(self) -> None:
        centre = QWidget()
        across = row(gap=0)
        across.addWidget(self.rail)
        self.rail_line = hairline(Qt.Orientation.Vertical)
        across.addWidget(self.rail_line)
        across.addWidget(self.stack, 1)
        layout = column(centre)
        layout.addWidget(hairline())
        layout.addLayout(across, 1)
        self.status_line = hairline()
        layout.addWidget(self.status_line)
        layout.addWidget(self.status)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        session = self._session
        self.rail.chosen.connect(self.show)
        self.status.needs_you_wanted.connect(lambda: self.show("sync"))
        self.welcome_page.opened.connect(lambda: self.show("review"))
        self.router.prefix_changed.connect(self._prefix_changed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - a window exists, so the application does
        app.focusChanged.connect(self._zone_changed)
        self._clock.timeout.connect(self._show_status)
        self._clock.start()
        self._stops = [
            session.workspace_changed.connect(self._workspace_changed),
            session.status_changed.connect(lambda _: self._show_status()),
            session.problem.connect(self.tell),
            session.fell.connect(self._fell),
            session.settings.changed.connect(self._settings_changed),
            self._keyboard.changed.connect(lambda _: self._keys_changed()),
        ]

    def restore(self, remembered: dict[str, Any]) -> None:
        """Put the window where it was, and divide it as it was."""
        if isinstance(geometry := remembered.get("geometry"), str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if isinstance(splits := remembered.get("splits"), dict):
            self.review_page.restore(splits)
        self.review_page.listing.restore(remembered.get("list"))
        self.review_page.panes.set_inline(remembered.get("inline") is True)

    def _opening(self, settings: Settings) -> None:
        """Until the last connection is open, the screen it will be on; the first time, the welcome."""
        known = settings.connection(settings.last_connection) or next(iter(settings.connections), None)
        self.review_page.opening = known.shown_title if known is not None else None
        self.show("review")

    def _workspace_changed(self, workspace: "Workspace | None") -> None:
        for stop in self._heard:
            stop()
        self._heard = []
        # Before the page hides what has the focus: what is left then asks nobody any more.
        self.correcting.set_workspace(workspace)
        self.describing.set_workspace(workspace)
        self.comparing.set_workspace(workspace)
        self.review_page.set_workspace(workspace)
        self.call_reading.set_workspace(workspace)
        self.sync_page.set_workspace(workspace)
        for page in self.work_pages:
            page.set_workspace(workspace)
        self._show_status()
        if workspace is not None:
            self._listen(workspace)
            self.show("review")
        elif self._screen in ("review", "sync", *WORK):
            self.show("welcome")

    def _listen(self, workspace: "Workspace") -> None:
        review = workspace.review
        review.name_undo_key(self._keyboard.key("rate.undo"))
        self._heard = [
            review.announce.connect(self.say),
            review.failed.connect(self.tell),
            workspace.outbox.changed.connect(lambda _: self._show_status()),
            review.progress_changed.connect(lambda progress: self.status.show_today(progress.today)),
        ]
        self.status.show_today(review.progress.today)

    def _fell(self, falls: "tuple[Reading, ...]") -> None:
        if self.falls is None:
            from atlas_desktop.ui.falls import Falls  # noqa: PLC0415 - seldom needed, and not for a start

            self.falls = Falls(self)
        self.falls.tell(falls)

    def _settings_changed(self, settings: Settings) -> None:
        self._theme.apply(settings.theme, settings.density)
        self.settings_page.show_settings(settings)
        self.call_reading.set_settings(settings)
        self._show_status()

    def _keys_changed(self) -> None:
        """Other keys from now on, everywhere they are heard or shown."""
        commands = self._keyboard.commands
        bind(self.actions_by_id, commands)
        self.router.set_commands(commands)
        self.overlays.keys_changed()
        if self.review is not None:
            self.review.name_undo_key(self._keyboard.key("rate.undo"))
        self.review_page.show_keys(self._keyboard)
        self.sync_page.show_keys(self._keyboard)
        for work in self.work_pages:
            work.show_keys(self._keyboard)
        if isinstance(page := self.pages.get("keys"), KeysPage):
            page.show_keys()

    def _run_found(self, command: Command) -> None:
        """A command of the palette: where it acts only outside a text field, the focus leaves that first."""
        if command.when not in self.zones():
            self._focus_page()
        self.run_command(command)

    def _make(self, screen: Screen) -> None:
        if screen in self.pages or screen not in ("keys", *WORK):
            return
        page = KeysPage(self._theme, self) if screen == "keys" else make_work_page(screen, self._theme, self)
        self.pages[screen] = page
        self.stack.addWidget(page)
        if isinstance(page, WorkPage):
            page.show_keys(self._keyboard)
            page.set_workspace(self._session.workspace)
            page.zone_changed.connect(self._zone_changed)

    def _show_status(self) -> None:
        workspace, now_ms = self._session.workspace, round(time() * 1000)
        status = self._session.status
        # The store's counts and not the engine's: those are as old as its last word, or of no engine at all.
        counts = workspace.outbox.counts if workspace else OutboxCounts()
        self.status.show_connection(
            workspace.connection.shown_title if workspace else None, status, counts, now_ms
        )
        self.rail.buttons["sync"].set_badge(counts.needs_you)
        self.sync_page.show_status(status, now_ms)
        if status.link == "online":
            self.review_page.notice.passed("connection", "local")
            self.sync_page.notice.passed("connection", "local")

    def _prefix_changed(self, prefix: str) -> None:
        found = self.router.completions() if prefix else []
        called = self.review_page.listing.chord_title
        titles = [(stroke, called(command.id, self.describing.hint(command))) for stroke, command in found]
        hints = [(stroke, words) for stroke, words in titles if words]
        self.chords.show_for(prefix, hints)

    def _zone_changed(self, *_: object) -> None:
        focus = QApplication.focusWidget()
        typing = takes_text(focus)
        editor = zone_of(focus) == "editor"
        words = tr(_ZONE_NAMES[self._screen])
        if typing:
            words = tr("EDITOR") if editor else tr("TYPING")
        self.status.show_zone(words, typing=typing)
        lesson: Lesson = "editor" if editor else "typing" if typing else "calls"
        self.review_page.teach("filter" if focus is self.review_page.filter.line else lesson)
        for page in self.work_pages:
            page.teach("editor" if editor else "typing" if typing else "keys")
        enable(self.actions_by_id, self._keyboard.commands, self.zones(), open_=self.review is not None)
