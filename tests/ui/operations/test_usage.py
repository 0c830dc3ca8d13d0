"""What calls cost, and their refunds, by keyboard, over the real local Atlas and a real provider."""

import csv
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget

from atlas_desktop.contract.refunds import RefundsQuery
from atlas_desktop.domain.money import nano_of
from atlas_desktop.ui.pages.operations.usage.area import UsageArea
from tests.ui.operations.conftest import KEY, OperationsDesk
from tests.ui.operations.served import COMPLETION_USD, PROMPT_USD, Served, serving
from tests.ui.test_accessibility import named, ours


@pytest.fixture
def served(at: OperationsDesk) -> Iterator[Served]:
    yield from serving(at)


def area(served: Served) -> UsageArea:
    return served.at.desk.window.usage


def refunds(served: Served) -> dict[str, tuple[str, str | None]]:
    """As the server has them: state and reason by call."""
    page = served.at.ask(lambda client: client.refunds.list(RefundsQuery(limit=100)))
    return {row.call_id: (row.state, row.note) for row in page.data}


def cost(served: Served, call_id: str) -> int:
    """In billionths of a dollar, from what the provider counted."""
    usage = served.call(call_id).response.usage
    assert usage is not None
    asked, answered = usage.prompt_tokens or 0, usage.completion_tokens or 0
    return round((asked * PROMPT_USD + answered * COMPLETION_USD) * 1000)


def test_gross_refunded_and_net_are_exact_and_copied(served: Served) -> None:
    good = [served.chat(text, customer) for text, customer in (("one", "northwind"), ("two", "halo"))]
    bad = served.chat("my ssn is 1", "northwind")
    for each in (*good, bad):
        served.scored(each)
    gross, back = sum(cost(served, each) for each in (*good, bad)), cost(served, bad)
    assert back > 0
    served.press("G B")
    panel = area(served).spending
    total = panel.state.total
    assert (total.gross, total.refunded, total.net, total.refunded_calls) == (gross, back, gross - back, 1)
    used = served.call(bad).response.usage
    assert used is not None
    assert (total.refunded_prompt_tokens, total.refunded_completion_tokens) == (
        used.prompt_tokens,
        used.completion_tokens,
    )
    assert panel.unmetered.text().startswith("of these not metered: ")
    shown = {row.cells[0].text: [cell.text for cell in row.cells[1:3]] for row in panel.table.rows}
    assert shown["northwind"] == ["2", "1"]
    assert shown["All"][1] == "1"
    places = {cell.text.partition(".")[2] for row in panel.table.rows for cell in row.cells[5:]}
    assert len({len(each) for each in places}) == 1
    served.press("Y")
    rows = list(csv.DictReader(QGuiApplication.clipboard().text().splitlines()))
    assert sum(nano_of(float(row["net_usd"])) for row in rows) == gross - back
    served.press("B")
    assert panel.state.shown is not None
    assert panel.state.shown.group_by == "operation"
    assert KEY in [row.key for row in panel.table.rows]
    served.press("Shift+B", "]")
    assert panel.state.shown.span == "90d"
    served.press("D")
    assert panel.first.hasFocus()
    served.type("2026-01-02")
    served.press("Tab")
    served.type("2026-01-03")
    served.press("Enter")
    assert panel.state.rows == ()
    assert panel.state.phase == "ready"
    served.press("Esc")
    assert not panel.first.hasFocus()


def test_a_refund_is_looked_at_confirmed_and_overturned_for_a_reason(served: Served) -> None:
    first = served.chat("ssn one")
    assert served.scored(first).metered is False
    second = served.chat("ssn two")
    assert served.scored(second).metered is False
    served.press("G B", "2")
    panel = area(served).refunds
    assert [row.key for row in panel.table.rows] == [second, first]
    assert "No SSN scored 0.00, below 0.90" in panel.table.rows[0].spoken
    assert panel.table.hasFocus()
    served.press("C")
    assert refunds(served)[second][0] == "confirmed"
    assert [row.key for row in panel.table.rows] == [first]
    served.press("O")
    assert panel.verdict.reason.hasFocus()
    served.press("Ctrl+Enter")
    assert served.at.said() == "Write the reason first."
    assert refunds(served)[first][0] == "open"
    served.type("No number in it.")
    served.press("Esc")
    assert panel.table.hasFocus()
    served.press("O")
    assert panel.verdict.reason.text == "No number in it."
    served.press("Ctrl+Enter")
    assert refunds(served)[first] == ("overturned", "No number in it.")
    assert served.call(first).metered is True
    assert panel.table.rows == ()
    served.press("]")
    served.press("]")
    assert panel.state.wanted == "overturned"
    assert "overturned it on" in panel.verdict.accessibleName()
    assert "No number in it." in panel.verdict.accessibleName()
    served.press("O")
    assert not panel.verdict.writing
    assert "decided already" in served.at.said()
    served.press("1")
    total = area(served).spending.state.total
    assert (total.refunded, total.refunded_calls) == (cost(served, second), 1)


def test_enter_opens_the_call_in_review(served: Served) -> None:
    call = served.chat("ssn three")
    served.scored(call)
    served.press("G B", "2")
    served.at.desk.session.sync_now()
    workspace = served.at.desk.session.workspace
    assert workspace is not None
    served.later(lambda: served.at.desk.run(workspace.store.calls.seq_of(call)) is not None)
    served.press("Enter")
    window = served.at.desk.window
    assert window.screen_name == "review"
    review = window.review
    assert review is not None
    served.at.desk.until(lambda: review.current.call is not None and review.current.call.call.id == call)


def test_without_the_server_it_says_so_and_does_nothing(served: Served) -> None:
    call = served.chat("ssn four")
    served.scored(call)
    served.press("G B", "2")
    panel = area(served).refunds
    desk = served.at.desk
    desk.run(desk.session.set_offline(True))
    desk.until(lambda: not panel.state.online)
    served.settle()
    assert [row.key for row in panel.table.rows] == [call]
    served.press("C")
    assert "nothing is put off" in served.at.said()
    served.press("O")
    assert not panel.verdict.writing
    served.press("1")
    assert area(served).spending.state.phase == "away"
    assert area(served).spending.stale.text().startswith("As of ")
    assert area(served).spending.stale.isVisible()
    desk.run(desk.session.set_offline(False))
    desk.until(lambda: panel.state.online)
    served.settle()
    assert refunds(served) == {call: ("open", None)}
    served.press("2", "C")
    assert refunds(served)[call][0] == "confirmed"


def test_every_control_has_a_name(served: Served) -> None:
    served.scored(served.chat("ssn five"))
    served.press("G B", "2", "O")
    inside = area(served).findChildren(QWidget)
    nameless = [w for w in inside if w.focusPolicy() != Qt.FocusPolicy.NoFocus and ours(w) and not named(w)]
    assert nameless == []
    assert [b for b in area(served).findChildren(QAbstractButton) if ours(b) and not b.accessibleName()] == []


def test_what_comes_while_one_looks_is_counted_without_asking_again(served: Served) -> None:
    """A call that is answered now, and refunded a moment later."""
    served.press("G B")
    panel = area(served).spending
    served.chat("my ssn is 1")
    served.at.desk.until(lambda: panel.state.total.refunded_calls == 1)
    assert panel.state.total.net == 0
    assert panel.state.total.gross > 0
