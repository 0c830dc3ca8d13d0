"""Gates, fix list, promotion and training in a real window, asked of a real server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from atlas_desktop.app.gate_state import GateState
from atlas_desktop.contract.operations import OperationUpdate, ShipGate
from atlas_desktop.ui.pages.datasets.gates import GatesSection
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.conftest import Desk
from tests.ui.datasets.serving import Served, connect, serving

BAD = "```5 EUR```"


@pytest.fixture(autouse=True)
def served(qt_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Served]:
    with serving(qt_loop, tmp_path) as made:
        yield made


def state(desk: Desk) -> GateState:
    workspace = desk.session.workspace
    assert workspace is not None
    return workspace.promotion.state


def gates(desk: Desk) -> GatesSection:
    return desk.window.datasets.gates


def words(desk: Desk) -> list[str]:
    return [row.accessibleName() for row in gates(desk).rows]


def go(desk: Desk, served: Served, *expected: str, **least: float) -> GatesSection:
    """On the gates of a draft with these expected outputs."""

    async def make() -> None:
        await served.define(**least)
        await served.draft(*expected)

    desk.run(make())
    connect(desk)
    desk.press("G D")
    desk.rest()
    desk.press("2")
    desk.rest()
    return gates(desk)


def test_from_unscored_over_the_fix_list_to_golden_and_training_by_keys(desk: Desk, served: Served) -> None:
    section = go(desk, served, "1 EUR", "2 EUR", BAD, "4 USD", fence=1.0, euro=0.75)
    assert words(desk) == ["Fence: Not scored yet, – of 1.00", "Euro: Not scored yet, – of 0.75"]
    desk.press("Ctrl+R")
    desk.rest()
    assert words(desk) == ["Fence: 1 item would flip it, 0.75 of 1.00", "Euro: Holds, 0.75 of 0.75"]
    assert section.head.promote.property("kind") == "plain"

    desk.press("Shift+P")
    desk.rest()
    assert section.fixes.isVisible()
    assert QApplication.focusWidget() is section.fixes.view
    assert state(desk).entry is not None
    desk.press("E")
    desk.rest()
    editor = desk.window.datasets.items.pane.expected.editor
    assert QApplication.focusWidget() is editor
    desk.press("Ctrl+A")
    desk.type("5 EUR")
    desk.press("Ctrl+Enter")
    desk.rest()
    assert desk.window.datasets.section is section
    assert words(desk)[0] == "Fence: Changed since it was scored, – of 1.00"

    desk.press("Ctrl+R")
    desk.rest()
    assert words(desk) == ["Fence: Holds, 1.00 of 1.00", "Euro: Holds, 0.75 of 0.75"]
    assert not section.fixes.isVisible()
    assert section.head.promote.property("kind") == "primary"

    desk.press("Shift+P")
    desk.rest()
    assert state(desk).golden
    assert section.golden.isVisible()
    desk.press("Shift+T")
    assert QApplication.focusWidget() is section.golden.notes
    desk.type("Quarterly retrain.")
    desk.press("Ctrl+Enter")
    desk.rest()
    assert [asked.notes for asked in state(desk).trainings] == ["Quarterly retrain."]
    assert section.golden.notes.toPlainText() == ""


def test_keys_walk_the_gates_open_one_and_come_back(desk: Desk, served: Served) -> None:
    section = go(desk, served, "1 USD", BAD, fence=1.0, euro=1.0)
    desk.press("Ctrl+R")
    desk.rest()
    desk.press("J")
    assert [row.current for row in section.rows] == [False, True]
    assert section.rows[1].hasFocus()
    desk.press("Enter")
    desk.rest()
    assert state(desk).fixing is not None
    assert state(desk).open_gate is state(desk).gates[1]
    assert section.fixes.view.hasFocus()
    desk.press("Esc")
    assert state(desk).fixing is None
    assert section.rows[1].hasFocus()
    desk.press("F")
    assert state(desk).open_gate is state(desk).gates[0]


def test_a_gate_more_or_less_leaves_the_focus_at_the_gate_at_hand(desk: Desk, served: Served) -> None:
    section = go(desk, served, "1 EUR", fence=1.0, euro=1.0)
    assert section.rows[0].hasFocus()
    desk.press("J")

    async def bind(*names: str) -> None:
        gates = [ShipGate(evaluator_id=f"ev_{name}", min_score=1.0) for name in names]
        asked = OperationUpdate(ship_gates=gates, allow_loosening=True)
        await served.client.operations.update("price", asked)

    for names, at in ((("euro",), 0), (("fence", "euro"), 1)):
        desk.run(bind(*names))
        workspace = desk.session.workspace
        assert workspace is not None
        workspace.promotion.refresh()
        desk.rest()
        assert [row.evaluator_id for row in section.rows] == [f"ev_{name}" for name in names]
        assert [row.current for row in section.rows].index(True) == at
        assert QApplication.focusWidget() is section.rows[at]


def test_without_gates_it_is_asked_before_it_is_done(desk: Desk, served: Served) -> None:
    section = go(desk, served, "1 EUR")
    assert section.empty.isVisible()
    desk.press("Shift+P")
    desk.rest()
    question = desk.window.datasets.question
    assert question.isVisible()
    assert not state(desk).golden
    desk.press("Enter")
    desk.rest()
    assert state(desk).golden


def test_what_the_server_refuses_is_said_on_the_page(desk: Desk, served: Served) -> None:
    go(desk, served, "1 EUR", fence=1.0)
    served.online = False
    desk.press("Shift+P")
    desk.rest()
    notice = desk.window.datasets.notice
    assert notice.isVisible()
    assert "not reached" in notice.accessibleName()


def test_away_it_says_where_the_gates_are_and_reads_them_when_it_is_back(desk: Desk, served: Served) -> None:
    served.online = False
    section = go_offline(desk, served)
    assert section.empty.isVisible()
    served.online = True
    connect(desk)
    assert words(desk) == ["Fence: Not scored yet, – of 1.00"]


def go_offline(desk: Desk, served: Served) -> GatesSection:
    """The datasets were read, then the server went."""

    async def make() -> None:
        await served.define(fence=1.0)
        await served.draft("1 EUR")

    desk.run(make())
    served.online = True
    connect(desk)
    desk.press("G D")
    desk.rest()
    served.online = False
    desk.press("2")
    desk.rest()
    return gates(desk)


def test_the_strip_teaches_only_keys_that_act_there(desk: Desk, served: Served) -> None:
    section = go(desk, served, "1 EUR", fence=1.0)
    caps = desk.window.datasets._caps
    assert "Shift+P promote" in caps.accessibleName()
    desk.press("1", "E")
    desk.rest()
    assert "J next" not in caps.accessibleName()
    assert "Ctrl+Enter save, go on" in caps.accessibleName()
    desk.press("Esc", "2", "Ctrl+R")
    desk.rest()
    desk.press("Shift+P")
    desk.rest()
    assert state(desk).golden
    assert "promote" not in caps.accessibleName()
    assert "Shift+T request training" in caps.accessibleName()
    desk.press("Shift+T")
    assert section.golden.notes.hasFocus()
    assert caps.accessibleName() == "Keys: Esc leave"


def test_a_promotion_names_its_evaluators(desk: Desk, served: Served) -> None:
    section = go(desk, served, "1 EUR", fence=1.0)
    desk.press("Ctrl+R")
    desk.rest()
    desk.press("Shift+P")
    desk.rest()
    said = " ".join(label.text() for label in section.golden.findChildren(PlainLabel))
    assert "Fence 1.00 of 1.00" in said
    assert "ev_fence" not in said
