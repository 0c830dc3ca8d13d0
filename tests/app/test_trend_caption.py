from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from atlas_desktop.app.trend_caption import caption, percent
from atlas_desktop.app.trend_state import Choice, Threshold, TrendState
from atlas_desktop.domain.buckets import Bucket, Period, edges
from atlas_desktop.domain.pass_rate import Counts, Line, Series
from atlas_desktop.domain.query import OLDEST, Query

NOW = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
DAYS = Period(date(2026, 10, 24), date(2026, 11, 20))


def state(query: Query | None = None, *, bucket: Bucket = "day", unsent: int = 0) -> TrendState:
    found = edges(DAYS, bucket, ZoneInfo("Asia/Kolkata"))
    few = [Counts()] * (len(found) - 2)
    lines = (Line("north", (Counts(1000, 600, 300, 50, 50), *few)), Line("south", (Counts(1, 0, 0), *few)))
    choice = Choice(query=query or Query())
    return TrendState(choice, choice, Series("customer", bucket, "Asia/Kolkata", found, lines, unsent))


def said(of: TrendState, lines: int = 2) -> str:
    assert of.series is not None
    return "\n".join(caption(of, of.series.lines[:lines], "Northwind", NOW).all)


def test_it_says_what_the_chart_is_of() -> None:
    words = said(state(Query(operation="extract_revenue", text="net of tax")))
    assert words.splitlines()[0] == "Pass rate by customer"
    assert "2026-10-24 to 2026-11-20 by day, Asia/Kolkata" in words
    assert "Filter: operation:extract_revenue" in words
    assert "1,001 calls, 1,000 evaluated (by scores, else ratings)" in words
    assert "Threshold 85 %" in words
    assert "computer's copy of Northwind, 2026-11-20 13:05 UTC" in words


def test_no_filter_is_all_calls_and_an_order_is_no_filter() -> None:
    assert "All calls" in said(state())
    assert "All calls" in said(state(Query(sort=OLDEST)))


def test_what_is_left_out_is_said_and_what_was_not_sent() -> None:
    words = said(state(unsent=2), lines=1)
    assert "1 of 2 lines" in words
    assert "2 ratings of yours not sent yet" in words
    assert "1,000 calls, 1,000 evaluated" in words


def test_weeks_are_whole() -> None:
    assert "2026-10-19 to 2026-11-22 by week" in said(state(bucket="week"))


def test_the_gate_is_named() -> None:
    of = state()
    gated = TrendState(of.choice, of.shown, of.series, threshold=Threshold(0.925, "gate", "Strict JSON"))
    assert "Threshold 92.5 % (gate Strict JSON)" in said(gated)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.85, "85 %"), (0.887, "88.7 %"), (1, "100 %"), (0, "0 %"), (0.99996, "99.9 %"), (0.00001, "0.1 %"), (1 / 3, "33.3 %")],
)  # fmt: skip
def test_a_share_is_not_rounded_up_to_all_of_it(share: float, words: str) -> None:
    assert percent(share) == words
