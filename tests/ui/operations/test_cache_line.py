"""Answers from the record are switched on and off in the window, over a real gateway."""

from collections.abc import Iterator

import pytest

from tests.ui.operations.conftest import OperationsDesk
from tests.ui.operations.served import Served, serving


@pytest.fixture
def served(at: OperationsDesk) -> Iterator[Served]:
    yield from serving(at)


def test_equal_requests_are_answered_from_the_record_until_that_is_taken_back(served: Served) -> None:
    at, line = served.at, served.at.page.routing.cache
    served.chat("what is 6 x 7?")
    served.chat("what is 6 x 7?")
    assert len(served.stub.requests) == 2
    at.press("5")
    assert line.isVisible()
    assert line.title.text() == "Each request is asked anew"
    at.press("C")
    assert at.operation().cache
    assert line.title.text() == "Equal requests are answered from the record"
    assert at.said() == line.title.text()
    first = served.chat("what is 6 x 7?")
    again = served.call(served.chat("what is 6 x 7?"))
    assert len(served.stub.requests) == 3
    assert again.delivery is not None
    assert (again.delivery.model_extra or {})["cached_from"] == first
    served.chat("what is 6 x 7?", customer="another/prod")
    assert len(served.stub.requests) == 4
    line.change.click()
    at.settle()
    assert not at.operation().cache
    served.chat("what is 6 x 7?")
    assert len(served.stub.requests) == 5
    at.press("3")
    said = [each.title for each in at.page.history.list.lines]
    assert said[:2] == ["Each request is asked anew", "Equal requests are answered from the record"]


def test_the_key_goes_where_one_sees_what_it_does(at: OperationsDesk) -> None:
    at.press("1", "C")
    assert at.page.stack.currentWidget() is at.page.routing
    assert at.operation().cache


def test_why_it_cannot_be_changed_is_said(at: OperationsDesk) -> None:
    line = at.page.routing.cache
    at.press("5")
    at.desk.run(at.desk.session.set_offline(True))
    at.desk.until(lambda: not at.book.state.online)
    assert not line.change.isEnabled()
    assert line.reason.isVisible()
    assert line.reason.text() == "Nothing can be changed without the server"
    at.press("C")
    assert at.said() == "Nothing can be changed without the server"
    at.desk.run(at.desk.session.set_offline(False))
    at.desk.until(lambda: at.book.state.online)
    assert line.change.isEnabled()
    assert not line.reason.isVisible()
    assert not at.operation().cache
    at.page.take_focus()
    at.press("J", "C")
    assert at.book.state.key == "seen"
    assert at.said().startswith("Define the operation first")
    assert not at.ask(lambda client: client.operations.get("seen")).cache
