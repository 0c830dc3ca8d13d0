import random

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.sync.backoff import Budget, Lanes, delay
from atlas_desktop.sync.pace import Pace

PACE = Pace()


@given(attempts=st.integers(-3, 10_000), seed=st.integers(0, 2**32))
def test_the_delay_is_spread_over_the_whole_window(attempts: int, seed: int) -> None:
    ceiling = min(60.0, 0.5 * 2 ** min(max(attempts, 0), 60))
    wanted = random.Random(seed).uniform(0, ceiling)
    assert delay(attempts, random.Random(seed), PACE) == wanted <= 60.0


@given(
    attempts=st.integers(0, 100),
    seed=st.integers(0, 2**32),
    after=st.floats(allow_nan=True, allow_infinity=True),
)
def test_retry_after_is_a_floor_within_a_day(attempts: int, seed: int, after: float) -> None:
    wait = delay(attempts, random.Random(seed), PACE, after)
    assert 0 <= wait <= max(60.0, PACE.longest_retry_after)
    if after == after:
        assert wait >= min(max(after, 0), PACE.longest_retry_after)


def test_the_budget_pays_for_a_hundred_retries_and_then_says_no() -> None:
    budget = Budget.full(PACE)
    paid = 0
    for _ in range(200):
        budget, enough = budget.spent(timed_out=False)
        paid += enough
    assert paid == 100
    assert budget.tokens == 0


@given(st.lists(st.sampled_from(("ok", "retry", "timeout")), max_size=300))
def test_the_budget_stays_between_nothing_and_full(acts: list[str]) -> None:
    budget = Budget.full(PACE)
    for act in acts:
        before = budget.tokens
        if act == "ok":
            budget = budget.earned()
            assert budget.tokens == min(500, before + 1)
        else:
            cost = 10 if act == "timeout" else 5
            budget, enough = budget.spent(timed_out=act == "timeout")
            assert enough == (before >= cost)
            assert budget.tokens == before - (cost if enough else 0)
        assert 0 <= budget.tokens <= 500


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0, 100)), max_size=30), st.floats(0, 100))
def test_a_lane_waits_for_the_longest_that_was_asked_and_no_other_lane_does(
    holds: list[tuple[int, float]], now: float
) -> None:
    lanes = Lanes()
    for lane, until in holds:
        lanes.hold(lane, until)
    longest = {lane: max(until for name, until in holds if name == lane) for lane, _ in holds}
    assert lanes.waiting(now) == {lane for lane, until in longest.items() if until > now}
    due = [until for until in longest.values() if until > now]
    assert lanes.next_due() == (min(due) if due else None)
