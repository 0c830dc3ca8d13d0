"""The Operations screen over the real local Atlas: an operation of ten calls, and one that was only seen."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import pytest
from keyring.backends import fail

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.operations import OperationsBook
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import Operation, ShipGate
from atlas_desktop.ui.pages.operations.page import OperationsPage
from tests.ui.conftest import Desk
from tests.ui.filled import line

T = TypeVar("T")
KEY = "extract"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["total"],
    "properties": {"total": {"type": "number"}},
}


@dataclass
class OperationsDesk:
    """Keys go to the real window; ``ask`` goes to the real server past it."""

    desk: Desk

    @property
    def page(self) -> OperationsPage:
        return self.desk.window.operations

    @property
    def book(self) -> OperationsBook:
        workspace = self.desk.session.workspace
        assert workspace is not None
        return workspace.operations

    def ask(self, make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        workspace = self.desk.session.workspace
        assert workspace is not None
        return self.desk.run(workspace.sync.ask(make))

    def operation(self) -> Operation:
        """As the server has it."""
        return self.ask(lambda client: client.operations.get(KEY))

    def settle(self) -> None:
        """Until nothing is tried, asked or shown any more."""
        workspace = self.desk.session.workspace
        assert workspace is not None
        self.desk.settle()
        self.desk.run(workspace.operations.settled())
        self.desk.run(workspace.trials.settled())
        self.desk.settle()

    def press(self, *strokes: str) -> None:
        for stroke in strokes:
            self.desk.press(stroke)
            self.settle()

    def type(self, text: str) -> None:
        self.desk.type(text)
        self.settle()

    def said(self) -> str:
        """What the status bar tells last."""
        return self.desk.window.status.said


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
def at(desk: Desk) -> OperationsDesk:
    desk.session.vault._find = fail.Keyring
    desk.run(desk.session.set_offline(False))
    desk.run(desk.session.start_local(with_sample=False))
    desk.until(lambda: desk.session.status.link == "online")
    made = OperationsDesk(desk)
    calls = [
        line(source_id=f"x/{n}", operation=KEY, output=orjson.dumps({"total": n}).decode()) for n in range(9)
    ]
    calls += [
        line(source_id="x/9", operation=KEY, output="none at all"),
        line(source_id="y", operation="seen"),
    ]
    made.ask(lambda client: client.calls.import_lines(b"\n".join(calls)))
    desk.session.sync_now()
    desk.window.show("operations")
    desk.until(lambda: [each.calls for each in made.book.state.lines] == [10, 1])
    desk.run(_define(made.book))
    made.settle()
    return made


async def _define(book: OperationsBook) -> None:
    await book.make_evaluator(
        EvaluatorCreate(id="ev_ssn", name="No SSN", kind="regex", config={"pattern": "ssn", "inverse": True})
    )
    await book.make_evaluator(EvaluatorCreate(id="ev_shape", name="Shape", kind="json_schema"))
    await book.define(KEY, "", "", SCHEMA)
    await book.save_gates([ShipGate(evaluator_id="ev_ssn", min_score=0.9)])
