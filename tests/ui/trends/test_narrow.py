"""In a narrow window no word is cut, and a stranger's name harms nothing."""

import asyncio

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionViewItem

from atlas_desktop.ui.pages.trends.page import TrendsPage
from atlas_desktop.ui.pages.trends.rows import TrendRow, TrendRows
from atlas_desktop.ui.pages.trends.side import row_of
from atlas_desktop.ui.pages.trends.table import TrendTable
from atlas_desktop.ui.theme import Theme
from tests.ui.conftest import Desk
from tests.ui.trends.conftest import show
from tests.ui.trends.test_drawing import counts
from tests.ui.trends.test_drawing import state as made

TOWER = "Z" + "\u0315\u031b\u0321\u0334" * 400 + "algo"


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
def page(charted: Desk) -> TrendsPage:
    found = charted.window.trends
    charted.until(lambda: found.chart is not None and found.stack.currentWidget() is found.chart)
    return found


@pytest.mark.parametrize("width", [800, 1024, 1280])
def test_every_button_shows_its_words_and_the_source_is_whole(
    charted: Desk, page: TrendsPage, width: int
) -> None:
    async def narrow() -> None:
        charted.window.resize(width, 720)
        await asyncio.sleep(0.05)

    charted.run(narrow())
    for span in ("28d", "any"):
        show(charted, span=span, compare=True)
        assert charted.window.width() == width
        buttons = page.bar.findChildren(QPushButton) + page.bar.layouts.findChildren(QPushButton)
        assert len(buttons) == 7
        for each in buttons:
            assert each.width() >= each.sizeHint().width(), each.text()
        source = page.heading.source
        assert "by scores" in source.text()
        assert "this computer's copy" in source.text()
        needed = source.heightForWidth(source.width()) if source.wordWrap() else source.sizeHint().height()
        assert source.height() >= needed
        if not source.wordWrap():
            assert source.width() >= source.fontMetrics().horizontalAdvance(source.text())
        for label in (page.readout.figures, page.readout.before):
            assert (
                label.fontMetrics()
                .boundingRect(
                    QRect(0, 0, label.width(), 999),
                    int(Qt.TextFlag.TextWordWrap if label.wordWrap() else 0),
                    label.text(),
                )
                .height()
                <= label.height()
            )
    assert page.side.width() <= (256 if width > 1024 else 210)


def test_the_list_stays_as_somebody_divided_it(charted: Desk, page: TrendsPage) -> None:
    split = page.split
    split.setSizes([300, 700])
    split.splitterMoved.emit(300, 1)

    async def wider() -> None:
        charted.window.resize(1100, 720)
        await asyncio.sleep(0.05)

    charted.run(wider())
    assert page.side.width() > 260


def test_headers_of_the_numbers_stand_over_their_columns(charted: Desk, page: TrendsPage) -> None:
    charted.press("T")
    table = page.stack.currentWidget()
    assert isinstance(table, TrendTable)
    header = table.horizontalHeader()
    for column in range(3):
        over = header.viewport().mapTo(table, QPoint(header.sectionViewportPosition(column), 0)).x()
        under = table.viewport().mapTo(table, QPoint(table.columnViewportPosition(column), 0)).x()
        assert over == under


def test_the_list_says_of_which_day_its_figures_are(charted: Desk, page: TrendsPage) -> None:
    page.take_focus()
    line = page.line
    assert line is not None
    charted.press("Home")
    first = page.side.when.text()
    assert first == page.readout.when.text().split("  ·  ")[0]
    charted.press("Shift+Right", "Shift+Right")
    assert page.side.when.text() == page.readout.when.text().split("  ·  ")[0] != first
    shown = next(row for row in page.rows.rows if row.group == page.group)
    assert shown.figure in page.readout.figures.text()


def test_what_a_screen_reader_hears_of_a_line_is_short_and_hides_nothing() -> None:
    state = made([counts(1, 2)])
    series = state.series
    assert series is not None
    for name in ("a\u202egnp.exe", "x" * 10_000, TOWER, "a\nb"):
        line = type(series.lines[0])(name, series.lines[0].counts)
        row = row_of(series, line, {}, (0, 0))
        assert len(row.spoken) < 300
        assert not set(row.spoken) & set("\u202e\n")
        assert row.title in row.spoken


def test_a_tower_of_accents_stays_in_its_row(charted: Desk, theme: Theme) -> None:
    """Even one that was let through: what is painted is cut at the row."""
    rows = TrendRows(theme)
    rows.show_rows([TrendRow("g", TOWER, "1 %", 0, counts(1, 2))], None)
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 140, 300, 24)
    option.state = QStyle.StateFlag.State_Enabled
    painter = QPainter(image)
    rows.itemDelegate().paint(painter, option, rows.model().index(0, 0))
    painter.end()
    white = QColor(Qt.GlobalColor.white)
    outside = [y for y in range(300) if not 140 <= y < 164]
    assert all(image.pixelColor(x, y) == white for y in outside for x in range(300))
    inside = [image.pixelColor(x, y) for y in range(140, 164) for x in range(300)]
    assert any(each != white for each in inside)
    rows.deleteLater()
