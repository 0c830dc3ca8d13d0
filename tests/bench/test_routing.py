"""The bench of the router runs, and a decision is not slower by an order than it should be."""

from tests.bench.limits import ROWS
from tests.bench.routing import decide
from tests.bench.table import percentile


def test_deciding() -> None:
    (limit,) = [row for row in ROWS if row.step == "route"]
    taken = decide(0.1)
    assert set(taken) == {limit.name}
    assert limit.p95 is not None
    assert percentile(taken[limit.name], 0.95) < 5 * limit.p95
