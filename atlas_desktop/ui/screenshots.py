"""Pictures of every screen and state, from the sample on a real local Atlas."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication

from atlas_desktop.app.home import Home, guard_process
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.domain.query import Query
from atlas_desktop.store.settled import Rejected
from atlas_desktop.ui.gc_guard import GcGuard
from atlas_desktop.ui.loop import run as run_loop
from atlas_desktop.ui.main import application, has_display
from atlas_desktop.ui.theme import THEMES, Theme, ThemeName
from atlas_desktop.ui.window import Window
from atlas_desktop.ui.window_size import FIRST

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace

_PATIENCE_SECONDS: Final = 30.0
_HEBREW_OR_ARABIC: Final = "arabic_dialect"


def run(directory: Path, *, theme: str | None = None) -> int:
    """Write the pictures; one theme or all. Returns the exit code."""
    names = [name for name in THEMES if theme in (None, name)]
    if not names:
        sys.stderr.write(f"There is no theme {theme}: {', '.join(THEMES)}.\n")
        return 2
    guard_process()
    directory.mkdir(parents=True, exist_ok=True)
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = application()
    guard = GcGuard(app)
    try:
        with tempfile.TemporaryDirectory(prefix="atlas-desktop-") as folder:
            count = run_loop(app, _take_all(app, Home(Path(folder)), directory, names))
    finally:
        guard.stop()
    sys.stdout.write(f"{count} pictures in {directory}\n")
    return 0


async def _take_all(app: QApplication, home: Home, directory: Path, names: list[ThemeName]) -> int:
    theme = Theme(app)
    theme.apply(names[0])
    session = Session(home, vault=KeyVault())
    window = Window(theme, session)
    window.resize(FIRST)
    window.show()
    window.activateWindow()
    await (
        _breathe()
    )  # offscreen, a style sheet set before the first event keeps the window from getting the focus
    camera = _Camera(window, theme, directory, names)
    try:
        await _walk(session, window, camera)
    finally:
        window.detach()
        window.hide()
        await session.close()
    return camera.taken


class _Camera:
    """Takes the window as it is, in each theme."""

    def __init__(self, window: Window, theme: Theme, directory: Path, names: list[ThemeName]) -> None:
        self._window = window
        self._theme = theme
        self._directory = directory
        self._names = names
        self.taken = 0

    async def take(self, name: str) -> None:
        """One picture a theme. The palette is set, since nothing else changes it without a screen."""
        for theme in self._names:
            self._theme.apply(theme, self._theme.density)
            await _breathe()
            self._window.grab().save(str(self._directory / f"{name}-{theme}.png"))
            self.taken += 1


async def _walk(session: Session, window: Window, camera: _Camera) -> None:
    window.show("welcome")
    await camera.take("welcome")
    workspace = await session.start_local()
    await _until(lambda: session.status.link == "online" and workspace.browser.total > 0)
    await workspace.browser.show_new()
    await _review(workspace, window, camera)
    await _sync(session, workspace, window, camera)
    window.show("settings")
    await camera.take("settings")


async def _review(workspace: "Workspace", window: Window, camera: _Camera) -> None:
    review = workspace.review
    for verdict in ("up", "down", "unsure", "up"):
        await _until(lambda: window.painted is not None and window.painted == review.current.seq)
        await review.decide(verdict, seq=window.painted)
    await _painted(window, workspace)
    await camera.take("review")
    await _filter(workspace, window, Query(operation="airline_agent"))
    window.reading.toggle_fold()
    window.toggle_inspector()
    await camera.take("review-inspector")
    window.toggle_inspector()
    await _filter(workspace, window, Query(operation=_HEBREW_OR_ARABIC))
    await camera.take("review-right-to-left")
    await _filter(workspace, window, Query(text="nothing says this"))
    await camera.take("review-empty")
    await _filter(workspace, window, Query(rating="none"))
    review.select_all_matching()
    window.decided(await review.decide("up", seq=window.painted))
    await camera.take("review-bulk")
    window.escape()
    window.escape()
    window.show_keys()
    await camera.take("keys")
    window.show_keys()


async def _sync(session: Session, workspace: "Workspace", window: Window, camera: _Camera) -> None:
    await _until(lambda: workspace.outbox.counts.pending == 0)
    window.show("sync")
    await camera.take("sync")
    await session.set_offline(True)
    await _filter(workspace, window, Query(rating="none"))
    for verdict in ("down", "up"):
        await _painted(window, workspace)
        await workspace.review.decide(verdict, seq=workspace.review.current.seq)
    await _until(lambda: session.status.link == "by_hand" and workspace.outbox.counts.pending == 2)
    window.show("sync")
    await camera.take("sync-offline")
    first, _ = await workspace.store.outbox.eligible(2, 1_000_000)
    words = "This call was deleted on the server."
    await workspace.store.outbox.settle([Rejected(first.seq, 404, "call_not_found", words)])
    workspace.outbox.refresh()
    await _until(lambda: workspace.outbox.counts.needs_you == 1)
    await camera.take("sync-needs-you")
    await session.set_offline(False)


async def _filter(workspace: "Workspace", window: Window, query: Query) -> None:
    await workspace.browser.apply(query)
    window.show("review")
    await _painted(window, workspace)


async def _painted(window: Window, workspace: "Workspace") -> None:
    if len(workspace.browser):
        await _until(lambda: window.painted is not None and window.painted == workspace.review.current.seq)
    await workspace.browser.through()
    await _breathe()


async def _breathe() -> None:
    """Let layouts, paints and counts settle."""
    for _ in range(10):
        await asyncio.sleep(0.01)


async def _until(holds: Callable[[], bool], wait: Callable[[], Awaitable[None]] = _breathe) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not holds():
            await wait()
