"""How long a start takes, and where the time goes. Watches as little as possible."""

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atlas_desktop.app.session import Session
    from atlas_desktop.ui.window import Window

Act = Callable[["Session", "Window", Callable[[], Awaitable[None]]], Awaitable[dict[str, Any]]]


def prepare(started: int, began: int) -> Act:
    """A scene that waits for the list, the call at hand and the server, and says when each was there (ms)."""
    imported = time.monotonic_ns()

    async def act(
        session: "Session", window: "Window", start: Callable[[], Awaitable[None]]
    ) -> dict[str, Any]:
        marks = {"python": began, "qt": imported, "window": time.monotonic_ns()}
        view, panes = window.review_page.list.view, window.review_page.panes
        paint = type(view).paintEvent

        def painted(event: Any) -> None:
            paint(view, event)
            if "list" not in marks and window.review_page.model.text_at(0) is not None:
                marks["list"] = time.monotonic_ns()

        view.paintEvent = painted  # type: ignore[method-assign]
        panes.output.view.painted.connect(
            lambda: marks.setdefault("call", time.monotonic_ns()) if panes.painted is not None else None
        )
        session.workspace_changed.connect(lambda _: marks.setdefault("store", time.monotonic_ns()))
        await start()
        await _until(lambda: {"list", "call"} <= marks.keys() and session.status.caught_up)
        marks["synced"] = time.monotonic_ns()
        return {"marks": {name: (at - started) / 1e6 for name, at in marks.items()}}

    return act


async def _until(holds: Callable[[], bool]) -> None:
    import asyncio

    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "not started within 30 s"
        await asyncio.sleep(0.01)
