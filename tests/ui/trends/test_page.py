"""Trends by keyboard: points, stretches, lines, and the way to exactly the calls that failed."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from atlas_desktop.contract.operations import Operation, ShipGate
from atlas_desktop.domain.pass_rate import total_of
from atlas_desktop.domain.query import Query
from atlas_desktop.store.changed import Changed
from atlas_desktop.ui.pages.trends.page import TrendsPage
from atlas_desktop.ui.pages.trends.table import TrendTable
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.conftest import Desk
from tests.ui.filled import line as recorded
from tests.ui.filled import pages
from tests.ui.trends import figure
from tests.ui.trends.conftest import show

DAYS = figure.DAYS


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
def page(charted: Desk) -> TrendsPage:
    found = charted.window.trends
    charted.until(lambda: found.chart is not None and found.stack.currentWidget() is found.chart)
    found.take_focus()
    return found


def here(desk: Desk) -> str:
    return desk.window.screen_name


def count(page: TrendsPage) -> int:
    return len(page.state.drawn)


def failing(desk: Desk) -> set[str]:
    """The calls of the list."""
    workspace = desk.session.workspace
    assert workspace is not None
    rows = desk.run(workspace.store.calls.rows(list(workspace.browser.ids)))
    assert all(row.customer == desk.window.trends.group and row.passed is False for row in rows)
    return {row.id for row in rows}


def test_the_keys_walk_points_and_lines(charted: Desk, page: TrendsPage) -> None:
    first = page.state.drawn[0].group
    assert (page.group, page.bucket) == (first, DAYS - 1)
    charted.press("Left", "Left")
    assert page.bucket == DAYS - 3
    charted.press("Home")
    assert page.bucket == 0
    charted.press("Left")
    assert page.bucket == 0
    charted.press("End", "J")
    assert (page.group, page.bucket) == (page.state.drawn[1].group, DAYS - 1)
    charted.press("K", "K")
    assert page.group == first


def test_what_is_read_out_is_what_was_counted(charted: Desk, page: TrendsPage) -> None:
    charted.press("Home")
    line = page.line
    assert line is not None
    words = page.readout.figures.text()
    counts = line.counts[0]
    assert f"{counts.passed} of {counts.evaluated} passed" in words
    assert "by scores" in words
    assert page.readout.calls.text() == f"Review {counts.failed} failing calls"


def test_enter_opens_exactly_the_failing_calls_of_the_point(charted: Desk, page: TrendsPage) -> None:
    charted.press("Home")
    line = page.line
    assert line is not None
    charted.press("Enter")
    charted.until(lambda: charted.window.screen_name == "review")
    assert len(failing(charted)) == line.counts[0].failed > 10


def test_a_brushed_dip_becomes_a_queue(charted: Desk, page: TrendsPage) -> None:
    charted.press("Home", "Right", "Shift+Right", "Shift+Right", "Shift+Right", "Shift+Left")
    assert page.stretch == (1, 3)
    line = page.line
    assert line is not None
    wanted = total_of(line.counts[1:4])
    assert f"{wanted.passed} of {wanted.evaluated} passed" in page.readout.figures.text()
    charted.press("Enter")
    charted.until(lambda: charted.window.screen_name == "review")
    assert len(failing(charted)) == wanted.failed


def test_calls_that_come_meanwhile_leave_the_hand_where_it_is(charted: Desk, page: TrendsPage) -> None:
    workspace = charted.session.workspace
    assert workspace is not None
    charted.press("J", "Home", "Shift+Right", "Shift+Right")
    group, series = page.group, page.state.series

    async def again() -> None:
        await figure.put_into(workspace.store)
        workspace.trends.store_changed(Changed(added=1))
        await workspace.trends.through()

    charted.run(again())
    assert page.state.series is not series
    assert (page.group, page.bucket, page.stretch) == (group, 2, (0, 2))
    charted.press("B")
    charted.rest()
    assert page.stretch is None
    assert page.group == page.state.drawn[0].group


def test_esc_lets_the_stretch_go_before_the_screen(charted: Desk, page: TrendsPage) -> None:
    charted.press("Shift+Left", "Esc")
    assert page.stretch is None
    assert here(charted) == "trends"
    charted.press("Esc")
    assert here(charted) == "review"


def test_the_mouse_brushes_chooses_and_zooms(charted: Desk, page: TrendsPage) -> None:
    chart = page.chart
    assert chart is not None
    field = chart.board.field

    def at(bucket: int) -> QPointF:
        return QPointF(chart.board.x_of(chart.drawing.centres[bucket]), field.center().y())

    async def drag() -> None:
        viewport = chart.plot.viewport()
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(5).toPoint())
        QTest.mouseMove(viewport, at(7).toPoint())
        QTest.mouseMove(viewport, at(9).toPoint())
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(9).toPoint())

    charted.run(drag())
    assert page.stretch == (5, 9)
    spot = chart.drawing.lines[2].spot(12)
    assert spot is not None
    chart.choose_at(QPointF(at(12).x(), chart.board.y_of(spot.rate)))
    assert (page.group, page.bucket) == (chart.drawing.lines[2].group, 12)
    assert not page.readout.when.text().count(" to ")
    charted.press("Z")
    start, end = chart.board.days
    assert end - start < DAYS
    assert start < spot.x < end
    charted.press("0")
    assert chart.board.days == (0.0, chart.drawing.width)


def test_the_table_has_the_same_numbers_and_walks_by_keys(charted: Desk, page: TrendsPage) -> None:
    charted.press("Home", "T")
    table = page.stack.currentWidget()
    assert isinstance(table, TrendTable)
    assert table.hasFocus()
    model = table.model()
    assert (model.rowCount(), model.columnCount()) == (DAYS, 3)
    for column, line in enumerate(page.state.drawn):
        cell = model.index(0, column)
        assert figure.LABELS[str(line.group)] in cell.data()
        spoken = cell.data(Qt.ItemDataRole.AccessibleTextRole)
        assert str(line.group) in spoken
        assert f"{line.counts[-1].passed} of {line.counts[-1].evaluated} passed" in spoken
    assert page.bucket == 0
    charted.press("Up", "Right")
    assert (page.bucket, page.group) == (1, page.state.drawn[1].group)
    charted.press("T")
    assert page.stack.currentWidget() is page.chart


def test_small_charts_show_the_same_point(charted: Desk, page: TrendsPage) -> None:
    charted.press("M", "Left")
    assert page.stack.currentWidget() is page.multiples
    assert page.chart is not None
    assert page.multiples.drawn() == page.chart.drawn()
    cell = page.multiples.cells(page.multiples.rect().toRectF())[2]

    async def click() -> None:
        QTest.mouseClick(page.multiples, Qt.MouseButton.LeftButton, pos=cell.center().toPoint())

    charted.run(click())
    assert page.group == page.state.drawn[2].group


def test_a_threshold_by_hand_and_back_to_the_gate(charted: Desk, page: TrendsPage) -> None:
    assert page.state.threshold.origin == "gate"
    for typed, origin, value in (("70 %", "hand", 0.7), ("", "gate", 0.85), ("nonsense", "gate", 0.85)):
        charted.press("H")
        page.bar.threshold.selectAll()
        if typed:
            charted.type(typed)
        else:
            charted.press("Backspace")
        charted.press("Enter", "Esc")
        charted.rest()
        assert (page.state.threshold.origin, page.state.threshold.value) == (origin, value)


def test_the_day_at_hand_stays_when_more_days_are_shown(charted: Desk, page: TrendsPage) -> None:
    charted.press("Left", "Left", "Left")
    day = page.readout.when.text()
    charted.press("3")
    charted.rest()
    assert page.state.series is not None
    assert page.state.series.buckets == 90
    assert page.readout.when.text() == day
    charted.press("1")
    charted.rest()
    assert page.readout.when.text() == day
    charted.press("2")
    charted.rest()
    charted.press("Home", "1")
    charted.rest()
    assert page.bucket == 6  # that day is not among them: the newest


def test_points_are_of_hours_days_or_weeks_as_one_likes(charted: Desk, page: TrendsPage) -> None:
    seen = []
    for _ in range(5):
        charted.press("W")
        charted.rest()
        assert page.state.series is not None
        seen.append((page.state.choice.bucket, page.state.series.buckets))
        assert page.bar.per.currentIndex() == [None, "hour", "day", "week"].index(page.state.choice.bucket)
    assert [bucket for bucket, _ in seen] == ["hour", "day", "week", None, "hour"]
    assert seen[0][1] >= 28 * 24 - 1
    assert (seen[1][1], seen[3][1]) == (28, 28)
    assert seen[2][1] in (4, 5)
    charted.press("3")
    charted.rest()
    series = page.state.series
    assert series is not None
    assert series.bucket == "day"  # hours of 90 days are no points


def test_lines_are_taken_out_and_put_back(charted: Desk, page: TrendsPage) -> None:
    charted.press("L", "Down", "Space")
    charted.rest()
    assert [line.group for line in page.state.drawn] == [
        row.group for row in page.rows.rows if row.place is not None
    ]
    assert count(page) == 2
    looks = dict(page.state.places)
    charted.press("Space")
    charted.rest()
    assert count(page) == 3
    assert looks.items() < page.state.places.items()


def test_nothing_to_draw_says_why_and_leads_on(charted: Desk, page: TrendsPage) -> None:
    show(charted, query=Query(customer="nobody/there"))
    assert page.stack.currentWidget() is page.empty
    assert not page.readout.isVisible()
    show(charted, query=Query())
    assert page.stack.currentWidget() is page.chart


def test_a_start_does_not_load_the_chart() -> None:
    code = "import atlas_desktop.ui.window, sys; assert not {'pyqtgraph', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_customer_looks_the_same_over_other_days_and_filters(charted: Desk, page: TrendsPage) -> None:
    looks = dict(page.state.places)
    assert len(set(looks.values())) == 3
    for choice in (
        {"query": Query(operation=figure.OPERATION, customer="lattice/ops")}, {"span": "7d"}, {"query": Query()}, {"span": "any"},
    ):  # fmt: skip
        state = show(charted, **choice)
        assert state.drawn
        assert state.places.items() <= looks.items()
    show(charted, group_by="model")
    assert show(charted, group_by="customer").places == looks


def test_calls_nobody_judged_say_what_is_missing_and_lead_on(charted: Desk, page: TrendsPage) -> None:
    """Their operation has a gate; its evaluators scored nothing."""
    workspace = charted.session.workspace
    assert workspace is not None
    new = [recorded(source_id=str(at), operation="gated", customer="c") for at in range(3)]

    async def come() -> None:
        gate = [ShipGate(evaluator_id="ev_figure", min_score=0.9)]
        await workspace.store.operations.put(
            Operation(id="op_gated", key="gated", name="Gated one", registration="defined", ship_gates=gate)
        )
        after = await workspace.store.pull.cursor()
        for each in pages(new, after):
            await workspace.store.pull.apply(each, after)

    charted.run(come())
    show(charted, query=Query(operation="gated"), span="any")
    assert page.stack.currentWidget() is page.empty
    said = " ".join(each.text() for each in page.empty.findChildren(PlainLabel))
    assert "3 calls, none with a verdict" in said
    assert "Gated one has gates, but its evaluators have scored none" in said
    assert not page.readout.isVisible()
    charted.press("Enter")
    charted.until(lambda: charted.window.screen_name == "review")
    assert len(workspace.browser.ids) == 3


def test_a_line_without_verdicts_beside_others_can_be_walked_and_rated(
    charted: Desk, page: TrendsPage
) -> None:
    workspace = charted.session.workspace
    assert workspace is not None
    today = datetime.now(UTC).isoformat()
    new = [
        recorded(source_id=str(at), operation=figure.OPERATION, customer="quiet", created_at=today)
        for at in range(4)
    ]

    async def come() -> None:
        after = await workspace.store.pull.cursor()
        for each in pages(new, after):
            await workspace.store.pull.apply(each, after)

    charted.run(come())
    show(charted)
    page.point("quiet", 0)
    page.take_focus()
    charted.press("Right")
    assert page.bucket == DAYS - 1
    assert page.readout.figures.text() == "4 calls, nothing evaluated"
    assert page.readout.calls.text() == "Review 4 calls without a verdict"
    charted.press("Enter")
    charted.until(lambda: charted.window.screen_name == "review")
    assert len(workspace.browser.ids) == 4
