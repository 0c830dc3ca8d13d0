"""Releases by keyboard, over the real local Atlas and a real provider."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from atlas_desktop.contract.operations import OperationUpdate, ShipGate
from atlas_desktop.contract.releases import Release, ReleaseCreate, ReleasesQuery
from atlas_desktop.ui.pages.operations.releases.pane import ReleasesPane
from tests.server.gateway.stub_provider import Plan
from tests.ui.operations.conftest import KEY, OperationsDesk
from tests.ui.operations.served import FIRST, SECOND, Served, serving
from tests.ui.test_accessibility import named, ours


@pytest.fixture
def served(at: OperationsDesk) -> Iterator[Served]:
    yield from serving(at)


def pane(served: Served) -> ReleasesPane:
    return served.at.page.releases


def newest(served: Served) -> Release:
    """As the server has it."""
    query = ReleasesQuery(operation_id=KEY)
    found = served.at.ask(lambda client: client.releases.list(query)).data[0].id
    return served.at.ask(lambda client: client.releases.get(found))


def begun(served: Served, samples: int = 2, percent: int = 100) -> None:
    """A release of the second model, looked at."""
    asked = ReleaseCreate(operation_id=KEY, model=SECOND, percent=percent, min_samples=samples)
    served.at.ask(lambda client: client.releases.create(asked))
    served.press("4")


def judged(served: Served, many: int, text: str = "fine") -> None:
    """So many more calls, until the candidate's scores of them are there and shown."""
    release = newest(served)
    assert release.standing is not None
    before = release.standing.rate.judged
    for number in range(many):
        served.chat(f"{text} {number}")

    def there() -> bool:
        now = newest(served)
        return not now.open or (now.standing is not None and now.standing.rate.judged >= before + many)

    served.later(there)
    served.parts.releases.look()
    served.settle()


def test_from_the_shadow_to_production_and_back(served: Served) -> None:
    served.press("4")
    assert [name for name, _ in pane(served).taught("keys")] == ["release.begin"]
    served.press("S")
    form = pane(served).form
    assert form.isVisible()
    served.press("Ctrl+Enter")
    assert served.at.said() == "Name the model first."
    assert [line.key for line in form.models.lines] == [FIRST, SECOND]
    served.type("second")
    assert [line.key for line in form.models.lines] == [SECOND]
    served.press("Down")
    assert form.models.hasFocus()
    served.press("Enter")
    assert form.model.hasFocus()
    assert form.model.text() == SECOND
    form.samples.setText("2")
    form.percent.setText("50")
    form.percent.textEdited.emit("50")
    served.press("Ctrl+Enter")
    assert newest(served).stage == "shadow"
    assert not form.isVisible()
    view = pane(served).view
    assert "in the shadow" in view.accessibleName()
    assert not view.advance.isEnabled()
    assert [name for name, _ in pane(served).taught("keys")] == ["release.advance", "release.roll_back"]
    served.press("Shift+A")
    assert not served.at.page.question.isVisible()
    assert "Not enough scores yet: No SSN (2 more scores needed)" in served.at.said()
    judged(served, 2)
    assert view.gates["ev_ssn"].accessibleName().startswith("No SSN, met, 1.00 of at least 0.9")
    served.press("Shift+A")
    assert "will answer 50 % of the calls to extract" in served.at.page.question.accessibleName()
    served.press("Enter")
    assert (newest(served).stage, newest(served).percent) == ("canary", 50)
    served.press("Shift+W", "Ctrl+A")
    served.type("20")
    served.press("Enter")
    assert newest(served).percent == 50
    assert "only widened" in view.accessibleName() or "only widened" in view._why.text()
    judged_canary(served)
    served.press("Shift+W", "Ctrl+A")
    served.type("100")
    served.press("Enter")
    assert newest(served).percent == 100
    served.press("Shift+A", "Enter")
    assert newest(served).stage == "prod"
    assert "in production" in view.accessibleName()
    served.press("Shift+R", "Ctrl+Enter")
    assert served.at.said() == "Write the reason first."
    assert newest(served).stage == "prod"
    served.type("Customers saw it.")
    served.press("Ctrl+Enter")
    steps = newest(served).steps
    assert (steps[-1].act, steps[-1].reason) == ("rolled_back", "Customers saw it.")
    shown = [line.title for line in pane(served).list.lines if not line.heading]
    assert shown == [
        "Rolled back",
        "Advanced to production",
        "Canary widened to 100 %",
        "Advanced to canary, 50 %",
        "Started in the shadow",
    ]


