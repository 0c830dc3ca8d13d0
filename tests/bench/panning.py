"""The chart moved and zoomed: measured frame by frame."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QGraphicsView

from tests.bench.seat import Seat


class _Painted(QObject):
    """Counts the paints of a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


async def pan(seat: Seat) -> None:
    """A year of days is shown by now: from a move, or a step of the wheel, to its frame painted."""
    chart = seat.window.trends.chart
    assert chart is not None
    (canvas,) = chart.findChildren(QGraphicsView)
    painted = _Painted()
    canvas.viewport().installEventFilter(painted)
    for number in seat.times(300):
        before = painted.count
        frame = seat.probe.frame(lambda before=before: painted.count > before)  # type: ignore[misc]
        start = seat.probe.now()
        if number % 3:
            chart.move_by(12 if number // 30 % 2 else -12)
        else:
            chart.zoom(1.25 if number // 15 % 2 else 0.8, chart.width() / 2)
        await seat.take_frame("trend_pan", frame, start)
    canvas.viewport().removeEventFilter(painted)
    chart.zoom(0)
