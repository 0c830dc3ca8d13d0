"""The one place where Qt's event loop and asyncio meet (qasync)."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import qasync
from PySide6.QtWidgets import QApplication

T = TypeVar("T")


def run(app: QApplication, main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` to its end on Qt's loop, then close the loop. Quitting is ``main`` returning."""
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: new_loop(app)) as runner:
        return runner.run(main)


def new_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """A fresh asyncio loop that turns with Qt's."""
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
    return loop
