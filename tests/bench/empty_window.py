"""An empty Qt window of the app's size: how long it takes to be there, and a key to be painted in it.

``python -m tests.bench.empty_window STARTED``; JSON on stdout.
"""

import json
import sys
import time

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

_KEYS = 60


class Empty(QWidget):
    def __init__(self, started: int) -> None:
        super().__init__()
        self.resize(1360, 860)
        self._started = started
        self._pressed = self._beat = 0.0
        self.found: dict[str, list[float]] = {"start": [], "paint": [], "gap": []}
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    def event(self, event: QEvent) -> bool:
        answer = bool(super().event(event))
        if event.type() == QEvent.Type.UpdateRequest:
            self._frame_done()
        return answer

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        self.update()

    def _frame_done(self) -> None:
        if not self.found["start"]:
            self.found["start"].append((time.monotonic_ns() - self._started) / 1e6)
            self._beat = time.perf_counter()
            self._timer.start(2)
        elif self._pressed:
            self.found["paint"].append((time.perf_counter() - self._pressed) * 1000)
        if len(self.found["paint"]) >= _KEYS:
            QCoreApplication.quit()
            return
        self._pressed = time.perf_counter()
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_J, Qt.KeyboardModifier.NoModifier, "j")
        QCoreApplication.postEvent(self, key)

    def _turn(self) -> None:
        now = time.perf_counter()
        self.found["gap"].append((now - self._beat) * 1000)
        self._beat = now


app = QApplication(sys.argv[:1])
window = Empty(int(sys.argv[1]))
window.show()
window.update()
app.exec()
window.found["memory"] = [psutil.Process().memory_info().rss / 1e6]
sys.stdout.write(json.dumps(window.found))
