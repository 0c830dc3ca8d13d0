"""Who is in a canary, whether a release may advance, whether it must be rolled back."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.pass_rate import wilson
from atlas_desktop.domain.releases import (
    ROLLBACK_FROM,
    WINDOW,
    Evidence,
    Gate,
    NoStepError,
    Rate,
    Result,
    evidence,
    must_roll_back,
    next_step,
    place,
    takes,
    why_not,
)

texts = st.text(max_size=30)
percents = st.integers(1, 100)
PII = Gate("ev_pii", 3, 1.0)
JUDGE = Gate("ev_judge", 1, 0.8)


def scored(pii: float | None, judge: float | None = 1.0, version: int = 3) -> Result:
    return Result({"ev_pii": (version, pii), "ev_judge": (1, judge)})


@given(texts, texts, texts)
def test_a_place_is_within_the_hundred_and_always_the_same(release: str, customer: str, caller: str) -> None:
    at = place(release, customer, caller)
    assert 0 <= at < 100
    assert at == place(release, customer, caller)


@given(texts, texts, texts, st.lists(percents, min_size=2))
def test_a_share_that_grows_keeps_everybody_it_has(
    release: str, customer: str, caller: str, shares: list[int]
) -> None:
    at = place(release, customer, caller)
    sides = [takes(percent, at) for percent in sorted(shares)]
    assert sides == sorted(sides), "whoever was in stays in while the percent only grows"
    assert takes(100, at)


@given(st.tuples(texts, texts, texts), st.tuples(texts, texts, texts))
def test_two_lists_of_parts_never_run_into_one(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (place(*one) == place(*other)) == (one == other)


@pytest.mark.parametrize("percent", [1, 10, 50, 90])
def test_a_share_takes_about_as_many_callers_as_it_says(percent: int) -> None:
    many = 20_000
    taken = sum(takes(percent, place("rel_1", "north", f"user {n}")) for n in range(many))
    # Five standard deviations: a fair hash is outside once in two million runs, and this one never changes.
    reach = 5 * (many * percent / 100 * (1 - percent / 100)) ** 0.5
    assert abs(taken - many * percent / 100) < reach


def test_another_release_draws_other_callers() -> None:
    callers = [f"user {n}" for n in range(2_000)]
    first = {caller for caller in callers if takes(10, place("rel_1", "", caller))}
    second = {caller for caller in callers if takes(10, place("rel_2", "", caller))}
    assert len(first & second) < len(first) / 2


scores = st.one_of(st.none(), st.floats(0, 1))
results = st.lists(
    st.one_of(
        st.builds(scored, scores, scores, st.sampled_from([2, 3])),
        st.just(Result({}, failed=True)),
        st.just(Result({})),
    ),
    max_size=60,
)


@given(results)
def test_evidence_counts_every_result_once(found: Sequence[Result]) -> None:
    said = evidence([PII, JUDGE], found)
    failed = sum(result.failed for result in found)
    assert said.rate.failed == failed
    assert failed <= said.rate.judged <= len(found)
    assert 0 <= said.rate.passed <= said.rate.judged - failed
    for figures in said.gates:
        assert figures.good <= figures.samples
        assert (figures.mean is None) == (figures.samples == 0)


@given(results)
def test_scores_of_another_version_say_nothing(found: Sequence[Result]) -> None:
    old = [result for result in found if result.scores.get("ev_pii", (3,))[0] != 3]
    figures = evidence([PII], old).gates[0]
    assert (figures.samples, figures.unscored) == (0, 0)


@given(results, st.integers(1, 20), st.floats(0, 1))
def test_only_green_gates_with_enough_samples_let_it_advance(
    found: Sequence[Result], needed: int, least: float
) -> None:
    said = evidence([PII, JUDGE], found)
    if not why_not(said, needed=needed, min_rate=least):
        for figures in said.gates:
            assert figures.samples >= needed
            assert figures.mean is not None
            assert figures.mean >= figures.gate.min_score
        assert said.rate.share is not None
        assert said.rate.share >= least


def test_a_failure_upstream_is_a_call_that_did_not_pass() -> None:
    found = [scored(1.0)] * 5 + [Result({}, failed=True)] * 5
    said = evidence([PII, JUDGE], found)
    assert said.rate == Rate(5, 10, 5)
    assert all(figures.reason(5) is None for figures in said.gates)
    assert why_not(said, needed=5, min_rate=0.85) == ["pass_rate_unmet"]


def test_why_not_says_all_of_it() -> None:
    few = evidence([PII], [scored(1.0)] * 4)
    assert few.gates[0].reason(5) == "too_few_samples"
    assert why_not(few, needed=5, min_rate=0.85) == ["gates_unmet"]
    low = evidence([PII], [scored(1.0)] * 9 + [scored(0.0)])
    assert low.gates[0].reason(5) == "below"
    assert why_not(low, needed=5, min_rate=0.95) == ["gates_unmet", "pass_rate_unmet"]
    assert why_not(Evidence((), Rate(0, 0, 0)), needed=5, min_rate=0.85) == ["no_ship_gates"]
    nothing = evidence([PII], [])
    assert why_not(nothing, needed=1, min_rate=0.0) == ["gates_unmet", "pass_rate_unmet"]


def test_a_null_score_is_no_failure() -> None:
    said = evidence([PII], [Result({"ev_pii": (3, None)})] * 30)
    assert said.rate.judged == 0
    assert said.gates[0].unscored == 30
    assert not must_roll_back(said.rate, 0.85)


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0, 1))
def test_a_rollback_needs_confidence(passed: int, failed: int, least: float) -> None:
    rate = Rate(passed, passed + failed, 0)
    bounds = wilson(passed, passed + failed)
    expected = passed + failed >= ROLLBACK_FROM and bounds is not None and bounds[1] < least
    assert must_roll_back(rate, least) == expected


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0, 1))
def test_what_may_advance_is_never_rolled_back(passed: int, failed: int, least: float) -> None:
    rate = Rate(passed, passed + failed, 0)
    if rate.share is not None and rate.share >= least:
        assert not must_roll_back(rate, least)


def test_how_long_it_takes_to_roll_back_and_how_often_for_nothing() -> None:
    """Looked at after every call, as the server does: a bad candidate goes soon, a good one stays."""

    def gone_after(true_rate: float, seed: int) -> int | None:
        random, passed = Random(seed), 0
        for judged in range(1, 501):
            passed += random.random() < true_rate
            if must_roll_back(Rate(passed, judged, 0), 0.85):
                return judged
        return None

    bad = [gone_after(0.5, seed) for seed in range(200)]
    assert all(at is not None and at <= 60 for at in bad)
    good = [gone_after(0.95, seed) for seed in range(200)]
    assert sum(at is not None for at in good) <= 2


def test_a_candidate_that_turns_bad_in_prod_goes_soon() -> None:
    """After any number of good calls: only the newest are looked at."""

    def passed(bad: int) -> bool:
        return must_roll_back(Rate(WINDOW - bad, WINDOW, 0), 0.85)

    needed = next(bad for bad in range(WINDOW) if passed(bad))
    assert needed <= 45


@given(percents, st.one_of(st.none(), percents))
def test_from_the_shadow_a_release_goes_to_the_canary(percent: int, asked: int | None) -> None:
    step = next_step("shadow", percent, asked)
    assert (step.act, step.stage, step.percent) == ("advanced", "canary", asked or percent)


@given(percents, st.one_of(st.none(), percents))
def test_a_canary_only_grows(percent: int, asked: int | None) -> None:
    if asked is None:
        step = next_step("canary", percent, None)
        assert (step.act, step.stage) == ("advanced", "prod")
    elif asked > percent:
        step = next_step("canary", percent, asked)
        assert (step.act, step.stage, step.percent) == ("widened", "canary", asked)
    else:
        with pytest.raises(NoStepError, match="percent_shrinks"):
            next_step("canary", percent, asked)


@pytest.mark.parametrize("stage", ["prod", "rolled_back", "superseded"])
def test_what_is_not_open_has_no_next_step(stage: str) -> None:
    with pytest.raises(NoStepError, match="release_not_open"):
        next_step(stage, 10, None)
