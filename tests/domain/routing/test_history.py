"""Quarantine and probing: when a variant is avoided, and how it comes back."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.domain.routing.history import (
    ENOUGH,
    FEW,
    FIRST_PROBE_SECONDS,
    LONGEST_WAIT_SECONDS,
    NEXT_PROBE_SECONDS,
    PROBES,
    REMEMBERED_SECONDS,
    WINDOW,
    Bar,
    Outcome,
    track_of,
)
from atlas_desktop.domain.routing.model import Track

NOW = 1_800_000_000.0
BAR = Bar("ev_a", 2, 0.8)
OTHER = Bar("ev_b", 1, 1.0)


def outcome(at: float, score: float | None, version: int = 2, **more: tuple[int, float | None]) -> Outcome:
    return Outcome(NOW - 3600 + at, {"ev_a": (version, score), **more})


def course(*scores: float | None, at: float = 0) -> list[Outcome]:
    """One call a second."""
    return [outcome(at + number, score) for number, score in enumerate(scores)]


def track(outcomes: Sequence[Outcome], *bars: Bar, now: float = NOW) -> Track:
    found = track_of(outcomes, bars or (BAR,), now)
    assert found is not None
    return found


def test_nothing_that_counts_is_no_track() -> None:
    assert track_of([], [BAR], NOW) is None
    assert track_of(course(1.0, 1.0), [], NOW) is None
    assert track_of(course(None, None), [BAR], NOW) is None
    assert track_of([outcome(0, 0.0, version=1)] * 30, [BAR], NOW) is None


def test_enough_good_scores_pass() -> None:
    assert track(course(*[0.9] * (ENOUGH - 1))).state == "learning"
    assert track(course(*[0.9] * ENOUGH)).state == "passing"


def test_every_gate_has_to_have_enough() -> None:
    seen = [outcome(n, 0.9, ev_b=(1, 1.0 if n else None)) for n in range(ENOUGH)]
    assert track(seen, BAR, OTHER).state == "learning"
    assert track([*seen, outcome(99, 0.9, ev_b=(1, 1.0))], BAR, OTHER).state == "passing"


def test_a_mean_at_the_bar_passes_and_one_below_is_quarantined() -> None:
    """0.8 fifty times over is a bit less than 0.8 in binary."""
    assert track(course(*[0.8] * WINDOW)).state == "passing"
    fallen = track(course(*[0.8] * (WINDOW - 1), 0.79))
    assert fallen.state == "quarantined"
    assert fallen.since == NOW - 3600 + WINDOW - 1
    assert fallen.probe_at == fallen.since + FIRST_PROBE_SECONDS


def test_a_few_bad_answers_are_no_verdict() -> None:
    assert track(course(*[0.0] * (FEW - 1))).state == "learning"
    assert track(course(*[0.0] * FEW)).state == "quarantined"


def test_only_the_newest_count() -> None:
    assert track(course(*[1.0] * 500, *[0.3] * (WINDOW // 2))).state == "quarantined"


def test_null_is_no_failure() -> None:
    assert track(course(*[1.0, None] * ENOUGH)).state == "passing"
    assert track(course(*[1.0] * FEW, *[None] * 200)).state == "learning"


def test_scores_of_another_version_of_the_evaluator_count_nowhere() -> None:
    old = [outcome(n, 0.0, version=1) for n in range(30)]
    assert track([*old, *course(*[1.0] * ENOUGH, at=40)]).state == "passing"


def test_a_tightened_gate_looks_at_the_same_scores_anew() -> None:
    seen = course(*[0.85] * ENOUGH)
    assert track(seen).state == "passing"
    assert track(seen, BAR._replace(min_score=0.9)).state == "quarantined"


def test_what_is_old_is_forgotten() -> None:
    bad = course(*[0.0] * FEW)
    assert track_of(bad, [BAR], NOW + REMEMBERED_SECONDS) is None


FALLEN = course(*[0.0] * FEW)
DUE = FEW - 1 + FIRST_PROBE_SECONDS


def test_calls_under_way_when_it_was_quarantined_prove_nothing() -> None:
    """Three hundred at once would make the next try days away."""
    under_way = [outcome(FEW + n, 0.0) for n in range(300)]
    assert track([*FALLEN, *under_way]).probe_at == track(FALLEN).probe_at
    recovered = [outcome(FEW + n, 1.0) for n in range(300)]
    assert track([*FALLEN, *recovered]).state == "quarantined"


def test_probes_that_pass_end_it_and_it_passes_again() -> None:
    tried = [outcome(DUE + n * NEXT_PROBE_SECONDS, 1.0) for n in range(PROBES)]
    waiting = track([*FALLEN, *tried[:-1]])
    assert (waiting.state, waiting.probes) == ("quarantined", PROBES - 1)
    back = track([*FALLEN, *tried])
    assert (back.state, back.probe_at, back.means) == ("passing", None, {"ev_a": 1.0})


def test_a_probe_that_fails_makes_the_next_wait_twice_as_long() -> None:
    seen = list(FALLEN)
    at, waits = DUE, []
    for _ in range(12):
        seen.append(Outcome(NOW - 3600 + at, {"ev_a": (2, 0.0)}))
        found = track_of(seen, [BAR], NOW)
        assert found is not None
        assert found.probe_at is not None
        waits.append(found.probe_at - seen[-1].at)
        at += waits[-1]
    assert waits[:3] == [FIRST_PROBE_SECONDS * 2, FIRST_PROBE_SECONDS * 4, FIRST_PROBE_SECONDS * 8]
    assert waits[-1] == LONGEST_WAIT_SECONDS


def test_a_probe_that_fails_takes_back_those_before() -> None:
    tried = [outcome(DUE, 1.0), outcome(DUE + 30, 1.0), outcome(DUE + 60, 0.5), outcome(DUE + 1300, 1.0)]
    found = track([*FALLEN, *tried])
    assert (found.state, found.probes) == ("quarantined", 1)


def test_one_gate_below_is_enough() -> None:
    seen = [outcome(n, 1.0, ev_b=(1, 0.0 if n == 7 else 1.0)) for n in range(30)]
    assert track(seen, BAR).state == "passing"
    assert track(seen, BAR, OTHER).state == "quarantined"


def _slowly(outcomes: list[Outcome], bars: list[Bar]) -> str:
    """The same rules, on whole lists."""
    windows: list[dict[str, float]] = []
    due: float | None = None
    failed, probes, sure = 0, list[dict[str, float]](), False
    for each in outcomes:
        scores = {
            bar.evaluator_id: score
            for bar in bars
            if (found := each.scores.get(bar.evaluator_id)) and found[0] == bar.version
            if (score := found[1]) is not None
        }
        if not scores:
            continue
        if due is None:
            windows.append(scores)
            for bar in bars:
                last = [w[bar.evaluator_id] for w in windows if bar.evaluator_id in w][-WINDOW:]
                if len(last) >= FEW and sum(last) / len(last) < bar.min_score - 1e-9:
                    due, failed, probes = each.at + FIRST_PROBE_SECONDS, 1, []
                    break
        elif each.at >= due:
            if all(scores.get(bar.evaluator_id, 1.0) >= bar.min_score - 1e-9 for bar in bars):
                probes.append(scores)
                due = each.at + NEXT_PROBE_SECONDS
                if len(probes) == PROBES:
                    due, windows, sure = None, probes, True
            else:
                due = each.at + min(LONGEST_WAIT_SECONDS, FIRST_PROBE_SECONDS * 2**failed)
                failed, probes = failed + 1, []
    if due is not None:
        return "quarantined"
    counts = [sum(bar.evaluator_id in each for each in windows) for bar in bars]
    return "passing" if min(counts) >= (1 if sure else ENOUGH) else "learning"


SCORES = st.sampled_from((None, 0.0, 0.5, 0.8, 0.9, 1.0, 1.0, 1.0))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from((1.0, 40.0, 700.0)), SCORES, SCORES, st.integers(1, 2)), max_size=150),
    st.sampled_from(([BAR], [BAR, OTHER])),
)
def test_it_stands_as_the_rules_written_once_more(
    steps: list[tuple[float, float | None, float | None, int]], bars: list[Bar]
) -> None:
    at = NOW - 200_000
    outcomes = []
    for gap, first, second, version in steps:
        at += gap
        outcomes.append(Outcome(at, {"ev_a": (2, first), "ev_b": (version, second)}))
    found = track_of(outcomes, bars, NOW)
    if found is None:
        assert all(
            (score := each.scores[bar.evaluator_id])[1] is None or score[0] != bar.version
            for each in outcomes
            for bar in bars
        )
        return
    assert found.state == _slowly(outcomes, bars)


@pytest.mark.parametrize("scores", [[], [0.0] * 3, [1.0] * 200, [1.0] * 30 + [0.0] * 30])
def test_a_quarantined_one_always_has_a_time_to_be_tried_again(scores: list[float]) -> None:
    found = track_of(course(*scores), [BAR], NOW)
    if found is not None:
        assert (found.state == "quarantined") == (found.probe_at is not None) == (found.since is not None)
