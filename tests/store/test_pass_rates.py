"""Pass rates of the store against a plain count, after anything that can happen to a call, in any zone and filter."""

import asyncio
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_desktop.domain.buckets import FIRST_DAY, Bucket, Period, day_at, edges, last_days, shifts
from atlas_desktop.domain.failing import failing
from atlas_desktop.domain.filter import format_query, parse_query
from atlas_desktop.domain.opinion import Verdict as Said
from atlas_desktop.domain.pass_rate import Counts, Group, Series, verdict
from atlas_desktop.domain.query import Query
from atlas_desktop.store import audit, browse, passed_days
from atlas_desktop.store.rows import CallRow
from atlas_desktop.store.store import Store
from tests.store.acting import acknowledge, send
from tests.store.brute_force import matching
from tests.store.making import ME, a_call, a_page, open_store, said_on_server

# The clock goes back here on 25 October 2026, at one in UTC, and on the 4th of April in Lord Howe by half an hour.
ZONES = tuple(map(ZoneInfo, (
    "UTC", "Etc/UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe",
)))  # fmt: skip
NOW = datetime(2026, 10, 27, 12, tzinfo=UTC)
LINES = (
    "", "customer:north/a", "customer:nor* -model:gpt-4", "rating:bad", "passed:none", "result:failed",
    "-result:failed operation:none", "latency:>500ms", "tag:x", "-tag:x", "card", "is:unsent", "after:2d", "id:chatcmpl-000003",
    "operation:classify quantization:none", "result:passed result:none", "metered:no", "metered:yes result:failed",
)  # fmt: skip
calls = st.fixed_dictionaries({
    "hours": st.integers(0, 6 * 24), "minute": st.sampled_from((0, 15, 30, 59)),
    "customer": st.sampled_from(("north/a", "north/b", "halo")), "operation_id": st.sampled_from((None, "classify", "sum")),
    "model": st.sampled_from(("gpt-4", "gpt-4o")), "quantization": st.sampled_from((None, "q4")),
    "passed": st.sampled_from((None, True, False)), "rating": st.sampled_from((None, "thumbs_up", "thumbs_down")),
    "by": st.sampled_from((ME, "bob")), "tags": st.sampled_from(([], ["x"], ["review:unsure"])), "latency": st.sampled_from((100, 900)),
    "words": st.sampled_from(("card", "refund")), "metered": st.booleans(),
})  # fmt: skip
which = st.integers(1, 8)
acts = st.one_of(
    st.tuples(st.just("call"), which, calls),
    st.tuples(st.just("delete"), which, st.none()),
    st.tuples(st.just("score"), which, st.tuples(st.sampled_from((0.0, 0.7, 1.0, None)), st.booleans())),
    st.tuples(st.just("decide"), which, st.sampled_from(get_args(Said))),
    st.tuples(st.just("undo"), which, st.none()),
    st.tuples(st.just("send"), which, st.none()),
    st.tuples(st.just("zone"), which, st.sampled_from(ZONES)),
    st.tuples(st.just("half"), which, st.sampled_from(ZONES)),
    st.tuples(st.just("rules"), which, st.sampled_from(ZONES)),
)
first = st.lists(calls, min_size=8, max_size=8).map(
    lambda made: [("call", n, what) for n, what in enumerate(made, 1)]
)
asked = st.tuples(
    st.sampled_from(LINES), st.sampled_from(get_args(Group)), st.sampled_from(get_args(Bucket)),
    st.sampled_from(ZONES), st.sampled_from((1, 3, 9)), st.booleans(),
)  # fmt: skip


