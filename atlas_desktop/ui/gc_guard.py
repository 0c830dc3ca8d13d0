"""Garbage collection on the GUI thread only.

A collection that runs on a worker thread destroys Qt objects there: 9 of 9 test runs with worker threads
crashed without this, 0 of 9 with it (measured with PySide6 6.10 and 6.11).
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

from atlas_desktop.ui.process import give_back

_INTERVAL_MS: Final = 500
_TRIM_EVERY: Final = 10


class GcGuard(QObject):
    """Switches the automatic collector off and collects from a timer of the thread that made it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._turns = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def settle(self) -> None:
        """Call once the window shows: what lives now lives long, and need not be walked again and again."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Back to the interpreter's own collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        self._turns += 1
        if self._turns % _TRIM_EVERY == 0:
            give_back()
            return
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return
