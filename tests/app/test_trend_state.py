"""What follows from a choice alone: threshold, points, the events that are told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from atlas_desktop.app.trend_state import DEFAULT_THRESHOLD, Choice, Event, TrendState, bucket_for, is_fit
from atlas_desktop.app.trends import threshold_of
from atlas_desktop.contract.operations import Operation, ShipGate
from atlas_desktop.domain.buckets import Bucket, Period
from atlas_desktop.domain.query import Query, Term


def operation(key: str, *least: float) -> Operation:
    gates = [ShipGate(evaluator_id=f"ev_{at}", min_score=score) for at, score in enumerate(least)]
    return Operation(id=f"op_{key}", key=key, name=key, registration="defined", ship_gates=gates)


def test_events_of_operations_that_are_left_out_are_not_told() -> None:
    names = ("tickets", "tickets2", "invoices", "")
    state = TrendState(events=tuple(Event(at, "schema", "2", name) for at, name in enumerate(names)))

    def told(*terms: Term) -> list[str]:
        shown = replace(state, shown=Choice(query=Query(terms)))
        return [each.operation for each in shown.noted]

    assert told() == list(names)
    assert told(Term("operation", "tickets")) == ["tickets", ""]
    assert told(Term("operation", "ticket")) == ["tickets", "tickets2", ""]
    assert told(Term("operation", "tickets", "starts")) == ["tickets", "tickets2", ""]
    assert told(Term("operation", "tickets", negated=True)) == ["tickets2", "invoices", ""]
    assert told(Term("operation", "", "none")) == [""]


@pytest.mark.parametrize(
    ("choice", "origin", "value"),
    [
        (Choice(), "default", DEFAULT_THRESHOLD),
        (Choice(query=Query(operation="op")), "gate", 0.9),
        (Choice(query=Query(operation="op"), threshold=0.5), "hand", 0.5),
        (Choice(query=Query(operation="none")), "default", DEFAULT_THRESHOLD),
        (Choice(query=Query([Term("operation", "op", negated=True)])), "default", DEFAULT_THRESHOLD),
        (
            Choice(query=Query([Term("operation", "op"), Term("operation", "none")])),
            "default",
            DEFAULT_THRESHOLD,
        ),
    ],
)
def test_the_threshold_is_the_strictest_gate_of_the_one_operation(
    choice: Choice, origin: str, value: float
) -> None:
    found = threshold_of(choice, [operation("op", 0.8, 0.9), operation("none")])
    assert (found.origin, found.value) == (origin, value)


@pytest.mark.parametrize(
    ("days", "bucket"), [(1, "hour"), (2, "hour"), (7, "day"), (90, "day"), (365, "week")]
)
def test_a_point_stands_for_as_much_as_the_period_asks_for(days: int, bucket: str) -> None:
    assert bucket_for(Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1)).days) == bucket


@pytest.mark.parametrize(
    ("bucket", "days", "fits"),
    [(None, 1, True), ("day", 3650, True), ("hour", 41, True), ("hour", 42, False), ("week", 7, False), ("week", 8, True)],
)  # fmt: skip
def test_a_point_that_is_chosen_must_suit_the_days(bucket: Bucket | None, days: int, fits: bool) -> None:
    assert is_fit(bucket, days) is fits