class World:
    """A store that pulls from a server one makes up as one goes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.revision = 0
        self.last: dict[str, dict[str, Any]] = {}
        """Each call as the server had it last."""

    async def do(self, act: str, number: int, what: Any) -> None:
        self.revision += 1
        call_id = f"chatcmpl-{number:06d}"
        seq = await self.store.calls.seq_of(call_id)
        if act == "call":
            self.last[call_id] = self._made(number, what)
            await self._pull(a_page(self.last[call_id], after=self.revision))
        elif act == "score" and seq is not None:
            self.last[call_id] |= {"revision": self.revision} | _scored(*what)
            await self._pull(a_page(self.last[call_id], after=self.revision))
        elif act == "delete":
            await self._pull(a_page(after=self.revision, gone=(call_id,)))
        elif act == "decide" and seq is not None:
            await self.store.decisions.decide([seq], what, now=NOW)
        elif act == "undo":
            await self.store.decisions.undo(now=NOW)
        elif act == "send":
            await self._send()
        elif act == "zone":
            await self.store.pass_rates.keep_zone(what)
        elif act == "half":
            await self._half(what)
        elif act == "rules":
            await self._other_rules(what)

    async def _pull(self, page: bytes) -> None:
        await self.store.pull.apply(page, await self.store.pull.cursor())

    async def _send(self) -> None:
        if rows := await send(self.store):
            await acknowledge(self.store, rows, self.revision)
            self.revision += len(rows)

    async def _half(self, zone: ZoneInfo) -> None:
        """The program ends while the days are summed up anew."""
        await self.store.database.write(lambda writer: passed_days.begin(writer, zone, shifts(zone)))
        await self.store.database.write(lambda writer: passed_days.go_on(writer, zone))

    async def _other_rules(self, zone: ZoneInfo) -> None:
        """The days were summed when this zone had another clock: governments decide, and systems are brought up to date."""
        then = shifts(ZONES[ZONES.index(zone) - 3])
        more = await self.store.database.write(lambda writer: passed_days.begin(writer, zone, then))
        while more:
            more = await self.store.database.write(lambda writer: passed_days.go_on(writer, zone))

    def _made(self, number: int, what: dict[str, Any]) -> dict[str, Any]:
        at = NOW - timedelta(hours=what["hours"], minutes=what["minute"])
        said = said_on_server(
            f"chatcmpl-{number:06d}", self.revision, by=what["by"], rating=what["rating"], tags=what["tags"]
        )
        silent = what["rating"] is None and not what["tags"]
        return a_call(
            number, self.revision, created_at=at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), passed=what["passed"],
            customer=what["customer"], operation_id=what["operation_id"], model=what["model"], metered=what["metered"],
            delivery={"quantization": what["quantization"], "latency_ms": what["latency"]}, ask=what["words"],
            feedback=None if silent else said.model_dump(mode="json"), feedback_count=0 if silent else 1,
        )  # fmt: skip

    async def rows(self) -> list[CallRow]:
        return await self.store.calls.rows(await self.store.calls.ids(Query()))

    def matching(self, rows: Sequence[CallRow], query: Query) -> list[CallRow]:
        """The rows that belong to the filter. What is metered is known here only."""
        found = matching(rows, query.without("metered"), NOW)
        asked = {term.value for term in query.of("metered")}
        return [
            row for row in found if not asked or ("yes" if self.last[row.id]["metered"] else "no") in asked
        ]


def _scored(score: float | None, metered: bool) -> dict[str, Any]:
    """What the gateway found later, and that the call was refunded or is metered again."""
    passed = None if score is None else score >= 0.5
    found = {
        "evaluator_id": "ev_1", "evaluator_version": 1, "score": score, "min_score": 0.5, "passed": passed,
        "evaluated_at": NOW.isoformat(),
    }  # fmt: skip
    return {"scores": [found], "passed": passed, "metered": metered}


def counted(rows: Sequence[CallRow], group_by: Group, starts: Sequence[int]) -> dict[Any, list[int]]:
    """Counts by group and bucket, call by call."""
    found: dict[Any, list[int]] = {}
    for row in rows:
        bucket = bisect_right(starts, row.created_ms) - 1
        if not 0 <= bucket < len(starts) - 1:
            continue
        sums = found.setdefault((getattr(row, group_by), bucket), [0] * 5)
        sums[0] += 1
        if (judged := verdict(row.passed, row.rating)) is not None:
            sums[1 + (not judged.passed) + 2 * (judged.by == "ratings")] += 1
    return found


def drawn(series: Series) -> dict[Any, list[int]]:
    return {
        (line.group, bucket): list(counts)
        for line in series.lines
        for bucket, counts in enumerate(line.counts)
        if counts != Counts()
    }


async def agrees(world: World, question: tuple[str, Group, Bucket, ZoneInfo, int, bool]) -> None:
    line, group_by, bucket, zone, days, ready = question
    query, period = parse_query(line), last_days(days, NOW, zone)
    if ready:
        await world.store.pass_rates.keep_zone(zone)
    series = await world.store.pass_rates.read(query, group_by, period, bucket, zone, NOW)
    assert series.edges == edges(period, bucket, zone)
    rows = world.matching(await world.rows(), query)
    assert drawn(series) == counted(rows, group_by, series.edges)
    assert all(line.total.calls for line in series.lines)
    here = [row for row in rows if series.edges[0] <= row.created_ms < series.edges[-1]]
    assert series.unsent == sum(row.pending and row.passed is None for row in here)
    days_of = [day_at(row.created_ms, zone) for row in rows]
    whole = Period(min(days_of), max(days_of)) if rows else None
    assert await world.store.pass_rates.period(query, zone, NOW) == whole
    await _leads_back(world, query, series, rows)


async def _leads_back(world: World, query: Query, series: Series, rows: Sequence[CallRow]) -> None:
    """A brush over the second half of each line gives the calls that failed in it, and nothing else."""
    start, end = series.edges[series.buckets // 2], series.edges[-1]
    for line in series.lines:
        found = failing(query, series.group_by, line.group, start, end)
        assert parse_query(format_query(found)) == found
        wanted = {
            row.seq
            for row in rows
            if getattr(row, series.group_by) == line.group
            and start <= row.created_ms < end
            and (judged := verdict(row.passed, row.rating)) is not None
            and not judged.passed
        }
        ids = await world.store.database.read(partial(browse.ids, query=found, now=NOW))
        assert set(ids) == wanted
        assert len(wanted) == sum(counts.failed for counts in line.counts[series.buckets // 2 :])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first, st.lists(acts, max_size=25), st.lists(asked, min_size=3, max_size=5))
def test_whatever_happens_the_rates_are_those_of_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory, begun: list[Any], happening: list[Any], questions: list[Any]
) -> None:
    async def live() -> None:
        store = open_store(tmp_path_factory.mktemp("rates") / "atlas.db")
        try:
            await store.identity.put("reviewer", ME)
            world = World(store)
            for act, number, what in (*begun, *happening):
                await world.do(act, number, what)
            for question in questions:
                await agrees(world, question)
            assert await store.database.read(audit.violations) == []
        finally:
            await store.close()

    with pytest.MonkeyPatch.context() as patch:
        # So that the days can be made anew in part only.
        patch.setattr(passed_days, "_STEP", 3)
        asyncio.run(live())


async def test_days_are_summed_anew_when_the_rules_of_the_zone_have_changed(tmp_path: Path) -> None:
    """As by a newer tzdata: the name is the same, and the days begin at other times."""
    store, berlin = open_store(tmp_path / "atlas.db"), ZoneInfo("Europe/Berlin")
    try:
        world = World(store)
        late = a_call(1, 1, created_at="2026-10-20T22:30:00.000Z", passed=True)
        await store.pull.apply(a_page(late, after=1), await store.pull.cursor())
        world.revision = 1
        for day, ready in ((20, False), (21, True)):
            if ready:
                await store.pass_rates.keep_zone(berlin)
            else:
                await store.database.write(
                    partial(passed_days.begin, zone=berlin, changes=shifts(ZoneInfo("UTC")))
                )
                await store.database.write(partial(passed_days.go_on, zone=berlin))
            found = await store.database.read(
                lambda reader: reader.execute("SELECT day, calls FROM passed_day").fetchall()
            )
            assert found == [((date(2026, 10, day) - FIRST_DAY).days, 1)]
            period = Period(date(2026, 10, 19), date(2026, 10, 22))
            series = await store.pass_rates.read(Query(), "customer", period, "day", berlin, NOW)
            assert [each.calls for each in series.lines[0].counts] == [0, 0, 1, 0]
    finally:
        await store.close()
