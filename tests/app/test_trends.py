"""Trends over a real store: what is read when, thresholds from gates, events that outlive the connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.app.trend_events import TrendEvents
from atlas_desktop.app.trend_state import DEFAULT_THRESHOLD, Choice, Event, TrendState, bucket_for, is_fit
from atlas_desktop.app.trends import Trends, threshold_of
from atlas_desktop.contract.base import format_time
from atlas_desktop.contract.calls import Score
from atlas_desktop.contract.datasets import DatasetCreate, DatasetItemCreate
from atlas_desktop.contract.operations import Operation, OperationUpdate, ShipGate
from atlas_desktop.contract.releases import ReleaseCreate
from atlas_desktop.domain.buckets import Bucket, Period
from atlas_desktop.domain.query import Query, Term
from atlas_desktop.server.storage import scores
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.app.desk import pull, some_calls
from tests.app.loop_bench import KEY, SCHEMA, loop_bench
from tests.server.talk import ALICE

BERLIN = ZoneInfo("Europe/Berlin")


def operation(key: str, *least: float) -> Operation:
    gates = [ShipGate(evaluator_id=f"ev_{at}", min_score=score) for at, score in enumerate(least)]
    return Operation(id=f"op_{key}", key=key, name=key, registration="defined", ship_gates=gates)


async def nobody(make: Any) -> Any:
    raise NotOnline


@asynccontextmanager
async def trends(path: Path, days: dict[int, tuple[int, int]], **more: Any) -> AsyncIterator[Trends]:
    """``days``: how many calls of a day ago passed and failed."""
    store = Store.open(path)
    bugs: list[BaseException] = []
    tasks = Tasks(lambda _name, error: bugs.append(error))
    noon = datetime.now(BERLIN).replace(hour=0, minute=0, second=1)
    revision = 0
    calls: list[dict[str, Any]] = []
    for ago, (passed, failed) in days.items():
        at = format_time((noon - timedelta(days=ago)).astimezone(UTC))
        for verdict in [True] * passed + [False] * failed:
            revision += 1
            (call,) = some_calls(
                1, first=revision, created_at=at, customer="acme", operation_id="op", passed=verdict
            )
            calls.append(call)
    if calls:
        await pull(store, calls)
    made = Trends(store, nobody, tasks, more.get("online", lambda: False), zone=lambda: BERLIN)
    try:
        yield made
    finally:
        await made.through()
        await tasks.close()
        await store.close()
        assert bugs == []


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


def test_events_of_operations_that_are_left_out_are_not_told() -> None:
    names = ("tickets", "tickets2", "invoices", "")
    state = TrendState(events=tuple(Event(at, "schema", "2", name) for at, name in enumerate(names)))

    def told(*terms: Term) -> list[str]:
        shown = replace(state, shown=Choice(query=Query(terms)))
        return [each.operation for each in shown.noted]

    assert told() == list(names)
    assert told(Term("operation", "tickets")) == ["tickets", ""]
    assert told(Term("operation", "ticket")) == ["tickets", "tickets2", ""]
    assert told(Term("operation", "tickets", "starts")) == ["tickets", "tickets2", ""]
    assert told(Term("operation", "tickets", negated=True)) == ["tickets2", "invoices", ""]
    assert told(Term("operation", "", "none")) == [""]


async def test_events_are_kept_for_when_the_server_is_away(tmp_path: Path) -> None:
    kept = '[[5,"promotion","Tickets v3","op"],[9,"schema","4","op"]]'
    async with trends(tmp_path / "s.db", {0: (1, 0)}) as made:
        await made._store.identity.put("trend_events", kept)
        made.show(True)
        await made.through()
        assert made.state.events == (Event(5, "promotion", "Tickets v3", "op"), Event(9, "schema", "4", "op"))


@pytest.mark.parametrize(
    ("choice", "origin", "value"),
    [
        (Choice(), "default", DEFAULT_THRESHOLD),
        (Choice(query=Query(operation="op")), "gate", 0.9),
        (Choice(query=Query(operation="op"), threshold=0.5), "hand", 0.5),
        (Choice(query=Query(operation="none")), "default", DEFAULT_THRESHOLD),
        (Choice(query=Query([Term("operation", "op", negated=True)])), "default", DEFAULT_THRESHOLD),
        (
            Choice(query=Query([Term("operation", "op"), Term("operation", "none")])),
            "default",
            DEFAULT_THRESHOLD,
        ),
    ],
)
def test_the_threshold_is_the_strictest_gate_of_the_one_operation(
    choice: Choice, origin: str, value: float
) -> None:
    found = threshold_of(choice, [operation("op", 0.8, 0.9), operation("none")])
    assert (found.origin, found.value) == (origin, value)


@pytest.mark.parametrize(
    ("days", "bucket"), [(1, "hour"), (2, "hour"), (7, "day"), (90, "day"), (365, "week")]
)
def test_a_point_stands_for_as_much_as_the_period_asks_for(days: int, bucket: str) -> None:
    assert bucket_for(Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1)).days) == bucket


@pytest.mark.parametrize(
    ("bucket", "days", "fits"),
    [(None, 1, True), ("day", 3650, True), ("hour", 41, True), ("hour", 42, False), ("week", 7, False), ("week", 8, True)],
)  # fmt: skip
def test_a_point_that_is_chosen_must_suit_the_days(bucket: Bucket | None, days: int, fits: bool) -> None:
    assert is_fit(bucket, days) is fits


async def test_promotions_and_schema_versions_are_fetched_from_the_server(tmp_path: Path) -> None:
    """More of them than a page holds; and they are there without the server."""
    async with loop_bench(tmp_path) as bench:
        await bench.define()
        wider = {**SCHEMA, "properties": {"total": {"type": "number"}, "unit": {"type": "string"}}}
        await bench.client.operations.update(KEY, OperationUpdate(output_schema=wider, schema_version="2"))
        for number in range(60):
            made = await bench.client.datasets.create(
                DatasetCreate(operation_id=KEY, name=f"set {number}", schema_version="2")
            )
            item = DatasetItemCreate(
                input={"messages": [{"role": "user", "content": "how much?"}]}, expected_output={"total": 1}
            )
            await bench.client.datasets.items.add(made.id, [item])
            if number < 55:
                await bench.client.datasets.promote(made.id, acknowledge_no_gates=True)
        events = TrendEvents(bench.store, bench.ask, bench.tasks, lambda: bench.online)
        events.refresh()
        await events.through()
        assert events.problem is None
        promotions = {each.title for each in events.value if each.kind == "promotion"}
        assert promotions == {f"set {number} v2" for number in range(55)}
        assert [each.title for each in events.value if each.kind == "schema"] == ["1", "2"]
        assert {each.operation for each in events.value} == {KEY}
        bench.online = False
        kept = TrendEvents(bench.store, bench.ask, bench.tasks, lambda: bench.online)
        kept.refresh()
        await kept.through()
        assert kept.value == events.value


PROVIDERS = """
[[provider]]
name = "stub"
base_url = "http://127.0.0.1:9/v1"
[[provider.model]]
id = "candidate"
model = "vendor/candidate"
prompt_usd = 1.0
completion_usd = 1.0
"""


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


async def test_steps_of_releases_are_fetched_from_the_server(tmp_path: Path) -> None:
    (tmp_path / "providers.toml").write_text(PROVIDERS)
    async with loop_bench(tmp_path) as bench:
        await bench.define()
        made = await bench.client.releases.create(
            ReleaseCreate(operation_id=KEY, model="vendor/candidate", percent=20)
        )
        await bench.client.releases.rollback(made.id, "it was slow")
        events = TrendEvents(bench.store, bench.ask, bench.tasks, lambda: bench.online)
        events.refresh()
        await events.through()
        assert events.problem is None
        steps = [each for each in events.value if each.kind in ("shadow", "canary", "release", "rollback")]
        assert {(each.kind, each.title, each.operation) for each in steps} == {
            ("shadow", "vendor/candidate", KEY), ("rollback", "vendor/candidate", KEY),
        }  # fmt: skip
        kept = TrendEvents(bench.store, nobody, bench.tasks, lambda: False)
        kept.refresh()
        await kept.through()
        assert kept.value == events.value


async def test_events_of_a_newer_version_are_left_out(tmp_path: Path) -> None:
    kept = '[[5,"eclipse","x","op"],[9,"rollback","m","op"]]'
    async with trends(tmp_path / "s.db", {0: (1, 0)}) as made:
        await made._store.identity.put("trend_events", kept)
        made.show(True)
        await made.through()
        assert made.state.events == (Event(9, "rollback", "m", "op"),)
