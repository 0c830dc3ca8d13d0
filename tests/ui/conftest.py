"""A real window over a real session and store; one asyncio loop on Qt's for the whole run."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from atlas_desktop.app.home import Home
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.app.settings import Connection, Settings, save
from atlas_desktop.ui.loop import new_loop
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.window import Window
from atlas_desktop.ui.window_size import FIRST
from tests.ui.filled import fill, sample_lines

T = TypeVar("T")
NAMED = {
    "Esc": Qt.Key.Key_Escape, "Enter": Qt.Key.Key_Return, "Space": Qt.Key.Key_Space, "Down": Qt.Key.Key_Down,
    "Up": Qt.Key.Key_Up, "Home": Qt.Key.Key_Home, "End": Qt.Key.Key_End, "Tab": Qt.Key.Key_Tab,
    "*": Qt.Key.Key_Asterisk, "/": Qt.Key.Key_Slash, "?": Qt.Key.Key_Question, ".": Qt.Key.Key_Period,
    ",": Qt.Key.Key_Comma, "Left": Qt.Key.Key_Left, "Right": Qt.Key.Key_Right, "PgUp": Qt.Key.Key_PageUp,
    "PgDown": Qt.Key.Key_PageDown, "Backspace": Qt.Key.Key_Backspace, "Delete": Qt.Key.Key_Delete,
    **{f"F{number}": Qt.Key(Qt.Key.Key_F1.value + number - 1) for number in range(1, 13)},
}  # fmt: skip
HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """After a test pytest-qt handles events with no loop running: nothing may be left that would begin a task then."""
    result = yield
    desk = getattr(item, "funcargs", {}).get("desk")
    if isinstance(desk, Desk) and not desk.loop.is_closed():
        desk.rest()
    return result


@pytest.fixture(scope="session")
def qt_loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """The one loop of all Qt tests."""
    loop = new_loop(qapp)
    yield loop
    loop.close()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    made.apply("light")
    yield made
    qapp.styleHints().colorSchemeChanged.disconnect(made._system_changed)


class Desk:
    """The window as a person has it before them: keys go to what has the focus."""

    def __init__(self, loop: asyncio.AbstractEventLoop, window: Window, session: Session) -> None:
        self.loop = loop
        self.window = window
        self.session = session

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run on the loop to its end."""
        # Not run_until_complete: qasync then handles events once more, with no loop running.
        task = asyncio.Task(coro, loop=self.loop)
        task.add_done_callback(lambda _: self.loop.stop())
        self.loop.run_forever()
        self.keep_running()
        return task.result()

    def keep_running(self) -> None:
        """What Qt does between two runs (pytest-qt lets it, before and after a test) has the loop, as in the app:
        a timer of a widget, or a row that is asked for, begins a task then as well.
        """
        asyncio._set_running_loop(self.loop)

    def until(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        """Turn the loop until it holds."""

        async def wait() -> None:
            async with asyncio.timeout(seconds):
                while not holds():  # noqa: ASYNC110 - what is waited for has no event: pixels on a screen
                    await asyncio.sleep(0.002)

        self.run(wait())

    def settle(self) -> None:
        """Turn the loop until nothing runs and the call at hand is painted."""

        def idle() -> bool:
            workspace = self.session.workspace
            if self.session.tasks.names or workspace is None:
                return not self.session.tasks.names
            current = workspace.review.current
            return not len(workspace.browser) or self.window.painted in (current.seq, None)

        self.until(idle)

    def rest(self) -> None:
        """Turn the loop until nothing runs at all, not even what nobody waits for."""

        def still() -> bool:
            workspace = self.session.workspace
            return not self.session.tasks.names and (workspace is None or not workspace.tasks.names)

        self.until(still)

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def press(self, *strokes: str) -> None:
        """Press keys, named as in the command table; chords are two strokes with a space."""
        for stroke in strokes:
            for part in stroke.split(" "):
                self.run(self._press(part))
            self.settle()

    async def _press(self, stroke: str) -> None:
        *held, last = stroke.split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for each in held:
            modifiers |= HELD[each]
        QTest.keyClick(self.focus(), NAMED.get(last) or Qt.Key(ord(last)), modifiers)

    def type(self, text: str) -> None:
        """Type text into what has the focus."""

        async def keys() -> None:
            QTest.keyClicks(self.focus(), text)

        self.run(keys())
        self.settle()

    def show_call(self, position: int = 0) -> int:
        """Have this call painted; its local id."""
        review = self.window.review
        assert review is not None

        async def go() -> None:
            review.go(position)

        self.run(go())
        self.until(lambda: self.window.painted is not None and self.window.painted == review.current.seq)
        assert review.current.seq is not None
        return review.current.seq


def marks(desk: Desk, count: int) -> list[str]:
    """The rating each of the first rows shows."""
    texts = [desk.window.review_page.model.text_at(position) for position in range(count)]
    return [text.mark if text else "?" for text in texts]


@pytest.fixture
def lines() -> list[bytes]:
    """What is in the store: override by parametrizing."""
    return sample_lines(60)


@pytest.fixture
def desk(
    qtbot: QtBot, qt_loop: asyncio.AbstractEventLoop, theme: Theme, tmp_path: Path, lines: list[bytes]
) -> Iterator[Desk]:
    """A window over a store of recorded calls, offline by hand."""
    home = Home(tmp_path / "home")
    home.create()
    if lines:
        fill(home.store_file("one"), lines)
    connection = Connection(id="one", title="Northwind", base_url="http://127.0.0.1:9/v1")
    save(home.settings_file, Settings(connections=(connection,), last_connection="one", offline=True))
    session = _session(qt_loop, home)
    window = Window(theme, session)
    window.resize(FIRST)  # the screen that is not there is 800 by 800
    window.show()
    window.activateWindow()
    made = Desk(qt_loop, window, session)
    made.run(session.start())
    made.settle()
    workspace = session.workspace
    if workspace is not None:
        # That there is no keyring is said when somebody has looked: before the test, not in the middle of it.
        made.until(lambda: "connect" not in workspace.tasks.names)
        window.review_page.notice.hide()
    yield made
    made.settle()
    window.detach()
    window.hide()
    made.run(session.close())
    _destroy(window)
    asyncio._set_running_loop(None)


def _session(loop: asyncio.AbstractEventLoop, home: Home) -> Session:
    async def make() -> Session:
        return Session(home, vault=KeyVault())

    return loop.run_until_complete(make())


def _destroy(window: Window) -> None:
    """Gone now, not when the collector finds it: the next test must not meet it."""
    shiboken6.delete(window)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
