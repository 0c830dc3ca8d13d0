"""What the call list paints: no more rows than changed."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QPaintEvent

from tests.ui.conftest import Desk


class PaintWatch(QObject):
    """The heights of what a widget was asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.heights: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.heights.append(event.region().boundingRect().height())
        return False


def test_a_step_down_paints_a_few_rows_and_moves_the_rest(desk: Desk) -> None:
    """At the bottom edge the list scrolls: the rows that stay are moved as pixels."""
    desk.show_call(12)
    view = desk.window.review_page.list.view
    watch = PaintWatch()
    view.viewport().installEventFilter(watch)
    before = view.verticalScrollBar().value()
    for _ in range(5):
        desk.press("J")
    assert view.verticalScrollBar().value() > before
    row = view.rowHeight(0)
    assert 4 * row < view.viewport().height()
    whole = [height for height in watch.heights if height > 4 * row]
    # Rows that were still being read when the walk began come in with one paint of their own.
    assert len(watch.heights) >= 5 > 1 >= len(whole)


def test_a_list_of_few_rows_has_the_surface_below_them(desk: Desk) -> None:
    """Nothing of what was there before shines through under the last row."""
    desk.press("/")
    desk.type("no such words anywhere")
    desk.press("Enter")
    view = desk.window.review_page.list.view
    desk.until(lambda: view.model().rowCount() == 0)
    pixels = view.viewport().grab().toImage()
    surface = QColor(desk.window._theme.tokens.surface).name()
    assert {pixels.pixelColor(x, y).name() for x in (5, 100) for y in (5, 200, 400)} == {surface}
