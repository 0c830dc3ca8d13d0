"""Runs in a real window, asked of a real server: begun, read, compared."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from atlas_desktop.app.run_state import RunsState
from atlas_desktop.contract.datasets import Dataset, DatasetItemUpdate
from atlas_desktop.ui.pages.datasets.runs import RunsSection
from tests.ui.conftest import Desk
from tests.ui.datasets.serving import Served, connect, serving


@pytest.fixture(autouse=True)
def served(qt_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Served]:
    with serving(qt_loop, tmp_path) as made:
        yield made


def state(desk: Desk) -> RunsState:
    workspace = desk.session.workspace
    assert workspace is not None
    return workspace.runs.state


def go(desk: Desk, served: Served, *expected: str) -> tuple[RunsSection, Dataset]:
    async def make() -> Dataset:
        await served.define(euro=1.0)
        return await served.draft(*expected)

    dataset = desk.run(make())
    connect(desk)
    desk.press("G D")
    desk.rest()
    desk.press("3")
    desk.rest()
    return desk.window.datasets.runs, dataset


def lines(section: RunsSection) -> list[str]:
    model = section.detail.view.model()
    return [model.index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(model.rowCount())]


def test_a_run_is_begun_and_its_worst_results_come_first(desk: Desk, served: Served) -> None:
    section, _ = go(desk, served, "1 EUR", "2 USD", "3 EUR")
    assert section.empty.isVisible()
    desk.press("Shift+R")
    desk.rest()
    run = state(desk).at_hand
    assert run is not None
    assert (run.status, run.evaluator_ids) == ("completed", ["ev_euro"])
    assert lines(section)[0].startswith("0.00, needed")
    assert lines(section)[0].endswith("2 USD")
    assert [line.split(",")[0] for line in lines(section)[1:]] == ["1.00", "1.00"]
    desk.press("Enter", "J")
    assert section.detail.view.hasFocus()
    assert section.detail.item_id == state(desk).results.rows[1].item_id  # type: ignore[union-attr]
    desk.press("Esc")
    assert section.list.hasFocus()


def test_under_the_veil_neither_the_list_nor_a_screen_reader_tells(desk: Desk, served: Served) -> None:
    desk.run(desk.session.settings.change(veil=True))
    section, _ = go(desk, served, "Write to jane.doe@example.org")
    desk.press("Shift+R")
    desk.rest()
    (line,) = lines(section)
    assert line.startswith("0.00, needed")
    assert "Write to" in line
    assert "jane.doe" not in line
    desk.run(desk.session.settings.change(veil=False))
    desk.press("G C", "G D")
    desk.rest()
    assert "jane.doe@example.org" in lines(section)[0]


def test_production_can_be_scored_by_other_evaluators(desk: Desk, served: Served) -> None:
    section, _ = go(desk, served, "1 EUR")
    desk.press("Shift+R")
    desk.rest()
    section.bar._take("ev_fence", True)
    section.bar.what._choose("recorded")
    QTest.mouseClick(section.bar.start, Qt.MouseButton.LeftButton)
    desk.rest()
    run = state(desk).at_hand
    assert run is not None
    assert (run.predictions, set(run.evaluator_ids)) == ("recorded", {"ev_euro", "ev_fence"})
    assert run.summary_scores == {"overall": 0.5, "ev_euro": 0.0, "ev_fence": 1.0}


def test_two_runs_are_compared_and_a_field_is_stepped_through(desk: Desk, served: Served) -> None:
    section, dataset = go(desk, served, "1 EUR", "2 USD", "3 USD", "4 EUR")
    desk.press("Shift+R")
    desk.rest()

    async def change() -> None:
        items = [item async for item in served.client.datasets.items.iterate(dataset.id)]
        for item, text in zip(items[1:], ("2 EUR", "3 EUR", "4 USD"), strict=True):
            await served.client.datasets.items.update(
                dataset.id, item.id, DatasetItemUpdate(expected_output=text)
            )

    desk.run(change())
    desk.press("Shift+R")
    desk.rest()
    desk.press("C")
    desk.rest()
    found = state(desk).comparison
    assert found is not None
    assert {name: len(found.flips.cell(name)) for name in ("kept", "fixed", "broke", "still")} == {
        "kept": 1, "fixed": 2, "broke": 1, "still": 0,
    }  # fmt: skip
    pane = section.comparing
    assert pane.isVisible()
    assert pane.matrix.fields["broke"].isChecked()
    assert "2 fixed, 1 broke: McNemar p = 1.000." in pane._verdict.text()
    QTest.mouseClick(pane.matrix.fields["fixed"], Qt.MouseButton.LeftButton)
    assert pane.item_id == found.flips.fixed[0]
    desk.press("J")
    assert pane.item_id == found.flips.fixed[1]
    desk.press("Esc")
    assert state(desk).comparison is None
    assert section.list.hasFocus()


def test_a_comparison_begins_with_what_moved_most_and_goes_on_to_other_evaluators(
    desk: Desk, served: Served
) -> None:
    section, dataset = go(desk, served, "1 EUR", "2 USD")
    section.bar._take("ev_fence", True)
    section.bar.start.click()
    desk.rest()
    desk.press("C")
    desk.rest()
    assert state(desk).comparison is None
    assert desk.window.status.said == "There is no run before this one to compare it with"

    async def change() -> None:
        items = [item async for item in served.client.datasets.items.iterate(dataset.id)]
        asked = DatasetItemUpdate(expected_output="2 EUR")
        await served.client.datasets.items.update(dataset.id, items[1].id, asked)

    desk.run(change())
    section.bar.start.click()
    desk.rest()
    desk.press("C")
    desk.rest()
    pane = section.comparing
    assert "By Euro" in pane._by.text()
    assert pane.matrix.fields["fixed"].isChecked()
    assert "revision 2" in pane._first.text()
    assert "revision 3" in pane._second.text()
    assert pane.judges.segments is not None
    pane.judges.segments._choose("ev_fence")
    desk.rest()
    assert "By Fence" in pane._by.text()
    assert "No item flipped." in pane._verdict.text()


def test_away_it_says_where_the_runs_are(desk: Desk, served: Served) -> None:
    section, _ = go(desk, served, "1 EUR")
    desk.press("Shift+R")
    desk.rest()
    served.online = False
    desk.press("Shift+R")
    desk.rest()
    assert desk.window.datasets.notice.isVisible()
    assert len(state(desk).runs) == 1
    assert section.list.isVisible()


def test_where_room_is_short_the_words_stand_under_the_matrix(desk: Desk, served: Served) -> None:
    section, _ = go(desk, served, "1 EUR")
    for _ in range(2):
        desk.press("Shift+R")
        desk.rest()
    desk.press("C")
    desk.rest()
    pane = section.comparing
    for width, under in ((1024, True), (1440, False)):
        desk.window.resize(width, 700)
        desk.rest()
        assert (pane._verdict.y() > pane.matrix.geometry().bottom()) == under
        for label in (pane._second, pane._first, pane._by, pane._verdict):
            assert label.heightForWidth(label.width()) <= label.height(), label.text()
        for field in pane.matrix.fields.values():
            assert field.width() >= field.minimumSizeHint().width()
