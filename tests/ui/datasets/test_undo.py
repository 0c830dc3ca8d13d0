"""What is taken out of a dataset on the server comes back by one key."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.conftest import Desk
from tests.ui.datasets.serving import Served, connect, serving


@pytest.fixture(autouse=True)
def served(qt_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Served]:
    with serving(qt_loop, tmp_path) as made:
        yield made


def test_z_puts_the_item_back(desk: Desk, served: Served) -> None:
    async def make() -> None:
        await served.define()
        await served.draft("1 EUR", "2 EUR", "3 EUR")

    desk.run(make())
    connect(desk)
    desk.press("G D")
    desk.rest()
    page = desk.window.datasets
    assert page.items.table.count == 3
    desk.press("Z")
    desk.rest()
    assert desk.window.status.said == "Nothing was taken out here"
    desk.press("J", "Delete")
    assert page.question.isVisible()
    desk.press("Enter")
    desk.rest()
    assert page.items.table.count == 2
    assert "Z puts it back" in desk.window.status.said
    served.online = False
    desk.press("Z")
    desk.rest()
    assert page.items.table.count == 2
    assert "not reached" in desk.window.status.said
    served.online = True
    desk.press("Z")
    desk.rest()
    assert page.items.table.count == 3
    line = page.items.table.line_at(page.items.table.place)
    assert line is not None
    assert (line.title, line.expected) == ("question 1", "2 EUR")
