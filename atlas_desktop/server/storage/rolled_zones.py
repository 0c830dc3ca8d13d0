"""Sums of days as the zones have them that figures are asked for in: which are kept, and making them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from atlas_desktop.domain.buckets import DAY_MS, Stretch, day_stretches, zone_named
from atlas_desktop.server.storage.figure_tables import MEASURES, rolled_call, rolled_cell, rolled_zone
from atlas_desktop.server.storage.numbering import number_of
from atlas_desktop.server.storage.scope import Row, Tenant

ALL_TIME: Final = 2**62
MOST: Final = 4
"""Zones of an organization: each costs a row for every kind of call on every day, and its part of every change."""
_UNASKED_MS: Final = 7 * DAY_MS
"""A zone nobody asked for so long makes room for another one."""
_KEY: Final = ("org", "grid", "day", "kind")


@dataclass(frozen=True, slots=True)
class Grid:
    """The days of one zone; only calls created before ``up_to_ms`` are in them."""

    number: int
    stretches: tuple[Stretch, ...]
    up_to_ms: int


@lru_cache(maxsize=32)
def rules_of(zone: ZoneInfo) -> str:
    """What tells the days of a zone from those of another, whatever both are called."""
    return hashlib.sha256(repr(day_stretches(zone)).encode()).hexdigest()[:32]


def kept(tenant: Tenant, zone: ZoneInfo) -> int | None:
    """The number of the grid that has every rolled up call by the days of this zone; None without one."""
    row = _row(tenant, zone)
    return None if row is None or row.up_to_ms < ALL_TIME else row.grid


def wanting(tenant: Tenant, zone: ZoneInfo) -> bool:
    """Whether `keep` and `go_on` would make it quicker to ask for days of this zone."""
    row = _row(tenant, zone)
    if row is None:
        return _room(tenant) is not None
    return bool(row.up_to_ms < ALL_TIME or row.asked_ms < tenant.now_ms - DAY_MS)


def keep(tenant: Tenant, zone: ZoneInfo) -> None:
    """From now on keep the days of this zone, if there is room; and remember that they are in use."""
    row = _row(tenant, zone)
    if row is not None:
        ours = (tenant.mine(rolled_zone), rolled_zone.c.grid == row.grid)
        tenant.run(sa.update(rolled_zone).where(*ours).values(asked_ms=tenant.now_ms))
    elif (number := _room(tenant)) is not None:
        _drop(tenant, number)
        values = {"org": tenant.scope.org, "grid": number, "zone": zone.key, "rules": rules_of(zone)}
        tenant.insert(rolled_zone, [values | {"up_to_ms": -ALL_TIME, "asked_ms": tenant.now_ms}])


def grids(tenant: Tenant) -> list[Grid]:
    """Those there are. One whose zone has other days by now, since its rules changed, is thrown away."""
    found = []
    for row in _rows(tenant):
        zone = zone_named(row.zone)
        if zone is None or rules_of(zone) != row.rules:
            _drop(tenant, row.grid)
        else:
            found.append(Grid(row.grid, day_stretches(zone), row.up_to_ms))
    return found


def move(
    tenant: Tenant, grid: Grid, which: Sequence[sa.ColumnElement[bool]], sign: int, until_ms: int
) -> None:
    """Add what these of the rolled up calls have in the sums, or (-1) take it away; of those before a moment."""
    day = number_of(rolled_call.c.created_ms, grid.stretches).label("day")
    number = sa.literal_column(str(grid.number), sa.Integer)
    step = sa.literal_column(str(sign), sa.Integer)
    sums = [sa.func.sum(rolled_call.c[name] * step) for name in MEASURES]
    moved = sa.select(rolled_call.c.org, number, day, rolled_call.c.kind, *sums).where(
        tenant.mine(rolled_call), *which
    )
    if until_ms < ALL_TIME:
        moved = moved.where(rolled_call.c.created_ms < until_ms)
    put = insert(rolled_cell).from_select(
        [*_KEY, *MEASURES], moved.group_by(rolled_call.c.org, "day", rolled_call.c.kind)
    )
    more: Mapping[str, Any] = {name: rolled_cell.c[name] + put.excluded[name] for name in MEASURES}
    tenant.run(put.on_conflict_do_update(index_elements=_KEY, set_=dict(more)))


def go_on(tenant: Tenant, limit: int) -> bool:
    """Sum up the next calls by age for the first zone that lacks some. Whether there may be more."""
    grid = next((grid for grid in grids(tenant) if grid.up_to_ms < ALL_TIME), None)
    if grid is None:
        return False
    later = (tenant.mine(rolled_call), rolled_call.c.created_ms >= grid.up_to_ms)
    following = tenant.first(
        sa.select(rolled_call.c.created_ms)
        .where(*later)
        .order_by(rolled_call.c.created_ms)
        .offset(limit)
        .limit(1)
    )
    end = ALL_TIME if following is None else max(following.created_ms, grid.up_to_ms + 1)
    move(tenant, grid, later[1:], 1, end)
    ours = (tenant.mine(rolled_zone), rolled_zone.c.grid == grid.number)
    tenant.run(sa.update(rolled_zone).where(*ours).values(up_to_ms=end))
    return True


def _rows(tenant: Tenant) -> Sequence[Row]:
    return tenant.all(sa.select(rolled_zone).where(tenant.mine(rolled_zone)).order_by(rolled_zone.c.grid))


def _row(tenant: Tenant, zone: ZoneInfo) -> Row | None:
    ours = (tenant.mine(rolled_zone), rolled_zone.c.rules == rules_of(zone))
    return tenant.first(sa.select(rolled_zone).where(*ours))


def _room(tenant: Tenant) -> int | None:
    """The number a further grid may have: a free one, else that of the zone unasked for longest."""
    rows = _rows(tenant)
    if len(rows) < MOST:
        return min(set(range(MOST)) - {row.grid for row in rows})
    oldest = min(rows, key=lambda row: int(row.asked_ms))
    return oldest.grid if oldest.asked_ms < tenant.now_ms - _UNASKED_MS else None


def _drop(tenant: Tenant, number: int) -> None:
    for table in (rolled_cell, rolled_zone):
        tenant.run(sa.delete(table).where(tenant.mine(table), table.c.grid == number))
