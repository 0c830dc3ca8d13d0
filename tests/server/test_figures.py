"""Figures over calls against a plain count, after imports, feedback, late scores, refunds and deletions."""

import asyncio
import shutil
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_desktop.contract.analytics import Bucket, GroupBy, PassRates, Usage
from atlas_desktop.contract.base import parse_time
from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.buckets import edges_between
from atlas_desktop.domain.pass_rate import verdict, wilson
from atlas_desktop.server.app import create_app
from atlas_desktop.server.storage import recording, rolled_zones, scores
from atlas_desktop.server.storage.rolling import catch_up
from tests.server.talk import ALICE, NARROW, OTHER, Talk, call_line, config_for, error_of, talking

NOW = datetime(2026, 10, 27, 12, tzinfo=UTC)
# On 25 October 2026 Berlin has 25 hours; those after it are off the hour.
ZONES = (
    "UTC", "Etc/UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
)  # fmt: skip
which = st.integers(0, 7)
calls = st.fixed_dictionaries({
    "minutes": st.integers(0, 5 * 24 * 60) | st.sampled_from((1, 2, 3, 4)).map(lambda day: day * 24 * 60 - 12 * 60),
    "milliseconds": st.sampled_from((0, 0, 1, 999)), "customer": st.sampled_from(("north/prod", "north/dev", "halo")),
    "operation": st.sampled_from((None, "greet", "part")), "schema_version": st.sampled_from((None, "2")),
    "model": st.sampled_from(("m-1", "m-2")), "rating": st.sampled_from((None, "thumbs_up", "thumbs_down")),
    "tokens": st.sampled_from((None, 7, 10**18)), "cost_usd": st.sampled_from((None, 0.1, 0.000_012_3)),
})  # fmt: skip
says = st.sampled_from((
    {"rating": "thumbs_up"}, {"rating": "thumbs_down"}, {"clears": True}, {"tags": ["review:unsure"]}, {"tags": ["x"]},
    {"correction": "c", "rating": "thumbs_down"},
))  # fmt: skip
acts = st.one_of(
    st.tuples(st.just("import"), st.integers(8, 20), calls),
    st.tuples(st.just("say"), which, says),
    st.tuples(st.just("score"), which, st.tuples(st.sampled_from((0.0, 0.5, 1.0, None)), st.booleans())),
    st.tuples(st.just("delete"), which, st.none()),
    st.tuples(st.just("score"), which, st.tuples(st.sampled_from((0.0, 1.0)), st.just(True))),
    st.tuples(st.just("catch up"), which, st.sampled_from((1, 1, 3, 1000))),
    st.tuples(st.just("keep"), which, st.sampled_from(ZONES)),
)
FILTERS: tuple[dict[str, str], ...] = (
    {}, {}, {"customer": "north/prod"}, {"operation_id": "greet", "model": "m-1"}, {"schema_version": "2"},
    {"rating": "thumbs_down"}, {"passed": "false"}, {"metered": "false"}, {"tag": "x"}, {"q": "question"}, {"customer": "nobody"},
)  # fmt: skip
asked = st.tuples(
    st.sampled_from(FILTERS), st.sampled_from(get_args(GroupBy)), st.sampled_from(get_args(Bucket)), st.sampled_from(ZONES),
    st.sampled_from((60, 1500, 9000, 9000)), st.sampled_from((ALICE, ALICE, NARROW, OTHER)),
)  # fmt: skip


def act(talk: Talk, what: str, number: int, more: Any) -> None:
    if what == "import":
        at = NOW - timedelta(minutes=more["minutes"], milliseconds=more["milliseconds"])
        line = {
            name: value
            for name, value in more.items()
            if name not in ("minutes", "milliseconds", "tokens") and value is not None
        }
        line |= {
            "created_at": at.isoformat(),
            "usage": {"prompt_tokens": more["tokens"], "completion_tokens": 3},
        }
        talk.lines([call_line(number, **line)])
        return
    if what == "catch up":
        _write(talk, partial(catch_up, limit=more))
        return
    if what == "keep":
        _write(talk, partial(rolled_zones.keep, zone=ZoneInfo(more)))
        return
    ids = talk.call_ids()
    if not ids:
        return
    call_id = ids[number % len(ids)]
    if what == "say":
        assert talk.post("/feedback", {"call_id": call_id, **more}).status_code == 200
    elif what == "delete":
        _write(talk, lambda tenant: recording.delete(tenant, [call_id]))
    else:
        score, metered = more
        passed = None if score is None else score >= 0.5
        row = Score(
            evaluator_id=f"ev_{number % 2}", evaluator_version=1, score=score, passed=passed, evaluated_at=NOW
        )
        _write(talk, lambda tenant: scores.record(tenant, call_id, [row], metered=metered))


