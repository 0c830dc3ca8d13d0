"""The gate meter under Review: there where gates are, its words, and where it leads."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Desk
from tests.ui.datasets.serving import Served, connect, serving
from tests.ui.filled import line


@pytest.fixture(autouse=True)
def served(qt_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Served]:
    with serving(qt_loop, tmp_path) as made:
        yield made


@pytest.fixture
def lines() -> list[bytes]:
    # The newest, which is shown first, has no gates.
    return [
        line(source_id="made/1", operation="price", created_at="2026-11-01T10:00:00Z"),
        line(source_id="made/2", operation="chat", created_at="2026-11-02T10:00:00Z"),
    ]


def at(desk: Desk, operation: str) -> None:
    workspace = desk.session.workspace
    assert workspace is not None
    rows = [workspace.browser.row(position) for position in range(2)]
    desk.show_call(
        next(place for place, row in enumerate(rows) if row is not None and row.operation == operation)
    )
    desk.run(workspace.meter.settled())


def test_it_is_there_from_the_first_gates_on_and_leads_to_them(desk: Desk, served: Served) -> None:
    workspace = desk.session.workspace
    assert workspace is not None

    async def make() -> None:
        await served.define(fence=1.0)
        await served.draft("1", "```2```", name="Prices of May")
        await workspace.store.operations.replace([each async for each in served.client.operations.iterate()])
        await workspace.store.evaluators.replace([each async for each in served.client.evaluators.iterate()])

    desk.run(make())
    connect(desk)
    meter = desk.window.review_page.meter
    at(desk, "chat")
    assert not meter.isVisible()
    at(desk, "price")
    assert meter.isVisible()
    assert meter.accessibleName() == "Gates of Prices of May: Fence – of 1.00"
    assert meter.accessibleDescription() == "not scored as it is now"
    at(desk, "chat")
    assert meter.isVisible()
    assert not meter.isEnabled()
    assert meter.accessibleName() == "No gates"
    at(desk, "price")
    desk.press("F11")
    assert not meter.isVisible()
    desk.press("F11")
    QTest.mouseClick(meter, Qt.MouseButton.LeftButton)
    desk.rest()
    page = desk.window.datasets
    assert page.section is page.gates
    assert workspace.datasets.state.current is not None
    assert workspace.datasets.state.current.name == "Prices of May"
    desk.press("Ctrl+R")
    desk.rest()
    desk.run(workspace.meter.settled())
    assert meter.accessibleName() == "Gates of Prices of May: Fence 0.50 of 1.00"
    assert meter.accessibleDescription() == "1 item to fix"
