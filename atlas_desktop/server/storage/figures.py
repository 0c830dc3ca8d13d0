"""Sums over calls: from the rolled up ones as far as these go, and exactly, with what changed since.

A figure is always that of the moment it is asked for. Sums that lag behind are put right inside the query: what the
calls changed since had in them is taken out, what these calls are now is added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Any, Final

import sqlalchemy as sa

from atlas_desktop.server.storage.figure_tables import (
    DIMENSIONS,
    rolled_call,
    rolled_cell,
    rolled_kind,
    rolled_up,
)
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.tables import call, call_document

HOUR_MS: Final = 3_600_000
VERDICTS: Final = ("calls", "good", "bad", "liked", "disliked")
COSTS: Final = (
    "calls", "refunded", "prompt_tokens", "completion_tokens", "gross_nano", "refunded_nano",
)  # fmt: skip
ALL_TIME: Final = 2**62
_MOST_TOKENS: Final = 10**9
_MOST_USD: Final = 10_000
"""A call is counted with no more than this: sums must fit into 64 bits, whatever a recording says."""
_OF_COLUMN: Final = {"operation_id": "operation"}

Sums = dict[tuple[str | None, int], list[int]]
"""Measures by group and by number of the unit of time."""


def _flag(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _tokens(name: str) -> sa.ColumnElement[int]:
    # SQLite's own JSON: on another database this is the one place to say it in its words.
    found = sa.cast(
        sa.func.json_extract(sa.cast(call_document.c.response, sa.Text), f"$.usage.{name}"), sa.BigInteger
    )
    return sa.case((found > _MOST_TOKENS, _MOST_TOKENS), (found > 0, found), else_=0)


_USD: Final = sa.case(
    (call.c.cost_usd > _MOST_USD, _MOST_USD), (call.c.cost_usd > 0, call.c.cost_usd), else_=0
)
_NANO: Final = sa.cast(sa.func.round(_USD * 1_000_000_000), sa.BigInteger)
CURRENT: Final[Mapping[str, sa.ColumnElement[int]]] = {
    "calls": sa.literal_column("1", sa.BigInteger),
    "good": _flag(call.c.passed.is_(sa.true())),
    "bad": _flag(call.c.passed.is_(sa.false())),
    "liked": _flag(call.c.passed.is_(None) & (call.c.rating == "thumbs_up")),
    "disliked": _flag(call.c.passed.is_(None) & (call.c.rating == "thumbs_down")),
    "refunded": _flag(call.c.metered.is_(sa.false())),
    "prompt_tokens": _tokens("prompt_tokens"),
    "completion_tokens": _tokens("completion_tokens"),
    "gross_nano": _NANO,
    "refunded_nano": sa.case((call.c.metered.is_(sa.false()), _NANO), else_=0),
}
"""What a call adds to each measure, from its own row."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to sum up, of which calls. ``conditions`` are on the table ``call``; ``dimensions`` are those of them that
    the rolled up sums know, or None where there are others. ``grain_ms`` divides both ends, and ``unit_ms``.
    """

    group_by: str
    measures: Sequence[str]
    grain_ms: int
    unit_ms: int = ALL_TIME
    start_ms: int = -ALL_TIME
    end_ms: int = ALL_TIME
    conditions: Sequence[sa.ColumnElement[bool]] = ()
    dimensions: Mapping[str, Any] | None = field(default_factory=dict)


def unit_of(edges: Sequence[int]) -> int:
    """The longest time (ms) that every edge is a multiple of: calls are grouped by it, whatever the time zone."""
    return gcd(*edges) or HOUR_MS


def sums(tenant: Tenant, wanted: Wanted) -> tuple[Sums, bool]:
    """The measures by group and unit of time; and whether rolling up would make it quicker the next time."""
    hours = 24 if wanted.grain_ms % (24 * HOUR_MS) == 0 else 1
    if wanted.dimensions is None or wanted.grain_ms % HOUR_MS:
        return _counted(tenant, wanted, None), False
    row = tenant.first(sa.select(rolled_up.c.revision).where(tenant.mine(rolled_up)))
    since = 0 if row is None else row.revision
    found = _rolled(tenant, wanted, hours) if since else {}
    if since:
        _add(found, _outdated(tenant, wanted, since), -1)
    changed = _counted(tenant, wanted, since)
    _add(found, changed, 1)
    return {place: values for place, values in found.items() if any(values)}, bool(changed)


def _add(found: Sums, more: Sums, sign: int) -> None:
    for place, values in more.items():
        known = found.setdefault(place, [0] * len(values))
        for number, value in enumerate(values):
            known[number] += sign * value


def _grouped(
    tenant: Tenant, statement: sa.Select[Any], group: sa.ColumnElement[Any], unit: sa.ColumnElement[int]
) -> Sums:
    rows: list[tuple[Any, ...]] = [tuple(row) for row in tenant.all(statement.group_by(group, unit))]
    return {(name, at): [int(value) for value in values] for name, at, *values in rows}


def _counted(tenant: Tenant, wanted: Wanted, since: int | None) -> Sums:
    """Call by call: all of them, or those changed after a revision."""
    group = call.c[wanted.group_by]
    unit = call.c.created_ms // sa.literal_column(str(wanted.unit_ms), sa.BigInteger)
    measures = [sa.func.sum(CURRENT[name]) for name in wanted.measures]
    statement = sa.select(group, unit, *measures).where(
        tenant.mine(call),
        call.c.deleted.is_(sa.false()),
        *_within(call.c.created_ms, wanted),
        *wanted.conditions,
    )
    if since is not None:
        statement = statement.where(call.c.revision > since)
    if not {"prompt_tokens", "completion_tokens"}.isdisjoint(wanted.measures):
        statement = statement.join(call_document, call_document.c.seq == call.c.seq)
    return _grouped(tenant, statement, group, unit)


def _within(column: sa.ColumnElement[int], wanted: Wanted, unit_ms: int = 1) -> list[sa.ColumnElement[bool]]:
    limits = []
    if wanted.start_ms > -ALL_TIME:
        limits.append(column >= wanted.start_ms // unit_ms)
    if wanted.end_ms < ALL_TIME:
        limits.append(column < wanted.end_ms // unit_ms)
    return limits


def _kinds(tenant: Tenant, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    asked = wanted.dimensions or {}
    return [tenant.mine(rolled_kind), *(rolled_kind.c[name] == value for name, value in asked.items())]


def _rolled(tenant: Tenant, wanted: Wanted, hours: int) -> Sums:
    group = rolled_kind.c[wanted.group_by]
    unit = rolled_cell.c.hour // sa.literal_column(str(wanted.unit_ms // HOUR_MS), sa.BigInteger)
    measures = [sa.func.sum(rolled_cell.c[name]) for name in wanted.measures]
    statement = (
        sa.select(group, unit, *measures)
        .join(rolled_kind, rolled_kind.c.seq == rolled_cell.c.kind)
        .where(
            tenant.mine(rolled_cell),
            rolled_cell.c.hours == hours,
            *_within(rolled_cell.c.hour, wanted, HOUR_MS),
        )
        .where(*_kinds(tenant, wanted))
    )
    return _grouped(tenant, statement, group, unit)


def _outdated(tenant: Tenant, wanted: Wanted, since: int) -> Sums:
    """What the calls changed after a revision have in the sums."""
    group = rolled_kind.c[wanted.group_by]
    unit = rolled_call.c.hour // sa.literal_column(str(wanted.unit_ms // HOUR_MS), sa.BigInteger)
    measures = [sa.func.sum(rolled_call.c[name]) for name in wanted.measures]
    statement = (
        sa.select(group, unit, *measures)
        .select_from(call)
        .join(rolled_call, (rolled_call.c.org == call.c.org) & (rolled_call.c.call_seq == call.c.seq))
        .join(rolled_kind, rolled_kind.c.seq == rolled_call.c.kind)
        .where(tenant.mine(call), call.c.revision > since, tenant.mine(rolled_call))
        .where(*_within(rolled_call.c.hour, wanted, HOUR_MS), *_kinds(tenant, wanted))
    )
    return _grouped(tenant, statement, group, unit)


def dimensions_of(asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """Filters of ``GET /calls`` as conditions on what is rolled up; None where one is on something else."""
    named = {_OF_COLUMN.get(name, name): value for name, value in asked.items()}
    return named if named.keys() <= set(DIMENSIONS) else None