def _write(talk: Talk, work: Any) -> Any:
    storage = talk.app.state.atlas.storage
    return talk.runner.run(storage.write(storage.registry.remembered(ALICE.key), work))


def _read(talk: Talk, work: Any) -> Any:
    storage = talk.app.state.atlas.storage
    return talk.runner.run(storage.read(storage.registry.remembered(ALICE.key), work))


def live(talk: Talk, key: Any, filters: dict[str, str]) -> list[dict[str, Any]]:
    """The calls a filter gives, as the list of calls has them."""
    return list(talk.get(f"/calls?{urlencode({**filters, 'limit': 1000})}", key=key).json()["data"])


def of(call: dict[str, Any], group_by: str) -> str | None:
    name = "operation_id" if group_by == "operation" else group_by
    value = call[name] if name in call else call["delivery"].get(name)
    return None if value is None else str(value)


def counted(found: list[dict[str, Any]], group_by: str, edges: tuple[int, ...]) -> dict[Any, list[int]]:
    sums: dict[Any, list[int]] = {}
    for call in found:
        bucket = bisect_right(edges, round(parse_time(call["created_at"]).timestamp() * 1000)) - 1
        if not 0 <= bucket < len(edges) - 1:
            continue
        row = sums.setdefault((of(call, group_by), edges[bucket]), [0] * 5)
        judged = verdict(call["passed"], (call["feedback"] or {}).get("rating"))
        row[0] += 1
        if judged is not None:
            row[1] += 1
            row[2] += judged.passed
            row[3 if judged.by == "scores" else 4] += 1
    return sums


def agrees(talk: Talk, question: Any) -> None:
    filters, group_by, bucket, zone, minutes, key = question
    since = NOW - timedelta(minutes=minutes)
    query = {
        **filters,
        "group_by": group_by,
        "bucket": bucket,
        "time_zone": zone,
        "from": since.isoformat(),
        "to": NOW.isoformat(),
    }
    answer = talk.get(f"/analytics/pass-rate?{urlencode(query)}", key=key)
    assert answer.status_code == 200, answer.text
    rates = PassRates.model_validate_json(answer.content)
    edges = edges_between(_ms(since), _ms(NOW), bucket, ZoneInfo(zone))
    assert (_ms(rates.from_), _ms(rates.to)) == (edges[0], edges[-1])
    found = live(talk, key, filters)
    drawn = {
        (point.group, _ms(point.bucket)): [
            point.calls,
            point.evaluated,
            point.passed,
            point.by_scores,
            point.by_ratings,
        ]
        for point in rates.data
    }
    assert drawn == counted(found, group_by, edges)
    for point in rates.data:
        assert point.rate == (point.passed / point.evaluated if point.evaluated else None)
        assert (point.low, point.high) == (wilson(point.passed, point.evaluated) or (None, None))
    _usage_agrees(talk, key, group_by, None, None)
    _usage_agrees(talk, key, group_by, since, None)
    _usage_agrees(
        talk, key, group_by, since + timedelta(milliseconds=1), NOW - timedelta(hours=14, seconds=7)
    )
    _usage_agrees(talk, key, group_by, None, NOW - timedelta(hours=36))


