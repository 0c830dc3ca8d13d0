"""What would answer an operation's next call, over a real gateway."""

from collections.abc import Iterator

import pytest

from tests.ui.operations.conftest import OperationsDesk
from tests.ui.operations.served import FIRST, SECOND, Served, serving


@pytest.fixture
def served(at: OperationsDesk) -> Iterator[Served]:
    yield from serving(at)


def test_who_would_answer_and_how_everybody_did_lately(served: Served) -> None:
    workspace = served.at.desk.session.workspace
    assert workspace is not None
    book = workspace.providers
    pane = served.at.page.routing
    served.press("5")
    served.at.desk.run(book.settled())
    by_key = {line.key: line for line in pane.list.lines}
    standard = by_key["tier standard"]
    assert standard.title == f"standard: {FIRST}  \u00b7  q8"
    assert standard.detail.startswith("stub  \u00b7  The vetted default of this tier")
    assert standard.figure == "$15.00 / M"
    assert by_key["tier realtime"].title.startswith("realtime: ")
    assert "none" in by_key
    # Bad answers put the default into quarantine here: the other one is asked from then on.
    for number in range(6):
        served.scored(served.chat(f"my ssn is {number}"))

    def quarantined() -> bool:
        served.press("1", "5")
        served.at.desk.run(book.settled())
        return any(line.figure == "in quarantine" for line in pane.list.lines)

    # The router's view of the scores may be a moment older than they are.
    served.later(quarantined)
    by_key = {line.key: line for line in pane.list.lines}
    assert by_key["tier standard"].title == f"standard: {SECOND}  \u00b7  q8"
    found = next(line for line in pane.list.lines if line.title == f"{FIRST}  \u00b7  q8")
    assert found.figure == "in quarantine"
    assert "ev_ssn 0.00" in found.detail
    assert "tried again from" in found.detail
    served.press("Enter", "J")
    assert pane.list.hasFocus()
    served.at.desk.run(served.at.desk.session.set_offline(True))
    served.at.desk.until(lambda: not book.state.online)
    assert pane.list.isVisible()  # what was known stays
