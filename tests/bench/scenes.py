"""What is done in the app's process, by name."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import psutil

from atlas_desktop.app.session import Session
from atlas_desktop.ui.window import Window
from atlas_desktop.ui.window_size import FIRST
from tests.bench import commanding, datasets, looking, reviewing, shaping, syncing, trending, writing
from tests.bench.probe import Probe
from tests.bench.seat import Seat

Start = Callable[[], Awaitable[None]]
Act = Callable[[Session, Window, Start], Awaitable[dict[str, Any]]]

_REST_SECONDS: Final = 6.0
STEPS: Final[dict[str, Callable[[Seat], Awaitable[None]]]] = {
    "rate": reviewing.rate,
    "undo": reviewing.undo,
    "hurry": reviewing.hurry,
    "open_far": reviewing.open_far,
    "scroll": looking.scroll,
    "table": shaping.table,
    "tick": shaping.tick,
    "filter": looking.filter_list,
    "search": looking.search,
    "bulk": reviewing.bulk,
    "open_long": reviewing.open_long,
    "open_editor": writing.open_editor,
    "write": writing.write,
    "command": commanding.command,
    "datasets": datasets.datasets,
    "trends": trending.trends,
    "sync": syncing.sync,
}


def prepare(names: str, scale: float) -> Act:
    """The scene of these steps, ``rate+undo+…``; call before the window is made."""
    probe = Probe()
    probe.install()

    async def act(session: Session, window: Window, start: Start) -> dict[str, Any]:
        window.resize(FIRST)  # the screen that is not there is 800 by 800
        seat = Seat(window, session, probe, scale)
        await start()
        await probe.until(lambda: session.workspace is not None and len(seat.browser) > 0, "the list")
        await seat.still()
        window.activateWindow()
        await probe.until(seat.view.hasFocus, "the list has the focus")
        seat.said["memory_at_start"] = _memory()
        probe.feel(window)
        try:
            for name in names.split("+"):
                await _step(seat, name)
            await _rest(seat)
        finally:
            probe.rest()
        seat.take("memory", _memory())
        return {"taken": seat.taken, "said": seat.said}

    return act


async def _step(seat: Seat, name: str) -> None:
    if name != "sync":
        await seat.synced()
    seat.probe.start_over()
    began = time.perf_counter()
    await STEPS[name](seat)
    seat.said[f"{name}_took"] = time.perf_counter() - began
    seat.said[f"{name}_gap"] = max(seat.probe.gaps, default=0.0)
    seat.said[f"{name}_collection"] = max(seat.probe.pauses, default=0.0)
    seat.said[f"{name}_memory"] = _memory()


async def _rest(seat: Seat) -> None:
    """Memory is what is held after use, not while a megabyte is laid out: that is in the notes, step by step."""
    after = time.monotonic() + _REST_SECONDS * seat.scale
    await seat.probe.until(lambda: time.monotonic() > after, "a pause")


def _memory() -> float:
    return float(psutil.Process().memory_info().rss / 1e6)
