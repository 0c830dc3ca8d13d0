"""Takes the window as it is, in each theme; and waits until there is something to take."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.stage import Stage
from atlas_desktop.ui.theme import Theme, ThemeName

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace

_PATIENCE_SECONDS: Final = 30.0


class Camera:
    """``taken`` counts the pictures."""

    def __init__(self, stage: Stage, theme: Theme, directory: Path, names: list[ThemeName]) -> None:
        self._stage = stage
        self._theme = theme
        self._directory = directory
        self._names = names
        self.taken = 0

    async def take(self, name: str) -> None:
        """One picture a theme. The palette is set, since nothing else changes it without a screen."""
        for theme in self._names:
            self._theme.apply(theme, self._theme.density)
            await breathe()
            self._picture().save(str(self._directory / f"{name}-{theme}.png"))
            self.taken += 1

    def _picture(self) -> QPixmap:
        """The window, with what pops up over it: a menu or a list of suggestions is a window of its own."""
        window = self._stage.window
        picture = window.grab()
        for popup in QApplication.topLevelWidgets():
            if popup is not window and popup.isVisible():
                popup.render(picture, window.mapFromGlobal(popup.pos()))
        return picture


async def breathe() -> None:
    """Let layouts, paints and counts settle."""
    for _ in range(10):
        await asyncio.sleep(0.01)


async def until(holds: Callable[[], bool], wait: Callable[[], Awaitable[None]] = breathe) -> None:
    """Wait until it holds. Raises TimeoutError."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not holds():
            await wait()


async def painted(stage: Stage, workspace: "Workspace") -> None:
    """Wait until the call at hand is on the screen, and nothing is counted any more."""
    if len(workspace.browser):
        await until(
            lambda: stage.window.painted is not None and stage.window.painted == workspace.review.current.seq
        )
    await workspace.browser.through()
    await breathe()
