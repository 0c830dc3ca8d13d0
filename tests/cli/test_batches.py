"""Cutting files into requests."""

import io

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.cli.batches import BATCH_BYTES, Batch, TooLong, batches, numbered_lines
from atlas_desktop.contract.limits import BODY_LIMIT
from atlas_desktop.domain.recorded import LINE_LIMIT

CONTENT = st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=12).map(
    b"\n".join
)


@given(CONTENT, st.integers(1, 8))
def test_every_line_is_given_once_under_its_number(content: bytes, limit: int) -> None:
    expected = [
        TooLong(number) if len(line) > limit else (number, line.rstrip(b"\r"))
        for number, line in enumerate(content.split(b"\n"), 1)
        if len(line) > limit or line.strip()
    ]
    assert list(numbered_lines(io.BytesIO(content), limit)) == expected


@given(CONTENT, st.integers(1, 30))
def test_batches_hold_every_line_in_order(content: bytes, size: int) -> None:
    lines = list(numbered_lines(io.BytesIO(content), 10))
    cut = list(batches(lines, size))
    whole = [batch for batch in cut if isinstance(batch, Batch)]
    found = [
        pair for batch in whole for pair in zip(batch.numbers, batch.body.split(b"\n")[:-1], strict=True)
    ]
    assert found == [line for line in lines if not isinstance(line, TooLong)]
    assert [each for each in cut if isinstance(each, TooLong)] == [x for x in lines if isinstance(x, TooLong)]
    assert all(batch.size == len(batch.body) for batch in whole)
    assert all(batch.size <= size or len(batch.lines) == 1 for batch in whole)


def test_the_largest_request_fits_the_servers_limit() -> None:
    assert max(BATCH_BYTES, LINE_LIMIT + 1) < BODY_LIMIT


@given(st.lists(st.binary(max_size=5), min_size=2, max_size=9))
def test_halves_are_the_whole(lines: list[bytes]) -> None:
    batch = Batch()
    for number, line in enumerate(lines, 1):
        batch.add(number, line)
    first, second = batch.halves()
    assert first.lines
    assert second.lines
    assert first.body + second.body == batch.body
    assert first.numbers + second.numbers == batch.numbers
    assert first.size + second.size == batch.size
