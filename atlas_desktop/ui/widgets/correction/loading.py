"""A long text on its way into an editor: its beginning at once, the rest a little at a time, a frame in between."""

import re
from collections.abc import Callable
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer

FIRST_CHARACTERS: Final = 200_000
"""No more than this comes at once, however quick the machine is."""
_FIRST_SECONDS: Final = 0.006
_BATCH_SECONDS: Final = 0.006
_SLICE: Final = 4_000
_LARGEST: Final = 32_000
_QUICK_SECONDS: Final = 0.002

# Between words and lines nothing belongs together: no joiner, no line end of two characters.
_SEAM: Final = re.compile(r"[ \n]|\w(?=\w)")


class Loading(QObject):
    """``take`` gets one slice after another, and with the last one True."""

    def __init__(self, parent: QObject, take: Callable[[str, bool], None]) -> None:
        super().__init__(parent)
        self._take = take
        self._text = ""
        self._at = 0
        self._size = _SLICE
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(lambda: self._batch(_BATCH_SECONDS, len(self._text)))

    @property
    def under_way(self) -> bool:
        """Whether something is still to come."""
        return self._at < len(self._text)

    @property
    def rest(self) -> str:
        """What is still to come."""
        return self._text[self._at :]

    def begin(self, text: str) -> None:
        """Bring this."""
        self._text, self._at, self._size = text, 0, _SLICE
        self._batch(_FIRST_SECONDS, FIRST_CHARACTERS)
        if self.under_way:
            self._timer.start()
        elif not text:
            self._take("", True)

    def stop(self) -> None:
        """Bring no more."""
        self._timer.stop()
        self._text, self._at = "", 0

    def finish(self) -> None:
        """Bring all of it now."""
        while self.under_way:
            self.go_on()

    def go_on(self) -> None:
        """Bring one slice now."""
        began = perf_counter()
        wanted = self._at + self._size
        seam = _SEAM.search(self._text, wanted, wanted + self._size)
        end = min(wanted + self._size if seam is None else seam.end(), len(self._text))
        more, self._at = self._text[self._at : end], end
        if not self.under_way:
            self.stop()
        self._take(more, not self.under_way)
        took = perf_counter() - began
        self._size = min(self._size * 2, _LARGEST) if took < _QUICK_SECONDS else max(self._size // 2, _SLICE)

    def _batch(self, seconds: float, most: int) -> None:
        until = perf_counter() + seconds
        while self.under_way and self._at < most and perf_counter() < until:
            self.go_on()
