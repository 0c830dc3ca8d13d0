"""From samples to a table, and whether every limit is kept."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from tests.bench.limits import A_SECOND, FLOORS, ROWS, Limit

Samples = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row with what was measured. ``floor`` is the floor's p50, for gaps its worst."""

    name: str
    title: str
    unit: str
    number: int
    p50: float
    p95: float
    worst: float
    limit: str
    floor: float | None
    ok: bool | None


def lines(taken: Samples, floors: Samples) -> list[Line]:
    """The rows of everything that was measured."""
    return [_line(row, taken[row.name], floors) for row in ROWS if taken.get(row.name)]


def within(measured: Sequence[Line]) -> bool:
    """Whether no limit was exceeded."""
    return all(line.ok is not False for line in measured)


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def _line(row: Limit, values: Sequence[float], floors: Samples) -> Line:
    more_is_better = row.unit in A_SECOND
    slow = 0.05 if more_is_better else 0.95
    p50, p95 = percentile(values, 0.5), percentile(values, slow)
    worst = min(values) if more_is_better else max(values)
    under = floors.get(row.floor or "")
    floor = None if not under else max(under) if row.floor == "clock" else percentile(under, 0.5)
    return Line(
        row.name,
        row.title,
        row.unit,
        len(values),
        p50,
        p95,
        worst,
        _said(row),
        floor,
        _kept(row, values, p95, worst),
    )


def _kept(row: Limit, values: Sequence[float], p95: float, worst: float) -> bool | None:
    checks = [
        percentile(values, part) <= most
        for part, most in ((0.5, row.p50), (0.99, row.p99))
        if most is not None
    ]
    if row.p95 is not None:
        checks.append(p95 <= row.p95)
    if row.worst is not None:
        checks.append(worst <= row.worst)
    if row.least is not None:
        checks.append(worst >= row.least)
    return all(checks) if checks else None


def _said(row: Limit) -> str:
    limits = (
        ("p50 ≤", row.p50),
        ("p95 ≤", row.p95),
        ("p99 ≤", row.p99),
        ("all ≤", row.worst),
        ("≥", row.least),
    )
    return ", ".join(f"{words} {limit:,g}" for words, limit in limits if limit is not None)


def text(measured: Sequence[Line], floors: Samples) -> str:
    """The table as people read it."""
    head = ("", "unit", "n", "p50", "p95", "worst", "limit", "floor", "")
    body = [
        (
            line.title,
            line.unit,
            f"{line.number:,}",
            *(_figure(value) for value in (line.p50, line.p95, line.worst)),
            line.limit,
            "" if line.floor is None else _figure(line.floor),
            {True: "ok", False: "OVER", None: ""}[line.ok],
        )
        for line in measured
    ]
    rows = [head, *body]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    texts = ["  ".join(_padded(row, widths)).rstrip() for row in rows]
    return "\n".join(
        [*texts, "", "The floor: what this machine does at best, in the same run", *_floors(floors)]
    )


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    left = {0, 1, 6, 8}
    return [
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _floors(floors: Samples) -> list[str]:
    return [
        f"  {title:<48} {unit:<8} p50 {_figure(percentile(floors[name], 0.5)):>8}"
        f"   p95 {_figure(percentile(floors[name], 0.95)):>8}   worst {_figure(max(floors[name])):>8}"
        for name, (title, unit) in FLOORS.items()
        if floors.get(name)
    ]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def as_json(measured: Sequence[Line]) -> list[dict[str, object]]:
    """The rows for a script."""
    return [asdict(line) for line in measured]
