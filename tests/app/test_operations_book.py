"""Operations over a real store and a real server: read here, changed there, never queued."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.app.operation_state import BookState, Rows
from atlas_desktop.app.operations import OperationsBook
from atlas_desktop.app.problems import KnownError
from atlas_desktop.contract.evaluators import EvaluatorCreate, EvaluatorUpdate
from atlas_desktop.contract.operations import Operation, OperationSchema, OperationUpdate, ShipGate
from atlas_desktop.store.changed import Changed
from tests.app.loop_bench import KEY, SCHEMA, LoopBench, loop_bench

TWO: dict[str, Any] = {**SCHEMA, "required": ["total", "unit"]}
PATTERN: dict[str, Any] = {"pattern": "ssn", "must_match": False}


@asynccontextmanager
async def a_book(folder: Path) -> AsyncIterator[tuple[LoopBench, OperationsBook]]:
    """A book over ten calls of one operation that nobody has defined, and two of another."""
    async with loop_bench(folder) as bench:
        await bench.record(10)
        await bench.record(2, first=10, operation="other")
        await bench.pull()
        book = OperationsBook(bench.store, bench.ask, bench.tasks, lambda: bench.online)
        book.refresh()
        await book.settled()
        yield bench, book


async def refused(doing: Any) -> str:
    with pytest.raises(KnownError) as raised:
        await doing
    return raised.value.problem.code


async def test_calls_alone_make_the_list_and_most_calls_come_first(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (_, book):
        assert [(line.key, line.defined, line.calls) for line in book.state.lines] == [
            (KEY, False, 10),
            ("other", False, 2),
        ]
        assert (book.state.key, book.state.operation, book.state.defined) == (KEY, None, False)


async def test_an_operation_is_defined_and_stands_with_the_defined_ones(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (bench, book):
        book.select("other")
        await book.settled()
        await book.define("other", "Another", "What it is for", None)
        state = book.state
        assert state.defined
        assert [(line.key, line.defined) for line in state.lines] == [("other", True), (KEY, False)]
        assert state.operation is not None
        assert (state.operation.name, state.operation.description) == ("Another", "What it is for")
        assert (await bench.store.operations.list())[0].key == "other"
        await book.describe("", "")
        assert book.state.operation is not None
        assert (book.state.operation.name, book.state.operation.description) == ("other", None)
        assert await refused(book.define("other", "", "", None)) == "operation_exists"


async def test_a_schema_is_saved_under_the_next_version_and_the_old_one_is_kept(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (_, book):
        await book.define(KEY, "", "", SCHEMA)
        assert book.state.free_version() == "2"
        assert await refused(book.save_schema(TWO, "1")) == "schema_version_required"
        await book.save_schema(TWO, "2")
        book.show("schemas")
        await book.settled()
        state = book.state
        assert state.schemas.phase == "ready"
        assert [(each.schema_version, each.current) for each in state.schemas.rows] == [
            ("2", True),
            ("1", False),
        ]
        assert state.schema_of("1") == SCHEMA
        assert state.schema_of("2") == state.schema_of(None) == state.schema_of("unheard of") == TWO
        assert state.free_version() == "3"
        assert state.line is not None
        assert state.line.schema_version == "2"
        assert await refused(book.save_schema({"enum": [0] * 3_000}, "3")) == "operations_refused"


async def test_gates_are_tightened_at_once_and_loosened_only_on_purpose(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (_, book):
        await book.define(KEY, "", "", SCHEMA)
        rule = await book.make_evaluator(EvaluatorCreate(id="ev_ssn", kind="regex", config=PATTERN))
        assert book.state.evaluator("ev_ssn") == rule
        await book.save_gates([ShipGate(evaluator_id="ev_ssn", min_score=0.9)])
        await book.save_gates([ShipGate(evaluator_id="ev_ssn", min_score=1.0)])
        loose = [ShipGate(evaluator_id="ev_ssn", min_score=0.5)]
        assert await refused(book.save_gates(loose)) == "gate_loosening"
        await book.save_gates(loose, loosen=True)
        book.show("history")
        await book.settled()
        assert [entry.act for entry in book.state.history.rows] == [
            "gate_loosened", "gate_tightened", "gate_added", "operation_defined",
        ]  # fmt: skip


async def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (bench, book):
        await book.define(KEY, "", "", SCHEMA)
        rule = await book.make_evaluator(EvaluatorCreate(id="ev_ssn", kind="regex", config=PATTERN))
        theirs = [ShipGate(evaluator_id="ev_ssn", min_score=1.0)]
        await bench.client.operations.update(KEY, OperationUpdate(ship_gates=theirs))
        mine = [ShipGate(evaluator_id="ev_ssn", min_score=0.5)]
        assert await refused(book.save_gates(mine, loosen=True)) == "operations_changed"
        assert book.state.operation is not None
        assert book.state.operation.ship_gates == theirs
        await book.save_gates(mine, loosen=True)
        await bench.client.evaluators.update("ev_ssn", EvaluatorUpdate(config={"pattern": "iban"}))
        changed = {"pattern": "phone", "must_match": False}
        assert await refused(book.change_evaluator(rule, "ssn", changed)) == "operations_changed"
        now = book.state.evaluator("ev_ssn")
        assert now is not None
        assert now.config["pattern"] == "iban"
        kept = await book.change_evaluator(now, "No phone", changed)
        assert (kept.name, kept.config, kept.version) == ("No phone", changed, 3)


async def test_a_rule_loses_what_is_taken_out_of_it_in_either_spelling(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (_, book):
        config = {"pattern": "ssn", "inverse": True, "field": "/summary"}
        rule = await book.make_evaluator(EvaluatorCreate(id="ev_ssn", kind="regex", config=config))
        kept = await book.change_evaluator(rule, "ssn", {"pattern": "ssn", "must_match": True})
        assert kept.config == {"pattern": "ssn", "must_match": True}


async def test_without_the_server_it_can_be_read_and_not_changed(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (bench, book):
        await book.define(KEY, "", "", SCHEMA)
        bench.online = False
        book.online_changed()
        book.show("history")
        await book.settled()
        assert not book.state.online
        phases = [book.state.history.phase]
        assert await refused(book.save_schema(TWO, "2")) == "operations_away"
        assert await refused(book.define("other", "", "", None)) == "operations_away"
        bench.online = True
        book.online_changed()
        await book.settled()
        assert [*phases, book.state.history.phase] == ["away", "ready"]


async def test_nothing_is_read_before_somebody_looks(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        book = OperationsBook(bench.store, bench.ask, bench.tasks, lambda: True)
        book.store_changed(Changed(operations=True))
        book.online_changed()
        await book.settled()
        assert book.state == BookState()
        assert bench.asked == 0


async def test_the_server_says_whom_it_asks_to_judge(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (_, book):
        assert (book.state.judge, book.state.judge_known) == (None, True)


@pytest.mark.parametrize(
    ("known", "free"),
    [(["1"], "2"), (["3", "1"], "4"), (["draft"], "1"), (["9", "x", "10"], "11"), (["²"], "1")],
)
def test_a_free_version_was_never_used(known: list[str], free: str) -> None:
    rows = tuple(OperationSchema(schema_version=each) for each in known)
    operation = Operation(id="op_1", key=KEY, name=KEY, registration="defined", schema_version=known[0])
    assert BookState(operation=operation, schemas=Rows("ready", rows)).free_version() == free


async def test_what_is_typed_is_kept_until_it_is_saved(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (bench, book):
        book.keep(f"schema/{KEY}", '{"half')
        book.keep("rule/ev_x", "{}")
        book.keep("rule/ev_x", None)
        assert book.unsaved(f"schema/{KEY}") == '{"half'
        assert book.state.is_unsaved(KEY)
        await book.close()
        again = OperationsBook(bench.store, bench.ask, bench.tasks, lambda: True)
        again.refresh()
        await again.settled()
        assert again.unsaved(f"schema/{KEY}") == '{"half'
        assert again.state.unsaved == {f"schema/{KEY}"}
        again.keep(f"schema/{KEY}", None)
        await again.settled()
        assert await bench.store.unsaved.all() == {}


async def test_equal_requests_are_answered_from_the_record_where_that_is_switched_on(tmp_path: Path) -> None:
    async with a_book(tmp_path) as (bench, book):
        await book.define(KEY, "", "", None)
        before = book.state.operation
        assert before is not None
        assert not before.cache
        await book.answer_from_record(on=True)
        assert book.state.operation == before.model_copy(update={"cache": True})
        assert (await bench.client.operations.get(KEY)).cache
        book.show("history")
        await book.settled()
        assert [entry.act for entry in book.state.history.rows] == ["cache_changed", "operation_defined"]
        bench.online = False
        assert await refused(book.answer_from_record(on=False)) == "operations_away"
        assert (await bench.client.operations.get(KEY)).cache