def _usage_agrees(
    talk: Talk, key: Any, group_by: str, since: datetime | None, until: datetime | None
) -> None:
    if since is not None and until is not None and since >= until:
        return
    limit = {} if since is None else {"from": since.isoformat()}
    limit |= {} if until is None else {"to": until.isoformat()}
    answer = talk.get(f"/usage?{urlencode({'group_by': group_by, **limit})}", key=key)
    usage = Usage.model_validate_json(answer.content)
    sums: dict[Any, list[int]] = {}
    for call in live(talk, key, {}):
        at = parse_time(call["created_at"])
        if (since is not None and at < since) or (until is not None and at >= until):
            continue
        row = sums.setdefault(of(call, group_by), [0] * 6)
        used, cost = call["response"]["usage"], round((call["delivery"]["cost_usd"] or 0) * 1e9)
        tokens = min(used["prompt_tokens"] or 0, 10**9)
        given = (
            1,
            not call["metered"],
            tokens,
            used["completion_tokens"],
            cost,
            0 if call["metered"] else cost,
        )
        for number, value in enumerate(given):
            row[number] += value
    assert {
        row.group: [
            row.calls, row.refunded_calls, row.prompt_tokens, row.completion_tokens, row.gross_usd, row.refunded_usd, row.net_usd,
        ]
        for row in usage.data
    } == {group: [*row[:4], row[4] / 1e9, row[5] / 1e9, (row[4] - row[5]) / 1e9] for group, row in sums.items()}  # fmt: skip


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures")


first = st.lists(calls, min_size=8, max_size=8).map(
    lambda made: [("import", n, what) for n, what in enumerate(made)]
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(first, st.lists(acts, min_size=4, max_size=20), st.lists(asked, min_size=3, max_size=4))
def test_whatever_happens_figures_are_those_of_a_plain_count(
    folder: Path, template: Path, begun: list[Any], happening: list[Any], questions: list[Any]
) -> None:
    path = folder / "atlas.db"
    for file in folder.iterdir():
        file.unlink()
    with talking(path, template) as talk:
        for what in (*begun, *happening):
            act(talk, *what)
        for question in questions:
            agrees(talk, question)
        for question in questions:
            _write(talk, partial(rolled_zones.keep, zone=ZoneInfo(question[3])))
        while _write(talk, partial(catch_up, limit=1000)):
            pass
        for question in questions:
            agrees(talk, question)
        assert len(_read(talk, rolled_zones.grids)) <= rolled_zones.MOST


def test_nobody_sees_figures_of_others(five: Talk) -> None:
    for key, calls_seen in ((ALICE, 5), (NARROW, 2), (OTHER, 0)):
        target = "/analytics/pass-rate?from=2026-01-01&to=2026-12-01&group_by=operation"
        rates = PassRates.model_validate_json(five.get(target, key=key).content)
        assert sum(point.calls for point in rates.data) == calls_seen
        usage = Usage.model_validate_json(five.get("/usage", key=key).content)
        assert sum(row.calls for row in usage.data) == calls_seen
        report = five.get("/analytics/quantization", key=key).json()["data"]
        assert sum(row["calls"] for row in report) == calls_seen


def test_the_quantization_report_is_the_mean_of_all_scores(five: Talk) -> None:
    first, second, *_ = five.call_ids()
    for call_id, values in ((first, (1.0, 0.5)), (second, (0.0, None))):
        rows = [
            Score(evaluator_id=f"ev_{n}", evaluator_version=1, score=value, passed=None, evaluated_at=NOW)
            for n, value in enumerate(values)
        ]
        _write(five, lambda tenant, call_id=call_id, rows=rows: scores.record(tenant, call_id, rows))
    greet, part = five.get("/analytics/quantization").json()["data"]
    assert (greet["operation_id"], greet["calls"], greet["scored"], greet["average_score"]) == (
        "greet",
        3,
        2,
        0.5,
    )
    assert (part["calls"], part["scored"], part["average_score"]) == (2, 0, None)
    assert [
        row["operation_id"] for row in five.get("/analytics/quantization?operation_id=part").json()["data"]
    ] == ["part"]
    assert [score["score"] for score in five.get(f"/calls/{second}").json()["scores"]] == [0.0, None]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("time_zone=Nowhere/Land", "invalid_field"),
        ("time_zone=../../etc/passwd", "invalid_field"),
        ("time_zone=localtime", "invalid_field"),
        ("time_zone=posixrules", "invalid_field"),
        ("time_zone=Factory", "invalid_field"),
        ("time_zone=right/Europe/Berlin", "invalid_field"),
        ("group_by=colour", "invalid_field"),
        ("from=2026-02-01&to=2026-01-01", "invalid_range"),
        ("from=1990-01-01&bucket=hour", "too_many_buckets"),
    ],
)
def test_what_makes_no_sense_is_refused(five: Talk, query: str, code: str) -> None:
    assert error_of(five.get(f"/analytics/pass-rate?{query}")) == (422, "invalid_request_error", code)


