"""What is said of releases and refunds."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.release_state import Hindrance, ReleasesState
from atlas_desktop.contract.refunds import RefundRow
from atlas_desktop.contract.releases import (
    Release,
    ReleaseGate,
    ReleaseRate,
    ReleaseStanding,
    ReleaseStep,
    ReleaseTraffic,
)
from atlas_desktop.ui.pages.operations.releases.begin_form import whole_number
from atlas_desktop.ui.pages.operations.releases.words import (
    gate_verdict,
    history_lines,
    percent_text,
    stage_title,
    stage_words,
    traffic_words,
    why_words,
)
from atlas_desktop.ui.pages.operations.usage.refund_words import score_pair

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def gate(**fields: Any) -> ReleaseGate:
    known = {"evaluator_id": "ev", "evaluator_version": 1, "name": "Rule", "kind": "regex", "min_score": 0.9}
    return ReleaseGate(**{**known, **fields})


def release(*gates: ReleaseGate, why_not: tuple[str, ...] = (), judged: int = 0, **fields: Any) -> Release:
    rate = ReleaseRate(min_rate=0.85, judged=judged, rate=0.5 if judged else None, low=0.4, high=0.6)
    known = {
        "id": "rel_1", "operation_id": "extract", "model": "a/b", "stage": "shadow", "open": True, "percent": 10,
        "shadow_percent": 100, "min_samples": 50, "min_pass_rate": 0.85, "created_by": "me", "created_at": NOW,
        "since": NOW,
        "standing": ReleaseStanding(
            gates=list(gates), rate=rate, why_not=list(why_not), may_advance=not why_not
        ),
    }  # fmt: skip
    return Release(**{**known, **fields})


def state(at_hand: Release | None, **fields: Any) -> ReleasesState:
    return replace(ReleasesState("extract", "ready", at_hand=at_hand, online=True), **fields)


FEW = gate(samples=12, needed=50, reason="too_few_samples")
LOW = gate(name="Other", samples=60, needed=50, mean=0.81, reason="below")


@pytest.mark.parametrize(
    ("shown", "hindrance", "words"),
    [
        (state(None), "no_release", ""),
        (state(release(gate(met=True))), "nothing", ""),
        (state(release(gate(met=True)), online=False), "away", "nothing is put off"),
        (state(release(gate(met=True)), acting=True), "acting", "Asking the server"),
        (state(release(FEW, why_not=("gates_unmet",))), "waiting", "Not enough scores yet: Rule (38 more scores needed)"),
        (state(release(FEW, LOW, why_not=("gates_unmet",))), "gates_unmet", "2 of 2 gates are not met: Rule (38 more scores needed), Other (0.09 below)"),
        (state(release(gate(met=True), why_not=("pass_rate_unmet",), judged=60)), "pass_rate_unmet", "Too few calls pass: 50 % (40 to 60 %)"),
        (state(release(gate(met=True), why_not=("pass_rate_unmet",))), "waiting", "No call is judged yet"),
        (state(release(why_not=("no_ship_gates",))), "no_ship_gates", "you are asked first"),
        (state(release(stage="rolled_back", open=False)), "not_open", ""),
        (state(release(stage="rolled_back", open=False), online=False), "not_open", ""),
        (state(release(stage="prod", open=False)), "not_open", ""),
        (state(release(stage="prod", open=False), online=False), "away", "nothing is put off"),
    ],
)  # fmt: skip
def test_why_it_cannot_go_on_is_said(shown: ReleasesState, hindrance: Hindrance, words: str) -> None:
    assert shown.hindrance == hindrance
    said = why_words(shown)
    assert words in said
    assert bool(said) == bool(words)


def test_a_gate_says_what_it_waits_for() -> None:
    assert gate_verdict(gate(met=True)) == ("good", "", "good")
    assert gate_verdict(FEW) == ("pending", "38 more scores needed", "muted")
    assert gate_verdict(LOW) == ("bad", "0.09 below", "bad")
    assert gate_verdict(gate(reason="something new"))[1] == "not met"


def test_the_canary_has_the_share_it_had() -> None:
    step = ReleaseStep(act="advanced", from_stage="shadow", to_stage="canary", percent=10, at=NOW, actor="x")
    assert (
        stage_title(release(stage="prod", open=False, percent=100, steps=[step]), "canary") == "Canary 10 %"
    )
    assert stage_title(release(percent=25), "canary") == "Canary 25 %"
    assert stage_title(release(percent=25), "prod") == "Production"


def test_what_a_newer_server_says_is_shown_by_its_name() -> None:
    step = ReleaseStep(act="paused_by_owner", to_stage="limbo_state", at=NOW, actor="x")
    lines = history_lines([release(stage="limbo_state", steps=[step])])
    assert lines[0].figure == "limbo state"
    assert lines[1].title == "paused by owner"
    assert stage_words("limbo_state") == "limbo state"


@given(st.integers(0, 99_999), st.integers(1, 10_000))
def test_a_refunded_score_is_seen_to_be_below(hundred_thousandths: int, ten_thousandths: int) -> None:
    score, least = hundred_thousandths / 100_000, ten_thousandths / 10_000
    score = score if score < least else least - 0.00001
    row = RefundRow(
        call_id="c", operation_id="o", customer="k", model="m", reason="r", evaluator_id="e", evaluator_version=1,
        score=score, min_score=least, amount_nano=1, amount_usd=1e-9, created_at=NOW,
    )  # fmt: skip
    shown, bound = score_pair(row)
    assert float(bound) == pytest.approx(least)
    assert float(shown) < float(bound)


@given(st.text(max_size=8))
def test_a_number_is_in_its_range_or_none(text: str) -> None:
    found = whole_number(text, 100)
    assert found is None or 1 <= found <= 100


def test_percents() -> None:
    assert (percent_text(1.0), percent_text(0.919), percent_text(0.85)) == ("100", "91.9", "85")
    assert (whole_number("25 %", 100), whole_number("0", 100), whole_number("٣", 100)) == (25, None, None)


def test_what_the_candidate_failed_of_is_said_in_words() -> None:
    one = ReleaseTraffic(stage="prod", calls=2, failures={"provider_unreachable": 2})
    assert traffic_words(one).endswith("2 failed: The provider could not be reached")
    more = ReleaseTraffic(stage="prod", calls=9, failures={"provider_timeout": 2, "some_new_thing": 1})
    assert traffic_words(more).endswith("3 failed: The provider took too long (2), some new thing (1)")
