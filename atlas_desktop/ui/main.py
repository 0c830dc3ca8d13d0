"""Starts the screen. The window shows before the network, the keyring or the child server are touched."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from atlas_desktop.app.home import Home, guard_process
from atlas_desktop.app.local_zone import name_zone
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.session import Session
from atlas_desktop.ui.gc_guard import GcGuard
from atlas_desktop.ui.loop import run
from atlas_desktop.ui.process import share_well
from atlas_desktop.ui.single_instance import SingleInstance, hand_over
from atlas_desktop.ui.theme import Theme
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.ui.stage import Stage
    from atlas_desktop.ui.window import Window


def main(
    *, home: Path | None = None, demo: bool = False, offscreen: bool = False, arguments: Sequence[str] = ()
) -> int:
    """Open the window and stay until it is closed. Returns the exit code.

    ``demo`` goes straight to the local Atlas with its sample calls. A second start with the same home
    raises the first one's window and ends.
    """
    guard_process()
    share_well()
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif not has_display():
        sys.stderr.write(
            "There is no display. `atlas-desktop screenshots DIR` writes pictures of the screens.\n"
        )
        return 2
    place = Home.find(home)
    app = application()
    if hand_over(place.root, arguments):
        return 0
    if sys.platform == "win32":
        from PySide6.QtCore import QTimeZone  # noqa: PLC0415 - Windows has other names; Qt has the table

        name_zone(bytes(QTimeZone.systemTimeZoneId().data()).decode())
    guard = GcGuard(app)
    try:
        return run(app, _run(app, place, guard, demo=demo))
    finally:
        guard.stop()


def has_display() -> bool:
    """Whether a window can be shown; Qt ends the process when it cannot."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def application() -> QApplication:
    """The one QApplication of the process, named."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Atlas Desktop")
    app.setDesktopFileName("atlas-desktop")
    return app


async def _run(app: QApplication, home: Home, guard: GcGuard, *, demo: bool) -> int:
    from atlas_desktop.ui.stage import Stage  # noqa: PLC0415 - after the other start was handed over to

    theme = Theme(app)
    session = Session(home)
    settings = session.settings.current
    theme.apply(settings.theme, settings.density)
    app.setWindowIcon(window_icon(theme))
    stage = Stage(app, theme, session)
    instance = SingleInstance(home.root, stage)
    instance.asked.connect(lambda _: raise_window(stage.window))
    done = asyncio.Event()
    stage.closing.connect(lambda: session.tasks.spawn("closing", _close(session, stage, done)))
    stage.window.show()
    stage.window.activateWindow()
    guard.settle()
    try:
        session.tasks.spawn("start", start(session, stage.window, demo=demo))
        await done.wait()
        await _remember(session, stage.window)
    finally:
        stage.close()
        instance.close()
        await session.close()
    return 0


async def start(session: Session, window: "Window", *, demo: bool = False) -> None:
    """Open what was open last; the first time, welcome."""
    try:
        workspace = await (session.start_local() if demo else session.start())
    except KnownError as error:
        window.show("welcome")
        window.tell(error.problem)
        return
    if workspace is None:
        window.show("welcome")


def raise_window(window: "Window") -> None:
    """Somebody started the program again: show that it runs."""
    window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


async def _close(session: Session, stage: "Stage", done: asyncio.Event) -> None:
    """Close; but who would lose a correction that the disk does not take is told so, and asked to close again."""
    asked, stage.asked_to_close = stage.asked_to_close, True
    workspace = session.workspace
    if asked or workspace is None or await workspace.correction.drafts.save():
        done.set()
    else:
        stage.window.say(tr("A correction you wrote could not be saved. Close again to quit without it."))


async def _remember(session: Session, window: "Window") -> None:
    try:
        await session.settings.change(window=window.remembered())
    except KnownError as error:
        window.tell(error.problem)


def window_icon(theme: Theme) -> QIcon:
    """The program's own icon."""
    from atlas_desktop.ui import icons  # noqa: PLC0415 - needs the application

    return icons.icon("atlas", theme.tokens.accent)