@pytest.mark.parametrize("path", ["/analytics/pass-rate", "/analytics/quantization", "/usage"])
def test_a_range_that_ends_before_it_begins_is_refused_everywhere(five: Talk, path: str) -> None:
    for ends in (
        "from=2026-02-01&to=2026-01-01",
        "from=2026-02-01&to=2026-02-01",
        "from=2026-02-01T00:00:00%2B02:00&to=2026-01-31T22:00:00Z",
    ):
        assert error_of(five.get(f"{path}?{ends}")) == (422, "invalid_request_error", "invalid_range")
    assert five.get(f"{path}?from=2026-02-01&to=2026-02-01T00:00:00.001Z").status_code == 200


def test_the_calendar_is_the_same_everywhere(talk: Talk) -> None:
    """Nothing is recorded outside of 1970 to 2099; and what lies at its ends is in the chart of every zone that has the
    day, whether sums are kept or not.
    """
    times = (
        "1970-01-01T00:00:00Z",
        "1970-01-01T13:00:00Z",
        "2099-12-31T10:00:00Z",
        "2099-12-31T23:59:59.999Z",
    )
    for outside in (
        "1969-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2099-12-31T23:00:00-02:00",
    ):
        answer = talk.lines([call_line(0, created_at=outside)])
        assert answer["imported"] == 0, outside
        assert outside in answer["rejected"][0]["message"]
    talk.lines([call_line(n, created_at=at) for n, at in enumerate(times)])
    for zone, seen in (
        ("UTC", 4),
        ("Pacific/Kiritimati", 1),
        ("America/Los_Angeles", 3),
        ("Africa/Monrovia", 3),
    ):
        edges = edges_between(-(2**60), 2**60, "week", ZoneInfo(zone))
        for ready in (False, True):
            if ready:
                _write(talk, partial(rolled_zones.keep, zone=ZoneInfo(zone)))
                while _write(talk, catch_up):
                    pass
            sums = {}
            for ends in ("from=0001-01-01&to=1975-01-01", "from=2090-01-01&to=9999-12-31"):
                for bucket in ("day", "week"):
                    data = talk.get(f"/analytics/pass-rate?{ends}&time_zone={zone}&bucket={bucket}").json()[
                        "data"
                    ]
                    sums[bucket] = sums.get(bucket, 0) + sum(point["calls"] for point in data)
            days = edges_between(-(2**60), 2**60, "day", ZoneInfo(zone))
            inside = [
                sum(ends[0] <= _ms(parse_time(at)) < ends[-1] for at in times) for ends in (days, edges)
            ]
            assert [sums["day"], sums["week"]] == inside
            assert sums["day"] == seen, zone
    assert sum(row["calls"] for row in talk.get("/usage").json()["data"]) == 4


def test_an_unusual_range_is_answered(five: Talk) -> None:
    for query in (
        "from=0001-01-01&to=9999-12-31&bucket=week",
        "from=9000-01-01",
        "to=1970-01-01&from=1950-01-01",
        "limit=1",
    ):
        answer = five.get(f"/analytics/pass-rate?{query}")
        assert answer.status_code == (422 if query == "from=9000-01-01" else 200), answer.text


