"""The camera on Trends: nothing yet, three customers over 28 days, and the ways to look at them."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from math import sin
from typing import TYPE_CHECKING, Final

import orjson

from atlas_desktop.app.local_zone import local_zone
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationCreate, OperationUpdate, ShipGate
from atlas_desktop.domain.buckets import last_days
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.screenshots.camera import Camera, breathe, until

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.stage import Stage

_OPERATION: Final = "summarize_ticket"
_RULE: Final = "ev_one_sentence"
_GATE: Final = 0.85
_DAYS: Final = 28
_LAST: Final[dict[str, tuple[float, int, int]]] = {
    "northwind/prod": (0.61, 47, 53), "halo/api": (0.70, 50, 54), "lattice/ops": (0.66, 46, 51),
}  # fmt: skip
"""Where each customer begins, and the calls that passed of those of the last day."""
_BEFORE: Final = 0.58
_A_DAY: Final = 54
_A_DAY_BEFORE: Final = 36
_AT_ONCE: Final = 2000


async def trends(stage: "Stage", camera: Camera, workspace: "Workspace") -> None:
    """Ends on Trends, with calls of two months in the Atlas on this computer."""
    window, shown = stage.window, workspace.trends

    async def settle() -> None:
        await shown.through()
        await breathe()

    shown.choose(query=Query(operation=_OPERATION))
    window.show("trends")
    await settle()
    await camera.take("trends-empty")
    count = await _record(workspace)
    await until(lambda: shown.state.series is not None and shown.state.series.total.calls == count)
    await settle()
    await camera.take("trends")
    window.trends.go_to_end(1)
    for _ in range(9):
        window.trends.step_point(-1)
    for _ in range(6):
        window.trends.brush(-1)
    await settle()
    await camera.take("trends-brushed")
    window.escape()
    window.trends.toggle_previous()
    await settle()
    await camera.take("trends-previous")
    window.trends.toggle_previous()
    window.trends.show_layout("multiples")
    await settle()
    await camera.take("trends-multiples")
    window.trends.show_layout("table")
    await settle()
    await camera.take("trends-table")
    window.trends.show_layout("overlay")
    await settle()
    window.trends.export()
    await breathe()
    await camera.take("trends-export")
    window.escape()


async def _record(workspace: "Workspace") -> int:
    """Have the local Atlas record the calls and hold them against a gate; how many are of the days shown."""
    ask = workspace.sync.ask
    rule = EvaluatorCreate(id=_RULE, name="One sentence", kind="regex", config={"pattern": "[.]$"})
    await ask(lambda client: client.evaluators.create(rule))
    await ask(
        lambda client: client.operations.create(OperationCreate(key=_OPERATION, name="Summarize ticket"))
    )
    gate = OperationUpdate(ship_gates=[ShipGate(evaluator_id=_RULE, min_score=_GATE)])
    operation = await ask(lambda client: client.operations.update(_OPERATION, gate))
    await workspace.store.operations.put(operation)
    lines = list(_lines())
    for start in range(0, len(lines), _AT_ONCE):
        some = b"\n".join(lines[start : start + _AT_ONCE])
        await ask(lambda client, some=some: client.calls.import_lines(some))  # type: ignore[misc]
    workspace.sync.wake()
    return sum(_counts(customer, days)[1] for customer in _LAST for days in range(_DAYS))


def _lines() -> Iterator[bytes]:
    now = datetime.now(local_zone())
    last = last_days(_DAYS, now, local_zone()).last
    for customer in _LAST:
        for days_ago in range(2 * _DAYS):
            passed, of = _counts(customer, days_ago)
            noon = datetime.combine(last - timedelta(days=days_ago), time(12), now.tzinfo)
            at = min(noon, now - timedelta(minutes=1)).astimezone(UTC).isoformat()
            for number in range(of):
                yield _line(customer, f"{customer}/{days_ago}/{number}", at, passed=number < passed)


def _line(customer: str, source: str, at: str, *, passed: bool) -> bytes:
    return orjson.dumps(
        {
            "source_id": source,
            "operation": _OPERATION,
            "customer": customer,
            "model": "atlas-1",
            "messages": [{"role": "user", "content": "Summarize this ticket in one sentence."}],
            "output": "The export stops at 10,000 rows; the customer needs all of them.",
            "rating": "thumbs_up" if passed else "thumbs_down",
            "created_at": at,
        }
    )


def _counts(customer: str, days_ago: int) -> tuple[int, int]:
    """How many calls passed of how many, that day."""
    first, passed, of = _LAST[customer]
    if days_ago == 0:
        return passed, of
    if days_ago >= _DAYS:
        share = _BEFORE + 0.04 * sin(days_ago * 0.4 + len(customer))
        return round(share * _A_DAY_BEFORE), _A_DAY_BEFORE
    share = first + (passed / of - first) * (_DAYS - 1 - days_ago) / (_DAYS - 1)
    return round((share + 0.02 * sin(days_ago * 2.1 + len(customer))) * _A_DAY), _A_DAY