def judged_canary(served: Served) -> None:
    """Calls until the canary, which answers every other customer's, has what its gates need."""

    def enough() -> bool:
        standing = newest(served).standing
        return standing is not None and standing.rate.judged >= 2

    for number in range(40):
        if enough():
            break
        served.scored(served.chat(f"canary {number}", user=f"user-{number}"))
    served.later(enough)
    served.parts.releases.look()
    served.settle()


def test_gates_that_the_server_finds_unmet_are_named_in_their_rows(served: Served) -> None:
    begun(served)
    judged(served, 2)
    view = pane(served).view
    assert view.advance.isEnabled()
    gates = [ShipGate(evaluator_id=name, min_score=0.9) for name in ("ev_ssn", "ev_shape")]
    served.at.ask(lambda client: client.operations.update(KEY, OperationUpdate(ship_gates=gates)))
    served.press("Shift+A", "Enter")
    assert newest(served).stage == "shadow"
    assert "the gates do not hold yet" in served.at.said()
    assert [gate.evaluator_id for gate in pane(served).state.refused] == ["ev_shape"]
    assert view.gates["ev_shape"]._why.text().startswith("refused: ")
    assert not view.advance.isEnabled()


def test_what_somebody_else_moved_meanwhile_is_not_moved_once_more(served: Served) -> None:
    begun(served)
    judged(served, 2)
    pane(served)._clock.stop()
    release = newest(served)
    served.press("Shift+A")
    served.at.ask(lambda client: client.releases.advance(release.id))
    served.press("Enter")
    assert newest(served).stage == "canary"
    assert served.at.page.notice.isVisible()
    assert "canary" in pane(served).view.accessibleName()


def test_what_fails_is_taken_back_by_the_server_itself(served: Served) -> None:
    begun(served)
    judged(served, 2)
    served.press("Shift+A", "Enter")
    assert newest(served).stage == "canary"
    served.stub.plans[SECOND] = Plan(words=("my ", "ssn"))
    for number in range(25):
        served.chat(f"call {number}")
    served.later(lambda: newest(served).stage == "rolled_back")
    served.parts.releases.look()
    served.settle()
    first = next(line for line in pane(served).list.lines if not line.heading)
    assert (first.title, first.icon) == ("Rolled back by itself", "bad")
    assert first.figure.startswith("the server")
    assert "rolled back" in pane(served).view.accessibleName()
    assert pane(served).view.begin.isVisible()


def test_without_the_server_it_says_so_and_does_nothing(served: Served) -> None:
    begun(served)
    judged(served, 2)
    desk = served.at.desk
    desk.run(desk.session.set_offline(True))
    desk.until(lambda: not pane(served).state.online)
    served.settle()
    assert not pane(served).view.advance.isEnabled()
    for keys in ("Shift+A", "Shift+R"):
        served.press(keys)
        assert "nothing is put off" in served.at.said()
    assert not served.at.page.question.isVisible()
    assert not pane(served).rollback.isVisible()
    desk.run(desk.session.set_offline(False))
    desk.until(lambda: pane(served).state.online)
    served.settle()
    assert newest(served).stage == "shadow"
    served.press("Shift+R")
    inside = pane(served).findChildren(QWidget)
    nameless = [w for w in inside if w.focusPolicy() != Qt.FocusPolicy.NoFocus and ours(w) and not named(w)]
    assert nameless == []
    assert [b for b in pane(served).findChildren(QAbstractButton) if ours(b) and not b.accessibleName()] == []
