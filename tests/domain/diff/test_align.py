"""Which parts of two sequences are the same."""

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.diff.align import align, common_end, common_start

letters = st.text("abcdefghijkl", max_size=200)


@given(letters, letters, st.sampled_from([0, 10, 1_000, 1_000_000]))
def test_runs_are_equal_and_in_order_whatever_the_work_allowed(first: str, second: str, most: int) -> None:
    at = other = 0
    for a, b, length in align(first, second, most):
        assert a >= at
        assert b >= other
        assert length > 0
        assert first[a : a + length] == second[b : b + length]
        at, other = a + length, b + length


@given(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=100, max_size=300), st.integers(0, 99), letters
)
def test_without_work_it_still_finds_what_surrounds_a_change(text: str, at: int, inserted: str) -> None:
    changed = text[:at] + inserted + text[at:]
    assert sum(length for *_, length in align(text, changed, 0)) == len(text)


def test_stretches_that_moved_are_found_where_most_stays() -> None:
    first, second = "".join(map(chr, range(100, 130))), "".join(map(chr, range(200, 260)))
    assert align(first + second, second + first, 0) == [(len(first), 0, len(second))]


@given(letters, letters, st.integers(0, 20), st.integers(0, 20))
def test_common_start_and_end(first: str, second: str, at: int, other: int) -> None:
    at, other = min(at, len(first)), min(other, len(second))
    same = common_start(first, second, at, other)
    assert first[at : at + same] == second[other : other + same]
    assert first[at + same : at + same + 1] != second[other + same : other + same + 1] or (
        at + same == len(first) and other + same == len(second)
    )
    same = common_end(first, second, at, other, 15)
    assert first[at - same : at] == second[other - same : other]
    assert same == min(at, other, 15) or first[at - same - 1] != second[other - same - 1]
