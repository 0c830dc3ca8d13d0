"""Figures counted call by call, and whatever can happen to calls meanwhile."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from atlas_desktop.contract.analytics import Bucket, GroupBy, PassRates, Usage
from atlas_desktop.contract.base import parse_time
from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.buckets import edges_between
from atlas_desktop.domain.pass_rate import verdict, wilson
from atlas_desktop.server.storage import recording, rolled_zones, scores
from atlas_desktop.server.storage.rolling import catch_up
from tests.server.talk import ALICE, NARROW, OTHER, Talk, call_line

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
first = st.lists(calls, min_size=8, max_size=8).map(
    lambda made: [("import", n, what) for n, what in enumerate(made)]
)


def act(talk: Talk, what: str, number: int, more: Any) -> None:
    """Let something happen."""
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
        written(talk, partial(catch_up, limit=more))
        return
    if what == "keep":
        written(talk, partial(rolled_zones.keep, zone=ZoneInfo(more)))
        return
    ids = talk.call_ids()
    if not ids:
        return
    call_id = ids[number % len(ids)]
    if what == "say":
        assert talk.post("/feedback", {"call_id": call_id, **more}).status_code == 200
    elif what == "delete":
        written(talk, lambda tenant: recording.delete(tenant, [call_id]))
    else:
        score, metered = more
        passed = None if score is None else score >= 0.5
        row = Score(
            evaluator_id=f"ev_{number % 2}", evaluator_version=1, score=score, passed=passed, evaluated_at=NOW
        )
        written(talk, lambda tenant: scores.record(tenant, call_id, [row], metered=metered))


def written(talk: Talk, work: Any) -> Any:
    """What work returns that writes for the whole organization."""
    storage = talk.app.state.atlas.storage
    return talk.runner.run(storage.write(storage.registry.remembered(ALICE.key), work))


def found_by(talk: Talk, work: Any) -> Any:
    """What work returns that reads for it."""
    storage = talk.app.state.atlas.storage
    return talk.runner.run(storage.read(storage.registry.remembered(ALICE.key), work))


def live(talk: Talk, key: Any, filters: dict[str, str]) -> list[dict[str, Any]]:
    """The calls a filter gives, as the list of calls has them."""
    return list(talk.get(f"/calls?{urlencode({**filters, 'limit': 1000})}", key=key).json()["data"])


def of(call: dict[str, Any], group_by: str) -> str | None:
    """What a call is grouped by."""
    name = "operation_id" if group_by == "operation" else group_by
    value = call[name] if name in call else call["delivery"].get(name)
    return None if value is None else str(value)


def counted(found: list[dict[str, Any]], group_by: str, edges: tuple[int, ...]) -> dict[Any, list[int]]:
    """By group and bucket: calls, evaluated, passed, by scores, by ratings."""
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
    """What the server answers is what a plain count gives."""
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
    edges = edges_between(ms(since), ms(NOW), bucket, ZoneInfo(zone))
    assert (ms(rates.from_), ms(rates.to)) == (edges[0], edges[-1])
    found = live(talk, key, filters)
    drawn = {
        (point.group, ms(point.bucket)): [
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
        row = sums.setdefault(of(call, group_by), [0] * 8)
        used, cost = call["response"]["usage"], round((call["delivery"]["cost_usd"] or 0) * 1e9)
        tokens = min(used["prompt_tokens"] or 0, 10**9)
        given = (
            1,
            not call["metered"],
            tokens,
            used["completion_tokens"],
            cost,
            0 if call["metered"] else cost,
            0 if call["metered"] else tokens,
            0 if call["metered"] else used["completion_tokens"],
        )
        for number, value in enumerate(given):
            row[number] += value
    assert {
        row.group: [
            row.calls, row.refunded_calls, row.prompt_tokens, row.completion_tokens, row.gross_usd, row.refunded_usd, row.net_usd,
            row.refunded_prompt_tokens, row.refunded_completion_tokens,
        ]
        for row in usage.data
    } == {group: [*row[:4], row[4] / 1e9, row[5] / 1e9, (row[4] - row[5]) / 1e9, *row[6:]] for group, row in sums.items()}  # fmt: skip


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return round(at.timestamp() * 1000)
