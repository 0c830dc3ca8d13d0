"""Trends over a real store: what is read when, and what is kept of it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.app.trend_state import Choice, TrendState
from atlas_desktop.app.trends import Trends
from atlas_desktop.contract.base import format_time
from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.buckets import Period
from atlas_desktop.domain.query import Query
from atlas_desktop.server.storage import scores
from atlas_desktop.store.changed import Changed
from tests.app.desk import pull, some_calls
from tests.app.loop_bench import loop_bench
from tests.app.trend_bench import BERLIN, nobody, trends
from tests.server.talk import ALICE


async def test_nothing_is_read_before_somebody_looks(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (3, 1)}) as made:
        made.choose(span="7d")
        made.store_changed(Changed(added=1))
        assert not await made.through()
        assert made.state == TrendState(choice=Choice(span="7d"))
        made.show(True)
        await made.through()
        series = made.state.series
        assert series is not None
        assert series.buckets == 7
        (line,) = series.lines
        assert (line.group, line.counts[-1].passed, line.counts[-1].failed) == ("acme", 3, 1)
        assert not made.state.loading


async def test_the_newest_choice_is_what_is_shown(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 0), 40: (0, 2)}) as made:
        made.show(True)
        for span in ("7d", "90d", "28d", "any"):
            made.choose(span=span)
            await asyncio.sleep(0)
        await made.through()
        assert made.state.shown == made.state.choice
        assert made.state.series is not None
        assert made.state.series.total.failed == 2
        assert made.state.period is not None
        assert made.state.period.days in (40, 41)  # the clock may have been changed at midnight


async def test_how_it_looks_needs_no_reading(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 1)}) as made:
        made.show(True)
        await made.through()
        series = made.state.series
        heard: list[TrendState] = []
        made.changed.connect(heard.append)
        made.choose(layout="table")
        made.choose(picked=frozenset({"acme"}))
        assert not await made.through()
        assert [each.series is series and not each.loading for each in heard] == [True, True]


async def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 1)}) as made:
        made.show(True)
        await made.through()
        (call,) = some_calls(
            1, first=9, created_at=format_time(datetime.now(UTC)), customer="new", passed=False
        )
        made.store_changed(await pull(made._store, [call]))
        await made.through()
        assert made.state.series is not None
        assert {line.group for line in made.state.series.lines} == {"acme", "new"}


async def test_a_stretch_leads_to_exactly_its_failing_calls(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 2), 1: (4, 3), 2: (0, 5), 3: (9, 1)}) as made:
        made.choose(span="7d")
        made.show(True)
        await made.through()
        query = made.failing("acme", 4, 5)
        assert query is not None
        assert await made._store.calls.count(query) == 8
        assert made.failing("acme", 4, 7) is None


async def test_the_previous_period_has_as_many_days_before(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 0), 8: (0, 4)}) as made:
        made.choose(span="7d", compare=True)
        made.show(True)
        await made.through()
        previous = made.state.previous
        assert previous is not None
        assert previous.buckets == 7
        assert previous.total.failed == 4


async def test_no_calls_at_all_is_an_empty_series(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {}) as made:
        made.choose(span="any")
        made.show(True)
        await made.through()
        assert made.state.series is not None
        assert (made.state.series.buckets, made.state.period, made.state.problem) == (0, None, None)


async def test_calls_without_a_verdict_can_be_found(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 2)}) as made:
        at = format_time(datetime.now(UTC))
        calls = [
            call
            for number, customer in enumerate(("acme", "acme", "other"), 50)
            for call in some_calls(1, first=number, created_at=at, customer=customer, passed=None)
        ]
        await pull(made._store, calls)
        made.choose(span="7d")
        made.show(True)
        await made.through()
        query, everyone = made.unjudged("acme", 6, 6), made.all_unjudged()
        assert query is not None
        assert everyone is not None
        assert await made._store.calls.count(query) == 2
        assert await made._store.calls.count(everyone) == 3


async def test_what_was_chosen_and_how_lines_look_is_the_same_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    chosen: dict[str, Any] = {
        "query": Query(operation="op"), "group_by": "model", "span": "any", "bucket": "week", "layout": "multiples",
        "compare": True, "threshold": 0.7, "period": Period(date(2026, 1, 1), date(2026, 2, 1)),
    }  # fmt: skip
    async with trends(path, {0: (1, 1)}) as made:
        made.show(True)
        await made.through()
        looks = dict(made.state.looks)
        assert len(looks) == 1
        made.choose(**chosen)
        await made.through()
    async with trends(path, {}) as again:
        again.show(True)
        await again.through()
        assert again.state.choice == Choice(**chosen)
        again.choose(group_by="customer", period=None)
        await again.through()
        assert again.state.looks == looks


async def test_what_is_chosen_before_the_memory_is_read_wins(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with trends(path, {0: (1, 1)}) as made:
        made.show(True)
        made.choose(span="any", period=Period(date(2026, 1, 1), date(2026, 2, 1)), compare=True)
        await made.through()
    async with trends(path, {}) as again:
        again.choose(span="7d")
        again.show(True)
        await again.through()
        assert again.state.choice == Choice(span="7d", compare=True)


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"span": "9d"}', '{"looks": {"customer": {"a": 99}}, "threshold": 7}']
)
async def test_a_memory_that_is_not_understood_is_none(tmp_path: Path, kept: str) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 1)}) as made:
        await made._store.identity.put("trends", kept)
        made.show(True)
        await made.through()
        assert made.state.choice == Choice()
        assert list(made.state.places.values()) == [0]


async def test_before_all_days_there_are_nothing_is_asked(tmp_path: Path) -> None:
    async with trends(tmp_path / "s.db", {0: (1, 0), 8: (0, 4)}) as made:
        made.choose(span="any", compare=True)
        made.show(True)
        await made.through()
        begun = made.state
        assert begun.previous is None
        assert begun.nothing_before
        assert begun.period is not None
        made.choose(period=Period(begun.period.first + timedelta(days=1), begun.period.last))
        await made.through()
        later = made.state
        assert later.previous is not None
        assert not later.nothing_before


async def test_scores_of_evaluators_come_from_the_server_and_say_so(tmp_path: Path) -> None:
    """Twelve calls scored at the server against a gate, two of them rated otherwise: the scores decide."""
    async with loop_bench(tmp_path) as bench:
        await bench.define()
        await bench.record(15, customer="acme")
        storage = bench.transport.app.state.atlas.storage  # type: ignore[attr-defined]
        scoped = storage.registry.remembered(ALICE.key)
        ids = [await bench.call(number) for number in range(15)]
        for number, call_id in enumerate(ids[:12]):
            score = Score(
                evaluator_id="ev_total", evaluator_version=1, score=number / 12, min_score=0.5,
                passed=number >= 6, evaluated_at=datetime.now(UTC),
            )  # fmt: skip
            await storage.write(scoped, partial(scores.record, call_id=call_id, scores=[score]))
        await bench.say(0, rating="thumbs_up")
        await bench.say(14, rating="thumbs_up")
        await bench.pull()
        made = Trends(bench.store, nobody, bench.tasks, lambda: False, zone=lambda: BERLIN)
        made.choose(span="any")
        made.show(True)
        await made.through()
        assert made.state.series is not None
        total = made.state.series.total
        assert (total.calls, total.by_scores, total.passed_by_scores, total.by_ratings) == (15, 12, 6, 1)
        assert total.basis == "both"
