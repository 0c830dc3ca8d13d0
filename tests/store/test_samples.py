"""Answers that were given, newest first; and definitions that were just changed."""

from pathlib import Path

import pytest

from atlas_desktop.contract.evaluators import Evaluator
from atlas_desktop.contract.operations import Operation
from atlas_desktop.store import samples
from tests.app.desk import desk, pull, some_calls


async def test_the_newest_answers_of_an_operation(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db") as at:
        calls = some_calls(40, operation_id="greet") + some_calls(5, first=41, operation_id="part")
        calls[3]["schema_version"] = "2"
        await pull(at.store, calls)
        found = await at.store.samples.recent("greet", 500)
        assert [each.call_id for each in found] == [call["id"] for call in reversed(calls[:40])]
        assert [each.answer for each in found] == [
            call["response"]["message"]["content"] for call in reversed(calls[:40])
        ]
        assert [each.schema_version for each in found if each.schema_version] == ["2"]
        assert len(await at.store.samples.recent("greet", 7)) == 7
        assert await at.store.samples.recent("nothing", 7) == []


async def test_only_corrected_ones(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db") as at:
        await pull(at.store, some_calls(10, operation_id="greet"))
        await at.open()
        seq = at.review.current.seq
        assert seq is not None
        await at.review.correct("Better.", seq=seq, base=None, started="", stay=True)
        (found,) = await at.store.samples.recent("greet", 500, corrected=True)
        assert (found.seq, found.corrected) == (seq, True)


async def test_long_answers_leave_room_for_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "MOST_CHARACTERS", 1_000)
    async with desk(tmp_path / "atlas.db") as at:
        calls = some_calls(10, operation_id="greet")
        for call in calls:
            call["response"]["message"]["content"] = "x" * 400
        await pull(at.store, calls)
        assert len(await at.store.samples.recent("greet", 500)) == 2
        calls = some_calls(1, first=11, operation_id="greet")
        calls[0]["response"]["message"]["content"] = "x" * 4_000
        await pull(at.store, calls)
        assert len(await at.store.samples.recent("greet", 500)) == 1


async def test_what_was_just_changed_is_put_in_its_place(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db") as at:
        seen = Operation(id="op_1", key="greet", name="greet", registration="auto")
        other = Operation(id="op_2", key="part", name="part", registration="auto")
        await at.store.operations.replace([seen, other])
        defined = seen.model_copy(update={"registration": "defined", "description": "Says hello"})
        assert (await at.store.operations.put(defined)).operations
        assert await at.store.operations.list() == [defined, other]
        anew = defined.model_copy(update={"id": "op_3"})
        await at.store.operations.put(anew)
        assert await at.store.operations.list() == [anew, other]
        rule = Evaluator(id="ev_a", name="a", kind="regex", config={"pattern": "a"})
        await at.store.evaluators.put(rule)
        changed = rule.model_copy(update={"version": 2})
        await at.store.evaluators.put(changed)
        assert await at.store.evaluators.list() == [changed]
