"""Figures over calls: pass rates, the quantization report, usage."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from atlas_desktop.contract.analytics import PassRateQuery, QuantizationQuery, UsageQuery
from atlas_desktop.contract.calls import CallConditions
from atlas_desktop.domain.buckets import (
    DAY_MS,
    FIRST_DAY,
    LAST_DAY,
    day_start,
    edges_between,
    last_days,
    zone_named,
)
from atlas_desktop.domain.pass_rate import Counts
from atlas_desktop.server.answers import Answered, answer, moment
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.refusals import Refusal, unprocessable
from atlas_desktop.server.storage import calls, figures
from atlas_desktop.server.storage.figures import Sums, Wanted
from atlas_desktop.server.storage.quantization import report
from atlas_desktop.server.storage.rolled_zones import ALL_TIME
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.tables import call

_USUAL_DAYS: Final = 28
_MOST_BUCKETS: Final = 10_000
_HOUR_MS: Final = 3_600_000
_UTC: Final = ZoneInfo("UTC")
_EARLIEST: Final = day_start(FIRST_DAY, _UTC) + (_USUAL_DAYS + 1) * DAY_MS
_LATEST: Final = day_start(LAST_DAY, _UTC)

_Groups = dict[str | None, dict[int, Counts]]


async def pass_rate(atlas: Atlas, asked: Asked) -> Answered:
    """What share of the calls passed, by group and bucket."""
    query: PassRateQuery = asked.query
    zone = zone_named(query.time_zone)
    if zone is None:
        raise unprocessable("invalid_field", "there is no time zone of this name", param="time_zone")
    edges = _edges(query, zone, atlas.config.clock.now())

    def ask(tenant: Tenant) -> tuple[Sums, bool]:
        return figures.sums(tenant, _wanted(tenant, query, zone, edges))

    sums, behind = await atlas.storage.read(asked.scope, ask) if edges else ({}, False)
    if behind:
        atlas.rolling.go_on(asked.scope, zone)
    return answer(_rates(query, edges, _by_group(sums)))


async def quantization(atlas: Atlas, asked: Asked) -> Answered:
    """The mean score of each operation by how it was served."""
    query: QuantizationQuery = asked.query
    start, end = _ends(query)
    conditions = [call.c.operation == query.operation_id] if query.operation_id is not None else []
    if query.from_ is not None:
        conditions.append(call.c.created_ms >= start)
    if query.to is not None:
        conditions.append(call.c.created_ms < end)
    rows = await atlas.storage.read(asked.scope, lambda tenant: report(tenant, conditions))
    return answer({"object": "list", "data": rows, "has_more": False})


async def usage(atlas: Atlas, asked: Asked) -> Answered:
    """Tokens and cost of each group."""
    query: UsageQuery = asked.query
    wanted = Wanted(query.group_by, figures.COSTS, _ends(query), _UTC)
    sums, behind = await atlas.storage.read(asked.scope, lambda tenant: figures.sums(tenant, wanted))
    if behind:
        atlas.rolling.go_on(asked.scope, _UTC)
    rows = [_used(group, values) for (group, _), values in sums.items() if values[0]]
    rows.sort(key=lambda row: (-row["calls"], row["group"] or ""))
    return answer({"object": "list", "group_by": query.group_by, "data": rows, "has_more": False})


def _ends(query: QuantizationQuery | UsageQuery) -> tuple[int, int]:
    """From when to when, of all time where it is not said. Raises Refusal (422)."""
    start = -ALL_TIME if query.from_ is None else _ms(query.from_)
    end = ALL_TIME if query.to is None else _ms(query.to)
    if start >= end:
        raise _backwards()
    return start, end


def _backwards() -> Refusal:
    return unprocessable("invalid_range", "from must be earlier than to", param="from")


def _edges(query: PassRateQuery, zone: ZoneInfo, now: datetime) -> Sequence[int]:
    """The buckets asked for. Raises Refusal (422)."""
    end = _ms(query.to or now) + (query.to is None)
    if query.from_ is None:
        # At the ends of the calendar there are no days before.
        known = min(max(end, _EARLIEST), _LATEST)
        first = last_days(_USUAL_DAYS, datetime.fromtimestamp(known / 1000, _UTC), zone).first
        start = min(day_start(first, zone), end - 1)
    else:
        start = _ms(query.from_)
    if start >= end:
        raise _backwards()
    step = {"hour": _HOUR_MS, "day": DAY_MS, "week": 7 * DAY_MS}[query.bucket]
    if (min(end, _LATEST) - max(start, 0)) // step > _MOST_BUCKETS:
        raise _too_many()
    return edges_between(start, end, query.bucket, zone)


def _too_many() -> Refusal:
    message = f"a range may have at most {_MOST_BUCKETS:,} buckets: take longer ones"
    return unprocessable("too_many_buckets", message, param="bucket")


def _wanted(tenant: Tenant, query: PassRateQuery, zone: ZoneInfo, edges: Sequence[int]) -> Wanted:
    named = query.model_dump(include=set(CallConditions.model_fields), exclude_defaults=True)
    conditions: list[sa.ColumnElement[bool]] = calls.conditions(tenant, query)
    days = None if query.bucket == "hour" else zone
    return Wanted(query.group_by, figures.VERDICTS, edges, days, conditions, figures.dimensions_of(named))


def _by_group(sums: Sums) -> _Groups:
    found: _Groups = {}
    for (group, bucket), values in sums.items():
        found.setdefault(group, {})[bucket] = Counts(*values)
    return found


def _rates(query: PassRateQuery, edges: Sequence[int], groups: _Groups) -> dict[str, Any]:
    ranked = sorted(groups, key=lambda group: (-_calls(groups[group]), group is None, group or ""))
    return {
        "object": "list",
        "group_by": query.group_by,
        "bucket": query.bucket,
        "time_zone": query.time_zone,
        "from": moment(edges[0] if edges else 0),
        "to": moment(edges[-1] if edges else 0),
        "data": [
            _point(group, edges[bucket], counts)
            for group in ranked[: query.limit]
            for bucket, counts in sorted(groups[group].items())
            if counts.calls
        ],
        "has_more": len(ranked) > query.limit,
    }


def _calls(line: Mapping[int, Counts]) -> int:
    return sum(counts.calls for counts in line.values())


def _point(group: str | None, at_ms: int, counts: Counts) -> dict[str, Any]:
    low, high = counts.bounds or (None, None)
    return {
        "group": group,
        "bucket": moment(at_ms),
        "passed": counts.passed,
        "evaluated": counts.evaluated,
        "rate": counts.rate,
        "low": low,
        "high": high,
        "calls": counts.calls,
        "by_scores": counts.by_scores,
        "by_ratings": counts.by_ratings,
    }


def _used(group: str | None, values: Sequence[int]) -> dict[str, Any]:
    number, refunded, asked, answered, gross, back, asked_back, answered_back = values
    return {
        "group": group,
        "calls": number,
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "gross_usd": gross / 1e9,
        "refunded_usd": back / 1e9,
        "net_usd": (gross - back) / 1e9,
        "refunded_calls": refunded,
        "refunded_prompt_tokens": asked_back,
        "refunded_completion_tokens": answered_back,
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
