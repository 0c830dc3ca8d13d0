"""Bringing the sums of an organization up to its newest revision, some calls at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from atlas_desktop.server.storage.figure_tables import (
    DIMENSIONS,
    MEASURES,
    rolled_call,
    rolled_cell,
    rolled_kind,
    rolled_up,
)
from atlas_desktop.server.storage.figures import CURRENT, HOUR_MS
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import call, call_document

STEP: Final = 2000
"""Calls of one transaction."""
_SIZES: Final = (1, 24)
_AT_ONCE: Final = 500

_Key = tuple[int, int, int]


def catch_up(tenant: Tenant, limit: int = STEP) -> bool:
    """Take in the calls that changed first. Whether there may be more. The tenant must be a whole organization."""
    if tenant.scope.customer is not None:
        raise ValueError("sums are of a whole organization")
    row = tenant.first(sa.select(rolled_up.c.revision).where(tenant.mine(rolled_up)))
    rows = _changed(tenant, 0 if row is None else row.revision, limit)
    if not rows:
        return False
    kinds = _kinds(tenant, rows)
    before = _known(tenant, [item.seq for item in rows])
    fresh = [_contribution(tenant, item, kinds[_kind_of(item)]) for item in rows if not item.deleted]
    _put_cells(tenant, _moved(before, fresh))
    for part in _parts([old.call_seq for old in before]):
        tenant.run(sa.delete(rolled_call).where(tenant.mine(rolled_call), rolled_call.c.call_seq.in_(part)))
    tenant.insert(rolled_call, fresh)
    if row is None:
        tenant.run(sa.insert(rolled_up).values(org=tenant.scope.org, revision=rows[-1].revision))
    else:
        tenant.run(sa.update(rolled_up).where(tenant.mine(rolled_up)).values(revision=rows[-1].revision))
    return len(rows) == limit


def _changed(tenant: Tenant, since: int, limit: int) -> Sequence[Row]:
    named = [CURRENT[name].label(f"m_{name}") for name in MEASURES]
    return tenant.all(
        sa.select(
            call.c.seq,
            call.c.revision,
            call.c.created_ms,
            call.c.deleted,
            *(call.c[name] for name in DIMENSIONS),
            *named,
        )
        .join(call_document, call_document.c.seq == call.c.seq)
        .where(tenant.mine(call), call.c.revision > since)
        .order_by(call.c.revision)
        .limit(limit)
    )


def _kind_of(row: Row) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in DIMENSIONS)


def _kinds(tenant: Tenant, rows: Sequence[Row]) -> dict[tuple[Any, ...], int]:
    """The numbers of the kinds there are, with those that come with these calls."""
    statement = sa.select(rolled_kind).where(tenant.mine(rolled_kind))
    known = {_kind_of(row): row.seq for row in tenant.all(statement)}
    missing = dict.fromkeys(_kind_of(row) for row in rows if _kind_of(row) not in known)
    if missing:
        named = [dict(zip(DIMENSIONS, kind, strict=True)) | {"org": tenant.scope.org} for kind in missing]
        tenant.insert(rolled_kind, named)
        known = {_kind_of(row): row.seq for row in tenant.all(statement)}
    return known


def _known(tenant: Tenant, seqs: Sequence[int]) -> list[Row]:
    found: list[Row] = []
    for part in _parts(seqs):
        found += tenant.all(
            sa.select(rolled_call).where(tenant.mine(rolled_call), rolled_call.c.call_seq.in_(part))
        )
    return found


def _contribution(tenant: Tenant, row: Row, kind: int) -> dict[str, int]:
    place = {"org": tenant.scope.org, "call_seq": row.seq, "kind": kind, "hour": row.created_ms // HOUR_MS}
    return place | {name: getattr(row, f"m_{name}") for name in MEASURES}


def _moved(before: Sequence[Row], fresh: Sequence[Mapping[str, int]]) -> dict[_Key, list[int]]:
    """What comes to each cell, and goes."""
    cells: dict[_Key, list[int]] = {}
    contributions: list[tuple[Mapping[Any, Any], int]] = [(row._mapping, -1) for row in before]  # noqa: SLF001  # SQLAlchemy's public name
    for values, sign in contributions + [(item, 1) for item in fresh]:
        for hours in _SIZES:
            key = hours, values["hour"] // hours * hours, values["kind"]
            cell = cells.setdefault(key, [0] * len(MEASURES))
            for number, name in enumerate(MEASURES):
                cell[number] += sign * values[name]
    return {key: cell for key, cell in cells.items() if any(cell)}


def _put_cells(tenant: Tenant, moved: Mapping[_Key, Sequence[int]]) -> None:
    matches = sa.and_(
        tenant.mine(rolled_cell),
        *(rolled_cell.c[name] == sa.bindparam(f"b_{name}") for name in ("hours", "hour", "kind")),
    )
    add = {name: rolled_cell.c[name] + sa.bindparam(f"b_{name}") for name in MEASURES}
    there = _existing(tenant, moved)
    tenant.run(
        sa.update(rolled_cell).where(matches).values(add),
        [
            {"b_hours": key[0], "b_hour": key[1], "b_kind": key[2]}
            | {f"b_{name}": value for name, value in zip(MEASURES, moved[key], strict=True)}
            for key in there
        ],
    )
    tenant.insert(
        rolled_cell,
        [
            {"org": tenant.scope.org, "hours": key[0], "hour": key[1], "kind": key[2]}
            | dict(zip(MEASURES, values, strict=True))
            for key, values in moved.items()
            if key not in there
        ],
    )


def _existing(tenant: Tenant, moved: Mapping[_Key, Sequence[int]]) -> set[_Key]:
    """Those of the cells that are there already."""
    there: set[_Key] = set()
    for hours in _SIZES:
        starts = sorted({hour for size, hour, _ in moved if size == hours})
        for part in _parts(starts):
            rows = tenant.all(
                sa.select(rolled_cell.c.hour, rolled_cell.c.kind).where(
                    tenant.mine(rolled_cell), rolled_cell.c.hours == hours, rolled_cell.c.hour.in_(part)
                )
            )
            there.update((hours, row.hour, row.kind) for row in rows)
    return there & moved.keys()


def _parts(values: Sequence[int]) -> list[Sequence[int]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
