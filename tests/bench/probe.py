"""Inside the app's process: sees what is painted and when, presses keys, feels how the event loop turns.

A time ends when the frame ends that shows the thing: at the end of the window's update request, in which every
dirty viewport was painted. What a frame shows is taken from what was painted in it (the rows the delegate drew, the
call whose text the panes drew), not from what the models say.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from atlas_desktop.ui.models.call_list_model import ROW_ROLE
from atlas_desktop.ui.pages.call_panes import CallPanes
from atlas_desktop.ui.widgets.call_delegate import CallDelegate
from atlas_desktop.ui.widgets.call_list import CallList
from atlas_desktop.ui.widgets.key_rows import KeyRowList
from atlas_desktop.ui.widgets.payload_view import PayloadView
from atlas_desktop.ui.window import Window

DEADLINE: Final = 20.0
BEAT_MS: Final = 2
_KEYS: Final = {
    "Enter": (Qt.Key.Key_Return, "\r"), "Esc": (Qt.Key.Key_Escape, "\x1b"), "Home": (Qt.Key.Key_Home, ""),
    "End": (Qt.Key.Key_End, ""),
}  # fmt: skip


@dataclass
class Painted:
    """What the frames since `clear` have shown."""

    marks: dict[int, str] = field(default_factory=dict)
    """The rating drawn in the row of each call (seq)."""
    texts: dict[str, int | None] = field(default_factory=dict)
    """The call (seq) whose text each pane drew last."""
    lists: int = 0
    """Paints of the list."""
    found: int = 0
    """Paints of what the command palette found."""

    def clear(self) -> None:
        self.marks.clear()
        self.texts.clear()

    def shows(self, seq: int) -> bool:
        """Whether both the conversation and the output drawn last are of this call."""
        return self.texts.get("Conversation") == seq and self.texts.get("Output") == seq


class Probe:
    """One a process; `install` before the window is made."""

    def __init__(self) -> None:
        self.painted = Painted()
        self.frames: list[float] = []
        """Milliseconds of each frame in which the list was painted."""
        self.gaps: list[float] = []
        """Milliseconds between turns of the event loop, felt every 2 ms."""
        self.pauses: list[float] = []
        """Milliseconds of each garbage collection."""
        self._open: int | None = None
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[float]]] = []
        self._timer: QTimer | None = None
        self._last = self._collection = 0.0

    def install(self) -> None:
        """Watch the real classes from here on."""
        _wrap(CallList, "paintEvent", self._list_painted)
        _wrap(CallDelegate, "paint", self._row_painted)
        _wrap(CallPanes, "show_call", self._call_shown)
        _wrap(CallPanes, "loading", self._call_gone)
        _wrap(PayloadView, "paintEvent", self._text_painted)
        _wrap(KeyRowList, "paintEvent", self._found_painted)
        probe = self

        def event(window: Window, event: QEvent) -> bool:
            if event.type() != QEvent.Type.UpdateRequest:
                return bool(QMainWindow.event(window, event))
            lists, start = probe.painted.lists, time.perf_counter()
            result = bool(QMainWindow.event(window, event))
            probe._frame_done(start, time.perf_counter(), rows=probe.painted.lists > lists)
            return result

        Window.event = event  # type: ignore[method-assign,assignment]  # before the first window, or Qt will not ask it

    # what is painted

    def _list_painted(self, view: CallList, *_: Any) -> None:
        self.painted.lists += 1

    def _found_painted(self, view: KeyRowList, *_: Any) -> None:
        self.painted.found += 1

    def _row_painted(self, delegate: CallDelegate, painter: Any, option: Any, index: Any) -> None:
        text = index.data(ROW_ROLE)
        if text is not None:
            self.painted.marks[text.seq] = text.mark

    def _call_shown(self, panes: CallPanes, opened: Any, *_: Any) -> None:
        self._open = opened.row.seq if opened is not None else None

    def _call_gone(self, panes: CallPanes) -> None:
        self._open = None

    def _text_painted(self, view: PayloadView, *_: Any) -> None:
        self.painted.texts[view.accessibleName()] = self._open

    def _frame_done(self, start: float, end: float, *, rows: bool) -> None:
        if rows:
            self.frames.append((end - start) * 1000)
        for each in [each for each in self._waiting if each[0]()]:
            self._waiting.remove(each)
            if not each[1].done():
                each[1].set_result(end)

    # what is done

    def press(self, name: str, *, shift: bool = False, control: bool = False) -> float:
        """A real key event, posted to the widget with the focus. The moment just before."""
        key, text = _KEYS.get(name) or (Qt.Key(ord(name.upper())), name)
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        if control:
            held |= Qt.KeyboardModifier.ControlModifier
        down = QKeyEvent(QEvent.Type.KeyPress, key, held, text)
        up = QKeyEvent(QEvent.Type.KeyRelease, key, held, text)
        focus = QApplication.focusWidget()
        assert focus is not None, "nothing has the focus"
        return self.post(focus, down, up)

    def post(self, to: QObject, *events: QEvent) -> float:
        """Real events into Qt's queue. The moment just before."""
        start = time.perf_counter()
        for event in events:
            QCoreApplication.postEvent(to, event)
        return start

    def now(self) -> float:
        """The moment, as `press` tells it."""
        return time.perf_counter()

    def frame(self, shows: Callable[[], bool]) -> "asyncio.Future[float]":
        """The end of the first frame from now on for which this holds."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting.append((shows, future))
        return future

    async def until(self, holds: Callable[[], bool], what: str, seconds: float = DEADLINE) -> None:
        """Wait for a condition that need not come with a frame; looked at a few times a second."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
            await asyncio.sleep(0.02)

    # how the loop turns

    def feel(self, window: Window) -> None:
        """From now on, measure the gaps between turns of the event loop and the collections."""
        self._timer = QTimer(window)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        gc.callbacks.append(self._collects)
        self.start_over()
        self._timer.start(BEAT_MS)

    def start_over(self) -> None:
        """Forget the gaps so far."""
        self.gaps.clear()
        self.pauses.clear()
        self._last = time.perf_counter()

    def rest(self) -> None:
        """No more measuring of gaps."""
        if self._timer is not None:
            self._timer.stop()
            gc.callbacks.remove(self._collects)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now

    def _collects(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self._collection = time.perf_counter()
        else:
            self.pauses.append((time.perf_counter() - self._collection) * 1000)


async def seen(frame: "asyncio.Future[float]", start: float, what: str) -> float:
    """Milliseconds from ``start`` to the end of that frame."""
    try:
        return (await asyncio.wait_for(frame, DEADLINE) - start) * 1000
    except TimeoutError:
        raise AssertionError(f"not painted within {DEADLINE:.0f} s: {what}") from None


def _wrap(owner: type, name: str, after: Callable[..., None]) -> None:
    original = getattr(owner, name)

    def wrapped(self: Any, *args: Any) -> None:
        original(self, *args)
        after(self, *args)

    setattr(owner, name, wrapped)
