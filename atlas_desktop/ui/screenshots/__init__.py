"""Pictures of every screen and state, from the sample on a real local Atlas."""

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from atlas_desktop.app.home import Home, guard_process
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.ui.gc_guard import GcGuard
from atlas_desktop.ui.loop import run as run_loop
from atlas_desktop.ui.main import application, has_display
from atlas_desktop.ui.screenshots.camera import Camera, breathe
from atlas_desktop.ui.screenshots.tour import walk
from atlas_desktop.ui.stage import Stage
from atlas_desktop.ui.theme import THEMES, Theme, ThemeName
from atlas_desktop.ui.window_size import FIRST


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
    await session.settings.change(language="en")
    stage = Stage(app, theme, session)
    stage.window.resize(FIRST)
    stage.window.show()
    stage.window.activateWindow()
    # Offscreen, a style sheet set before the first event keeps the window from getting the focus.
    await breathe()
    camera = Camera(stage, theme, directory, names)
    try:
        await walk(session, stage, camera)
    finally:
        stage.close()
        await session.close()
    return camera.taken
