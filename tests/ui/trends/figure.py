"""The figure of the product's page, as calls: three customers over 28 days, their last values, the gate at 85 %.

The page draws lines that rise to these values on an axis from 50 to 90 %; where they begin it does not say in words.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import sin
from typing import Any

import orjson

from atlas_desktop.app.local_zone import local_zone
from atlas_desktop.contract.ids import new_id
from atlas_desktop.contract.operations import Operation, ShipGate
from atlas_desktop.domain.buckets import last_days
from atlas_desktop.store.store import Store
from tests.ui.filled import _calls, line

OPERATION = "summarize_ticket"
GATE = 0.85
DAYS = 28
LAST = {"northwind/prod": (47, 53), "halo/api": (50, 54), "lattice/ops": (46, 51)}
"""Passed of so many on the last day: 88.7, 92.6 and 90.2 %."""
LABELS = {"northwind/prod": "88.7 %", "halo/api": "92.6 %", "lattice/ops": "90.2 %"}
X_TICKS = ["d-27", "d-20", "d-13", "d-6", "d-0"]
Y_TICKS = ["50 %", "70 %", "90 %"]
THRESHOLD = "eval-gate · 85 %"
_FIRST = {"northwind/prod": 0.61, "halo/api": 0.70, "lattice/ops": 0.66}
_A_DAY = 54
_WOBBLE = 0.02


def zone_of_noon(now: datetime) -> str:
    """Where it is about noon now: no test runs there over midnight."""
    ahead = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def counts(customer: str, days_ago: int) -> tuple[int, int]:
    """How many calls passed of how many: a rise that is not smooth, as no real one is."""
    if days_ago == 0:
        return LAST[customer]
    passed, of = LAST[customer]
    first = _FIRST[customer]
    share = first + (passed / of - first) * (DAYS - 1 - days_ago) / (DAYS - 1)
    share += _WOBBLE * sin(days_ago * 2.1 + len(customer))
    return round(share * _A_DAY), _A_DAY


async def put_into(store: Store) -> None:
    """The calls of the figure and the operation with its gate, as a server would have sent them."""
    operation = Operation(
        id="op_figure", key=OPERATION, name="Summarize ticket", registration="defined",
        ship_gates=[ShipGate(evaluator_id="ev_figure", min_score=GATE)],
    )  # fmt: skip
    await store.operations.put(operation)
    after = await store.pull.cursor()
    # In a thread: made, they are two thousand bodies to parse.
    for page in await asyncio.to_thread(lambda first: list(_pages(first)), after):
        applied = await store.pull.apply(page, after)
        after = applied.next_after


def _pages(after: int) -> Iterator[bytes]:
    changes = [
        {"type": "call", "call": call | {"revision": revision, "passed": passed, "scores": []}}
        for revision, (call, passed) in enumerate(_figure(), after + 1)
    ]
    for start in range(0, len(changes), 1000):
        some = changes[start : start + 1000]
        more = start + 1000 < len(changes)
        last = after + start + len(some)
        yield orjson.dumps({"object": "list", "data": some, "next_after": last, "has_more": more})


def _figure() -> Iterator[tuple[dict[str, Any], bool]]:
    """Each call and whether it passed. One is read as an import would, the others are like it: that is ten times as fast."""
    now = datetime.now(local_zone())
    last = last_days(DAYS, now, local_zone()).last
    (like,) = _calls([line(operation=OPERATION)])
    for customer in LAST:
        for days_ago in range(DAYS):
            passed, of = counts(customer, days_ago)
            at = _moment(last - timedelta(days=days_ago), now).astimezone(UTC).isoformat()
            for number in range(of):
                yield (
                    like | {"id": new_id("chatcmpl-"), "customer": customer, "created_at": at},
                    number < passed,
                )


def _moment(day: date, now: datetime) -> datetime:
    noon = datetime.combine(day, time(12), now.tzinfo)
    return min(noon, now - timedelta(minutes=1))
