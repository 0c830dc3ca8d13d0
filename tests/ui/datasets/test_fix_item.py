"""J and K in the fix list show the item whole, beside it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.conftest import Desk
from tests.ui.datasets.serving import Served, serving
from tests.ui.datasets.test_gates import go

LONG = "4 USD\n" + "a line of the text\n" * 30 + "ann@example.org wrote the end"


@pytest.fixture(autouse=True)
def served(qt_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Served]:
    with serving(qt_loop, tmp_path) as made:
        yield made


def opened(desk: Desk, served: Served) -> None:
    """The fix list, of two items."""
    desk.window.resize(1400, 900)
    go(desk, served, "1 EUR", LONG, "5 USD", euro=1.0)
    desk.press("Ctrl+R")
    desk.rest()
    desk.press("Shift+P")
    desk.rest()


def test_the_item_at_hand_stands_whole_beside_the_list(desk: Desk, served: Served) -> None:
    opened(desk, served)
    item, promotion = desk.window.datasets.gates.item, desk.session.workspace.promotion  # type: ignore[union-attr]
    seen = {}
    for _ in range(2):
        entry = promotion.state.entry
        assert entry is not None
        assert item.isVisible()
        assert item.said.text() == "the pattern is not found"
        seen[item.expected.view.toPlainText().strip()] = item.input.view.toPlainText()
        desk.press("J")
        desk.rest()
    assert set(seen) == {LONG, "5 USD"}
    assert "question 1" in seen[LONG]
    assert "question 2" in seen["5 USD"]


def test_under_the_veil_it_is_veiled(desk: Desk, served: Served) -> None:
    desk.run(desk.session.settings.change(veil=True))
    opened(desk, served)
    shown = desk.window.datasets.gates.item.expected.view.toPlainText()
    assert "ann@" not in shown


def test_where_there_is_no_room_the_list_stands_alone(desk: Desk, served: Served) -> None:
    opened(desk, served)
    gates = desk.window.datasets.gates
    assert gates.item.isVisible()
    desk.window.resize(760, 700)
    desk.rest()
    assert not gates.item.isVisible()
    assert gates.fixes.view.isVisible()
    desk.window.resize(1400, 900)
    desk.rest()
    assert gates.item.isVisible()
