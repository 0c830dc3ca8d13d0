"""The chart leaves as a picture or as numbers, by keyboard, with what it is of in it."""

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtGui import QImage

from atlas_desktop.app.trend_caption import Caption, caption
from atlas_desktop.app.trend_looks import remembered
from atlas_desktop.app.trend_state import Choice, Event, TrendState
from atlas_desktop.domain.buckets import Period, edges
from atlas_desktop.domain.pass_rate import Counts, Line, Series
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.pages.trends.picture import SIZE, TALL, Picture, veiled_state
from atlas_desktop.ui.theme import Theme
from tests.ui.conftest import Desk
from tests.ui.trends import figure
from tests.ui.trends.conftest import show
from tests.ui.trends.test_drawing import state as made_of
from tests.ui.trends.test_figure import texts

DAYS = Period(date(2026, 11, 14), date(2026, 11, 20))
EVIL = [
    "<b>bold</b>&amp;",
    "a\u202egnp.exe",
    "null\x00bell\x07",
    "]]><svg onload=x>",
    "ann@example.com",
    "n" * 500,
]


def exported(desk: Desk, form: str, path: Path) -> bytes:
    """What is in the file after it was asked for with the keyboard."""
    desk.press("E")
    strip = desk.window.trends.exports.strip
    assert strip.isVisible()
    assert desk.focus() is strip.path
    segments = strip._segments
    assert segments is not None
    while not segments.isAncestorOf(desk.focus()):
        desk.press("Tab")
    at_hand = desk.window.trends.chart.board.at_hand if desk.window.trends.chart is not None else None
    while desk.focus() is not segments._buttons[form]:
        desk.press("Right")
    desk.press("Space")
    assert desk.window.trends.chart is None or desk.window.trends.chart.board.at_hand == at_hand
    assert strip.form.value == form
    assert strip.path.text().endswith(f".{form}")
    strip.path.setFocus()
    strip.path.selectAll()
    desk.type(str(path))
    desk.press("Enter")
    desk.until(lambda: not strip.running and path.exists())
    desk.rest()
    desk.press("Esc")
    assert not strip.isVisible()
    return path.read_bytes()


def test_each_format_by_keyboard(charted: Desk, tmp_path: Path) -> None:
    table = exported(charted, "csv", tmp_path / "rates.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table, newline="")))
    said = [row[0] for row in rows if row[0].startswith("# ")]
    assert f"# Filter: operation:{figure.OPERATION}" in said
    head, *points = rows[len(said) :]
    assert len(points) == len(figure.LAST) * figure.DAYS
    for customer, (passed, of) in figure.LAST.items():
        last = dict(zip(head, [row for row in points if row[0] == customer][-1], strict=True))
        assert (int(last["passed"]), int(last["evaluated"])) == (passed, of)
        assert f"{float(last['pass_rate']):.1%}".replace("%", " %") == figure.LABELS[customer]

    written = texts(exported(charted, "svg", tmp_path / "chart.svg"))
    assert any(f"Filter: operation:{figure.OPERATION}" in words for words in written)
    assert "northwind/prod" in written

    image = QImage.fromData(exported(charted, "png", tmp_path / "chart.png"))
    assert image.size() == SIZE * 2
    assert f"Filter: operation:{figure.OPERATION}" in image.text("Description")


def test_with_nothing_read_yet_it_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.press("G T")
    said: list[str] = []
    monkeypatch.setattr(desk.window, "say", said.append)
    show(desk, query=Query(operation="nothing_is_called_so"), span="any")
    desk.press("E")
    assert said == ["There is no chart to export yet."]


def state(names: list[str | None], layout: str = "overlay") -> TrendState:
    found = edges(DAYS, "day", ZoneInfo("UTC"))
    lines = tuple(Line(name, (Counts(9, 5, 2),) * 3 + (Counts(),) + (Counts(9, 3, 3),) * 3) for name in names)
    choice = Choice(layout="multiples" if layout == "multiples" else "overlay")
    return TrendState(choice, choice, Series("customer", "day", "UTC", found, lines))


@pytest.mark.parametrize("layout", ["overlay", "multiples"])
def test_names_of_any_kind_give_an_svg_that_is_one(theme: Theme, layout: str) -> None:
    of = state([*EVIL, None], layout)
    made = Picture(theme, of, caption(of, of.drawn, "<Northwind> & \u202eSons\x00", datetime.now(UTC))).svg()
    assert ET.fromstring(made).tag.endswith("svg")
    assert "\u202e" not in made.decode()
    assert "onload" not in {name for each in ET.fromstring(made).iter() for name in each.attrib}
    assert not [each for each in ET.fromstring(made).iter() if each.tag.endswith("}b")]


def test_many_small_charts_have_room(theme: Theme) -> None:
    of = state([f"customer {each}" for each in range(8)], "multiples")
    picture = Picture(theme, of, Caption("Pass rate", ()))
    assert picture.size == TALL
    assert len([each for each in texts(picture.svg()) if each.startswith("customer ")]) == 8


def test_names_are_veiled_each_as_another() -> None:
    of = state(["ann@example.com", "bob@example.com", "northwind"])
    told = (Event(1, "promotion", "for ann@example.com"),)
    of = replace(
        of, previous=of.series, events=told, shown=replace(of.choice, picked=frozenset({"bob@example.com"}))
    )
    covered = veiled_state(of)
    assert covered.series is not None
    assert covered.previous is not None
    groups = [line.group for line in covered.series.lines]
    assert groups == [line.group for line in covered.previous.lines]
    assert len(set(groups)) == 3
    assert not [name for name in groups if name is not None and "example" in name]
    assert [line.group for line in covered.drawn] == [groups[1]]
    assert "northwind" in groups
    assert "example" not in covered.events[0].title
    assert covered.events[0].at_ms == 1


def test_the_name_of_the_file_says_its_format(charted: Desk, tmp_path: Path) -> None:
    """Whoever types .svg wants no other bytes in it."""
    charted.press("E")
    strip = charted.window.trends.exports.strip
    for form in ("svg", "csv", "png"):
        strip.path.selectAll()
        charted.type(str(tmp_path / f"out.{form}"))
        assert strip.form.value == form
    charted.press("Esc")


def test_of_many_lines_the_picture_shows_the_bounds_of_the_one_at_hand(theme: Theme) -> None:
    """On the screen they are there; without them a rate of few calls looks as sure as one of many."""
    lines = [[Counts(9, 0, 0, 4 + at % 3, 5 - at % 3)] * 7 for at in range(6)]
    now = made_of(*lines)
    said = Caption("T", ("L",))
    plain = Picture(theme, now, said).image()
    shown = Picture(theme, now, said, at_hand="c2").image()
    differ = sum(
        plain.pixelColor(x, y) != shown.pixelColor(x, y)
        for x in range(0, plain.width(), 16)
        for y in range(0, plain.height(), 16)
    )
    assert differ > 300
    veiled = veiled_state(replace(now, looks={}))
    assert veiled.places == now.places
    picked = replace(now, looks=remembered({}, {f"c{at}": 5 - at for at in range(6)}))
    assert list(veiled_state(picked).places.values()) == [5, 4, 3, 2, 1, 0]
