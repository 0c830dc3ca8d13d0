"""When a call of tier batch is tried again."""

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.batch import LATER_MS, PATIENCE_MS, next_try

TAKEN = 1_700_000_000_000


@given(st.integers(0, 2 * PATIENCE_MS), st.integers(0, 10_000))
def test_a_try_is_later_but_within_the_promise(after: int, attempts: int) -> None:
    now = TAKEN + after
    due = next_try(TAKEN, now, attempts)
    if after >= PATIENCE_MS:
        assert due is None
    else:
        assert due is not None
        assert now < due <= min(now + LATER_MS, TAKEN + PATIENCE_MS)


def test_a_job_that_always_fails_is_given_up_after_a_day_and_not_after_hundreds_of_tries() -> None:
    now, tries = TAKEN, 0
    while (due := next_try(TAKEN, now, tries)) is not None:
        now, tries = due, tries + 1
    assert now == TAKEN + PATIENCE_MS
    assert 20 < tries < 40
