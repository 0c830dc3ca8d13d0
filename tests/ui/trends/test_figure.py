"""The figure of the product's page, reproduced: what the chart draws is what the page draws."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QBuffer, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from atlas_desktop.app.trend_caption import caption
from atlas_desktop.app.trend_state import TrendState
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.pages.trends.chart import TrendChart
from atlas_desktop.ui.pages.trends.drawing import draw
from atlas_desktop.ui.pages.trends.looks import look_of
from atlas_desktop.ui.pages.trends.picture import Picture
from atlas_desktop.ui.theme import THEMES, Theme
from tests.ui.conftest import Desk
from tests.ui.trends import figure
from tests.ui.trends.conftest import show


def state(desk: Desk) -> TrendState:
    workspace = desk.session.workspace
    assert workspace is not None
    return workspace.trends.state


def texts(svg: bytes) -> list[str]:
    """What is written in a picture."""
    return [
        "".join(each.itertext()).strip()
        for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_the_lines_their_last_values_the_gate_and_the_axes_are_those_of_the_page(charted: Desk) -> None:
    drawing = draw(state(charted))
    assert {line.label: line.last for line in drawing.lines} == figure.LABELS
    assert drawing.threshold_words == figure.THRESHOLD
    assert drawing.threshold == figure.GATE
    assert [tick.words for tick in drawing.x_ticks] == figure.X_TICKS
    assert [tick.words for tick in drawing.y_ticks] == figure.Y_TICKS
    assert len(drawing.centres) == figure.DAYS


def test_each_point_is_the_share_that_passed_that_day(charted: Desk) -> None:
    for line in draw(state(charted)).lines:
        assert line.group is not None
        (run,) = line.runs
        assert len(run) == figure.DAYS
        for spot in run:
            passed, of = figure.counts(line.group, figure.DAYS - 1 - spot.bucket)
            assert spot.rate == pytest.approx(passed / of)
            assert spot.low < spot.rate < spot.high
    series = state(charted).series
    assert series is not None
    assert series.total.basis == "scores"
    assert series.total.evaluated == series.total.calls


def test_all_of_it_is_written_on_the_picture_in_any_theme(charted: Desk, theme: Theme) -> None:
    now = state(charted)
    for choice in THEMES:
        theme.apply(choice)
        written = texts(Picture(theme, now, caption(now, now.drawn, "Northwind", datetime.now(UTC))).svg())
        for words in (
            *figure.LABELS,
            *figure.LABELS.values(),
            *figure.X_TICKS,
            *figure.Y_TICKS,
            figure.THRESHOLD,
        ):
            assert words in written, (choice, words)


def test_the_name_of_the_line_at_hand_is_whole_too(charted: Desk) -> None:
    """It is written in bold: wider than the others."""
    chart = charted.window.trends.chart
    assert chart is not None
    charted.until(lambda: chart.board.at_hand is not None)
    for _ in figure.LABELS:
        charted.press("J")
        assert set(figure.LABELS) <= set(texts(_svg(chart))), chart.board.at_hand


def _svg(chart: TrendChart) -> bytes:
    paper = QBuffer()
    paper.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(paper)
    generator.setSize(chart.size())
    generator.setResolution(96)
    painter = QPainter(generator)
    chart.paint(painter, QRectF(chart.rect()))
    painter.end()
    return bytes(paper.data().data())


def test_the_lines_end_where_their_values_are(charted: Desk, theme: Theme) -> None:
    """In pixels: the colour of each line is at the height of its last value, in order from the top."""
    chart = TrendChart(theme)
    try:
        chart.resize(1000, 600)
        chart.show_state(state(charted))
        now = state(charted)
        image = Picture(theme, now, caption(now, now.drawn, "Northwind", datetime.now(UTC))).image()
        assert not image.isNull()
        board = chart.board
        ends = {line.label: board.y_of(line.end.rate) for line in chart.drawn().lines if line.end is not None}
        assert sorted(ends, key=lambda label: ends[label]) == ["halo/api", "lattice/ops", "northwind/prod"]
        gate = board.y_of(figure.GATE)
        assert all(y < gate for y in ends.values())
        colors = {look_of(line.place, theme.tokens.name).color.lower() for line in chart.drawn().lines}
        seen = {
            image.pixelColor(x, y).name()
            for x in range(0, image.width(), 2)
            for y in range(0, image.height(), 2)
        }
        assert colors <= seen
    finally:
        chart.deleteLater()


def test_of_no_call_there_is_no_line(charted: Desk) -> None:
    assert draw(show(charted, query=Query(operation="nothing_is_called_so"))).lines == ()
