"""A call through the gateway, as the reviewer sees it: who served it and why, how it did, and that it was refunded."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from atlas_desktop.api.errors import UpstreamError
from atlas_desktop.contract.calls import CallFilters
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.server.gateway.stub_provider import Plan
from tests.ui.operations.conftest import OperationsDesk
from tests.ui.operations.served import FIRST, SECOND, Served, serving


@pytest.fixture
def served(at: OperationsDesk) -> Iterator[Served]:
    yield from serving(at)


def texts(widget: QWidget) -> list[str]:
    return [
        label.text() for label in widget.findChildren(PlainLabel) if label.text() and not label.isHidden()
    ]


def look(served: Served, call_id: str) -> list[str]:
    """Go to this call in Review, as it is at the server now; what the inspector says of it."""
    desk = served.at.desk
    workspace = desk.session.workspace
    assert workspace is not None
    revision = served.call(call_id).revision

    async def here() -> bool:
        seq = await workspace.store.calls.seq_of(call_id)
        opened = await workspace.store.calls.open_call(seq) if seq is not None else None
        return opened is not None and opened.call.revision >= revision

    desk.session.sync_now()
    served.later(lambda: desk.run(here()))
    seq = desk.run(workspace.store.calls.seq_of(call_id))
    assert seq is not None
    desk.window.show("review")
    desk.run(workspace.review.visit(seq))
    panes = desk.window.review_page.panes
    desk.until(lambda: desk.window.painted == seq)
    if not panes.inspector.isVisible():
        desk.press("I")
    desk.settle()
    return texts(panes.inspector)


def test_the_inspector_says_who_served_it_and_why_not_the_others(served: Served) -> None:
    call = served.chat("one two three")
    served.scored(call)
    said = look(served, call)
    assert said[said.index("Tier") + 1] == "standard"
    assert said[said.index("Served by") + 1] == "Provider"
    assert said[len(said) - said[::-1].index("Provider")] == "stub"
    assert said[said.index("Quantization") + 1] == "q8"
    assert said[said.index("Cost") + 1].startswith("$0.000")
    assert said[said.index("Latency") + 1].endswith(" ms")
    served.at.desk.until(lambda: "No SSN" in texts(served.at.desk.window.review_page.panes.inspector))
    assert "1.00, at least 0.90" in said
    routing = said[said.index("Routing") :]
    assert routing[1].startswith("The vetted default of this tier")
    assert routing[routing.index("Asked for") + 1] == "atlas-1  \u00b7  standard"
    assert any(each.startswith(FIRST) for each in routing)
    assert any(each.startswith(SECOND) for each in routing)
    prints = [each for each in said if each.startswith("fp_")]
    assert [each[:5] for each in prints] == ["fp_p_", "fp_e_", "fp_c_"]
    assert "Not metered" not in " ".join(said)


def test_a_refunded_call_says_so_over_its_text_and_what_became_of_it(served: Served) -> None:
    call = served.chat("my ssn is 1")
    assert served.scored(call).metered is False
    said = look(served, call)
    words = "Not metered: No SSN scored 0.00, below 0.90"
    panes = served.at.desk.window.review_page.panes
    served.at.desk.until(lambda: texts(panes.inspector)[0] == words)
    header = served.at.desk.window.review_page.panes.header
    assert words in texts(header)
    assert "0.00, at least 0.90" in said
    served.at.ask(lambda client: client.refunds.confirm(call))
    assert look(served, call)[0].startswith(f"{words}; confirmed by ")
    served.at.ask(lambda client: client.refunds.overturn(call, "No number in it."))
    assert look(served, call)[0].startswith("Metered again: ")


def test_a_call_that_failed_says_why_and_is_not_being_scored(served: Served) -> None:
    served.stub.default = Plan(status=500)
    with pytest.raises(UpstreamError):
        served.chat("anybody there?")
    (newest,) = served.at.ask(lambda client: client.calls.list(CallFilters(limit=1))).data
    said = look(served, newest.id)
    assert said[said.index("Failed") + 1] == "The provider failed."
    assert "Evaluation" not in said
    assert "The provider failed." in served.at.desk.window.review_page.panes.output.view.toPlainText()
