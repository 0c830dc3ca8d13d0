from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.errors import parse_ship_gates
from atlas_desktop.server.promotion_rules import (
    Rule,
    Run,
    ShipGatesRefusal,
    Standing,
    Verdict,
    next_business_day,
    standing,
)

RULE = Rule("ev_a", 2, "A", "regex")
SCORES = st.none() | st.floats(0, 1)
RUNS = st.lists(
    st.builds(
        Run,
        id=st.uuids().map(lambda each: f"evr_{each.hex}"),
        dataset_revision=st.integers(1, 3),
        predictions=st.sampled_from(["expected", "recorded", "m-1"]),
        verdicts=st.dictionaries(
            st.sampled_from(["ev_a", "ev_b"]),
            st.builds(Verdict, st.integers(1, 3), SCORES, st.integers(0, 1)),
            max_size=2,
        ),
    ),
    max_size=5,
)


def run(number: int = 1, revision: int = 3, **more: Any) -> Run:
    said = Verdict(more.pop("version", 2), more.pop("mean", 0.9), more.pop("unscored", 0))
    return Run(f"evr_{number}", revision, more.pop("predictions", "expected"), {"ev_a": said})


def test_the_newest_run_decides() -> None:
    gate = standing(RULE, 0.8, 3, [run(2, mean=0.7), run(1, mean=0.9)])
    assert (gate.met, gate.score, gate.evaluation_id) == (False, 0.7, "evr_2")


def test_a_changed_item_or_evaluator_makes_it_stale() -> None:
    assert standing(RULE, 0.8, 3, [run(revision=2)]).reason == "stale"
    assert standing(RULE, 0.8, 3, [run(version=1)]).reason == "stale"
    assert standing(RULE, 0.8, 3, []).reason == "not_evaluated"


def test_items_without_a_score_do_not_lift_a_gate() -> None:
    gate = standing(RULE, 0.8, 3, [run(mean=1.0, unscored=1)])
    assert (gate.met, gate.score, gate.reason, gate.unscored) == (False, 1.0, "incomplete", 1)


def test_an_embedding_is_judged_by_other_predictions_than_the_expected() -> None:
    near = Rule("ev_a", 2, "A", "embedding_match")
    assert standing(near, 0.8, 3, [run(predictions="expected")]).reason == "not_evaluated"
    assert standing(near, 0.8, 3, [run(predictions="recorded")]).met
    assert standing(RULE, 0.8, 3, [run(predictions="recorded")]).reason == "not_evaluated"


def test_a_gate_holds_at_its_minimum() -> None:
    assert standing(RULE, 0.9, 3, [run(mean=0.9)]).met
    assert not standing(RULE, 0.9000000000000001, 3, [run(mean=0.9)]).met


@given(RUNS, st.sampled_from(["regex", "embedding_match"]), st.floats(0, 1), st.integers(1, 3))
def test_a_gate_is_met_only_by_what_was_said_of_this_revision_and_version(
    runs: list[Run], kind: str, least: float, revision: int
) -> None:
    gate = standing(Rule("ev_a", 2, "A", kind), least, revision, runs)
    if gate.met:
        (used,) = [each for each in runs if each.id == gate.evaluation_id][:1]
        said = used.verdicts["ev_a"]
        assert used.dataset_revision == revision
        assert (said.version, said.unscored, said.mean) == (2, 0, gate.score)
        assert gate.score is not None
        assert gate.score >= least
        assert (used.predictions == "expected") == (kind == "regex")
    else:
        assert gate.reason is not None or (gate.score is not None and gate.score < least)


@given(
    st.lists(
        st.builds(Standing, st.just(RULE), st.floats(0, 1), SCORES, st.sampled_from([None, "stale"])),
        min_size=1,
    )
)
def test_the_client_reads_every_refusal(gates: list[Standing]) -> None:
    refusal = ShipGatesRefusal("ds_1", gates)
    read = parse_ship_gates(orjson.loads(refusal.body()))
    assert refusal.status == 400
    assert read is not None
    unmet = [gate for gate in gates if not gate.met]
    assert [(gate.score, gate.min_score, gate.reason) for gate in read.failed_gates] == [
        (gate.score, gate.min_score, gate.reason) for gate in unmet
    ]
    assert f"{len(unmet)} of {len(gates)}" in read.message


@given(st.timedeltas(timedelta(0), timedelta(days=365)))
def test_the_next_business_day_is_no_weekend_and_no_later_than_needed(passed: timedelta) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + passed
    answer = next_business_day(moment)
    assert answer.weekday() < 5
    assert timedelta(days=1) <= answer - moment <= timedelta(days=3)
    assert answer.time() == moment.time()
    assert all((moment + timedelta(days=n)).weekday() > 4 for n in range(1, (answer - moment).days))
