"""The period before: which days it is of, its values beside those of today, and why where there is none."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from atlas_desktop.app.trend_state import TrendState
from atlas_desktop.domain.buckets import Period
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.pages.trends import legend
from atlas_desktop.ui.pages.trends.drawing import draw
from atlas_desktop.ui.pages.trends.lines import _faint
from atlas_desktop.ui.pages.trends.looks import look_of
from atlas_desktop.ui.pages.trends.page import TrendsPage
from atlas_desktop.ui.pages.trends.table import TrendTable
from atlas_desktop.ui.theme import THEMES, contrast_ratio
from tests.ui.conftest import Desk
from tests.ui.trends import figure
from tests.ui.trends.conftest import show

HALF = figure.DAYS // 2


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
def page(charted: Desk) -> TrendsPage:
    """The second half of the figure's days, compared with the first."""
    found = charted.window.trends
    charted.until(lambda: found.chart is not None)
    last = found.state.period
    assert last is not None
    days = Period(last.last - timedelta(days=HALF - 1), last.last)
    show(charted, span="any", period=days, compare=True)
    found.take_focus()
    return found


def words(state: TrendState) -> list[str]:
    return [item.words for item in legend.periods(draw(state))]


def test_the_legend_says_which_days(page: TrendsPage) -> None:
    period = page.state.period
    assert period is not None
    now, before = words(page.state)
    assert str(period.first.day) in now
    assert f"{period.last.day} " in now
    assert str(period.previous().first.day) in before
    assert page.chart is not None
    assert page.chart.drawing.compared is not None
    assert page.chart.drawing.compared.drawn


def test_the_read_out_has_the_value_before_and_how_far_it_is(charted: Desk, page: TrendsPage) -> None:
    line = page.line
    assert line is not None
    before = page.state.before(line, HALF - 1)
    assert before is not None
    passed, of = figure.counts(str(line.group), HALF)
    assert (before.passed, before.evaluated) == (passed, of)
    points = round((line.counts[HALF - 1].passed / line.counts[HALF - 1].evaluated - passed / of) * 100, 1)
    said = page.readout.before.text()
    assert said.startswith(f"{points} points higher than ")
    assert f"{passed} of {of} passed" in said
    assert said in page.readout.said
    charted.press("Shift+Left")
    two = [figure.counts(str(line.group), HALF + ago) for ago in (0, 1)]
    assert (
        f"{sum(each[0] for each in two)} of {sum(each[1] for each in two)} passed"
        in page.readout.before.text()
    )


def test_the_table_has_a_column_of_it_beside_each_line(charted: Desk, page: TrendsPage) -> None:
    charted.press("T")
    table = page.stack.currentWidget()
    assert isinstance(table, TrendTable)
    model = table.model()
    assert (model.rowCount(), model.columnCount()) == (HALF, 2 * len(figure.LAST))
    for column, line in enumerate(page.state.drawn):
        passed, of = figure.counts(str(line.group), HALF)
        cell = model.index(0, 2 * column + 1)
        assert cell.data().endswith(f"{passed} / {of}")
        assert model.headerData(2 * column + 1, Qt.Orientation.Horizontal) == f"{line.group}, before"
        spoken = cell.data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken.startswith("Before, ")
        assert f"{passed} of {of} passed" in spoken
    charted.press("Right", "Down")
    assert (page.group, page.bucket) == (page.state.drawn[0].group, HALF - 2)
    assert table.currentIndex().column() == 1


def test_of_all_days_there_are_it_says_that_nothing_was_before(charted: Desk, page: TrendsPage) -> None:
    state = show(charted, span="any", period=None, compare=True)
    assert words(state)[1] == "nothing before: these are all the days there are"
    assert page.readout.before.text() == ""


def test_days_without_calls_before_are_named(charted: Desk, page: TrendsPage) -> None:
    state = show(charted, span="28d", compare=True)
    assert words(state)[1].endswith(": no calls")
    assert page.readout.before.text().endswith(": no calls")


def test_small_charts_and_pictures_have_the_legend(charted: Desk, page: TrendsPage) -> None:
    """In pixels: without the legend the strip over the charts is empty."""
    charted.press("M")
    image = QImage(900, 600, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    page.multiples.paint(painter, image.rect().toRectF())
    painter.end()
    over = [image.pixelColor(x, 14).lightness() for x in range(400)]
    assert min(over) < 160


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_it_is_seen_on_its_ground(theme: str) -> None:
    tokens = THEMES[theme]  # type: ignore[index]
    for place in range(8):
        look = look_of(place, tokens.name)
        assert contrast_ratio(_over(_faint(look, tokens.name, own=True), tokens.surface), tokens.surface) >= 3
        if theme == "contrast":
            assert _faint(look, tokens.name, own=False).alpha() == 255


def _over(color: QColor, ground: str) -> str:
    share, under = color.alphaF(), QColor(ground)
    mixed = [
        round(top * share + low * (1 - share))
        for top, low in zip(color.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*mixed).name()


def test_the_filter_keeps_it(charted: Desk, page: TrendsPage) -> None:
    state = show(charted, query=Query(operation=figure.OPERATION, customer="halo/api"))
    assert state.previous is not None
    assert [line.group for line in state.previous.lines] == ["halo/api"]