@pytest.mark.parametrize("bucket", ["hour", "day", "week"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Pacific/Apia", "America/Los_Angeles"])
def test_the_ends_of_the_calendar_are_no_fault(five: Talk, zone: str, bucket: str) -> None:
    for query in (
        "to=0001-01-01T00:00:00Z",
        "to=0001-01-20T00:00:00Z",
        "to=9999-12-31T23:59:59.9999Z",
        "from=2026-10-20T00:00:00Z&to=9999-12-31T23:59:59.9999Z",
        "from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z",
        "from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z",
    ):
        answer = five.get(f"/analytics/pass-rate?{query}&time_zone={zone}&bucket={bucket}")
        assert answer.status_code in (200, 422), (query, answer.text)


async def test_sums_are_caught_up_behind_the_question(tmp_path: Path, template: Path) -> None:
    """On the server's own loop and threads: the second question finds nothing left to count."""
    path = tmp_path / "atlas.db"
    shutil.copy(template, path)
    app = create_app(config_for(path, executor="threaded"))
    transport = httpx.ASGITransport(app)
    headers = {"authorization": f"Bearer {ALICE.key}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8400/v1", headers=headers
        ) as client,
    ):
        lines = b"".join(orjson.dumps(call_line(n, customer=f"c{n % 3}")) + b"\n" for n in range(30))
        media = {"content-type": "application/x-ndjson"}
        assert (await client.post("/calls/import", content=lines, headers=media)).status_code == 200
        before = (await client.get("/usage")).json()
        atlas = app.state.atlas
        await asyncio.gather(*atlas.rolling._tasks._running)
        kolkata = "/analytics/pass-rate?time_zone=Asia/Kolkata&bucket=week"
        weeks = (await client.get(kolkata)).json()
        await asyncio.gather(*atlas.rolling._tasks._running)
        assert (await client.get(kolkata)).json() == weeks
        assert not atlas.rolling._tasks._running
        scope = atlas.storage.registry.remembered(ALICE.key)
        assert not await atlas.storage.write(scope, catch_up)
        assert (await client.get("/usage")).json() == before
        assert sum(row["calls"] for row in before["data"]) == 30


def test_few_zones_are_kept_and_those_nobody_asks_for_make_room(five: Talk) -> None:
    clock, zones = five.config.clock, [ZoneInfo(f"Etc/GMT+{n}") for n in range(1, 7)]
    for zone in (*zones, ZoneInfo("Etc/GMT+1")):
        _write(five, partial(rolled_zones.keep, zone=zone))
    while _write(five, catch_up):
        pass
    kept = [_read(five, partial(rolled_zones.kept, zone=zone)) for zone in zones]
    assert kept == [0, 1, 2, 3, None, None]
    assert not _read(five, partial(rolled_zones.wanting, zone=zones[5]))
    clock.seconds += 8 * 86_400
    assert _read(five, partial(rolled_zones.wanting, zone=zones[0]))
    _write(five, partial(rolled_zones.keep, zone=zones[0]))
    assert _read(five, partial(rolled_zones.wanting, zone=zones[5]))
    _write(five, partial(rolled_zones.keep, zone=zones[5]))
    assert _read(five, partial(rolled_zones.kept, zone=zones[5])) is None, "its days are not summed yet"
    while _write(five, catch_up):
        pass
    kept = [_read(five, partial(rolled_zones.kept, zone=zone)) for zone in zones]
    assert kept == [0, None, 2, 3, None, 1]
    sums = "SELECT grid, sum(calls) FROM rolled_cell GROUP BY grid"
    with five.app.state.atlas.storage._engine.connect() as connection:
        assert list(connection.exec_driver_sql(sums)) == [(grid, 5) for grid in range(4)]


def test_days_are_summed_anew_when_the_rules_of_a_zone_have_changed(five: Talk) -> None:
    """As by a newer tzdata under the same name."""
    berlin = ZoneInfo("Europe/Berlin")
    _write(five, partial(rolled_zones.keep, zone=berlin))
    while _write(five, catch_up):
        pass
    engine = five.app.state.atlas.storage._engine
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE rolled_zone SET rules = 'as they were'")
        connection.exec_driver_sql("UPDATE rolled_cell SET day = day - 1")
    assert _read(five, partial(rolled_zones.kept, zone=berlin)) is None
    five.lines([call_line(5, operation="greet")])
    _write(five, catch_up)
    with engine.connect() as connection:
        assert list(connection.exec_driver_sql("SELECT * FROM rolled_cell")) == []
    target = "/analytics/pass-rate?from=2026-01-01&to=2026-12-01&time_zone=Europe/Berlin"
    assert sum(point["calls"] for point in five.get(target).json()["data"]) == 6
