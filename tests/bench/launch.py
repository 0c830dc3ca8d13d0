"""The app's process while it is measured: the real ``atlas-desktop``, with somebody at its keys.

``python -m tests.bench.launch SCENE HOME OUT STARTED SCALE``. STARTED is the parent's monotonic clock in nanoseconds
just before this process was made. What was measured is written to OUT as JSON.
"""

import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from atlas_desktop.app.session import Session
    from atlas_desktop.ui.window import Window

_BEGAN: Final = time.monotonic_ns()


def main(scene: str, home: str, out: str, started: str, scale: str) -> None:
    """Run the command line as its script does, and the scene once the window is there."""
    from atlas_desktop import cli
    from atlas_desktop.ui import main as screen

    original = screen.start
    if scene == "start":
        from tests.bench import starting as stage

        act = stage.prepare(int(started), _BEGAN)
    else:
        from tests.bench import scenes

        act = scenes.prepare(scene, float(scale))

    async def start(session: "Session", window: "Window", *, demo: bool = False) -> None:
        answer: dict[str, Any]
        try:
            answer = await act(session, window, lambda: original(session, window, demo=demo))
        except Exception:  # noqa: BLE001 - carried to who started this process
            answer = {"failed": traceback.format_exc()}
        import asyncio

        import orjson

        await asyncio.to_thread(Path(out).write_bytes, orjson.dumps(answer))
        window.quit()

    screen.start = start
    sys.argv = ["atlas-desktop", "--home", home, "--offscreen"]
    cli.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
