from math import log2

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.sync.batching import BatchSize, halves
from atlas_desktop.sync.pace import Pace


def test_a_batch_begins_at_25_doubles_to_200_and_halves_to_one() -> None:
    size = BatchSize.first(Pace())
    seen = []
    for _ in range(5):
        seen.append(size.rows)
        size = size.grown()
    assert seen == [25, 50, 100, 200, 200]
    for _ in range(10):
        size = size.halved()
    assert size.rows == 1


@given(st.integers(2, 200), st.data())
def test_taking_a_refused_batch_apart_isolates_the_bad_row_and_keeps_the_order(
    count: int, data: st.DataObject
) -> None:
    bad = data.draw(st.integers(0, count - 1))
    to_send: list[tuple[int, ...]] = [tuple(range(count))]
    refused, accepted = 0, list[int]()
    while to_send:
        batch = to_send.pop(0)
        if bad not in batch:
            accepted += batch
        elif len(batch) == 1:
            refused += 1
        else:
            refused += 1
            to_send = [*halves(batch), *to_send]
    assert accepted == [row for row in range(count) if row != bad]
    assert refused <= log2(count) + 2
