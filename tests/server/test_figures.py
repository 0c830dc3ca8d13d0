"""Figures over calls against a plain count, after imports, feedback, late scores, refunds and deletions."""

from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_desktop.contract.analytics import PassRates, Usage
from atlas_desktop.contract.base import parse_time
from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.buckets import edges_between
from atlas_desktop.server.storage import rolled_zones, scores
from atlas_desktop.server.storage.rolling import catch_up
from tests.server.figure_count import NOW, act, acts, agrees, asked, first, found_by, ms, written
from tests.server.talk import ALICE, NARROW, OTHER, Talk, call_line, error_of, talking


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures")


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
            written(talk, partial(rolled_zones.keep, zone=ZoneInfo(question[3])))
        while written(talk, partial(catch_up, limit=1000)):
            pass
        for question in questions:
            agrees(talk, question)
        assert len(found_by(talk, rolled_zones.grids)) <= rolled_zones.MOST


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
        written(five, lambda tenant, call_id=call_id, rows=rows: scores.record(tenant, call_id, rows))
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
                written(talk, partial(rolled_zones.keep, zone=ZoneInfo(zone)))
                while written(talk, catch_up):
                    pass
            sums: dict[str, int] = {}
            for ends in ("from=0001-01-01&to=1975-01-01", "from=2090-01-01&to=9999-12-31"):
                for bucket in ("day", "week"):
                    data = talk.get(f"/analytics/pass-rate?{ends}&time_zone={zone}&bucket={bucket}").json()[
                        "data"
                    ]
                    sums[bucket] = sums.get(bucket, 0) + sum(point["calls"] for point in data)
            days = edges_between(-(2**60), 2**60, "day", ZoneInfo(zone))
            inside = [sum(ends[0] <= ms(parse_time(at)) < ends[-1] for at in times) for ends in (days, edges)]
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
