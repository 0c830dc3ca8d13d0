"""Quantities and moments: one spelling each, and what the store compares."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.filter.quantities import amount, instant, measure, moment

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("text", "canonical", "ms"),
    [
        ("2s", "2s", 2000), ("2000ms", "2s", 2000), ("0.5s", "500ms", 500), ("1.5S", "1.5s", 1500),
        ("2min", "120s", 120_000), (".25ms", "0.25ms", 0.25), ("0s", "0ms", 0), ("1500000ms", "1500s", 1_500_000),
    ],
)  # fmt: skip
def test_a_latency_has_one_spelling(text: str, canonical: str, ms: float) -> None:
    assert amount("latency", text) == canonical
    assert measure("latency", canonical) == ms


@pytest.mark.parametrize("text", ["", "s", "2", "2 s", "-2s", "2h", "1e3s", "$2s", "2ss", "٢s"])
def test_other_texts_are_no_latency(text: str) -> None:
    assert amount("latency", text) is None


@given(st.decimals(0, 10**10, places=4), st.sampled_from(("latency", "cost", "size")))
def test_a_canonical_spelling_is_its_own_and_means_the_same(number: object, field: str) -> None:
    unit = {"latency": "ms", "cost": "", "size": "B"}[field]
    spelled = amount(field, f"{number:f}{unit}")  # type: ignore[arg-type]
    assert spelled is not None
    assert amount(field, spelled) == spelled  # type: ignore[arg-type]
    assert measure(field, spelled) == pytest.approx(float(number))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("7d", "2026-11-13T09:30:00+01:00"), ("24h", "2026-11-19T09:30:00+01:00"),
        ("2w", "2026-11-06T09:30:00+01:00"), ("today", "2026-11-20T00:00:00+01:00"),
        ("Yesterday", "2026-11-19T00:00:00+01:00"), ("2026-11-01", "2026-11-01T00:00:00+01:00"),
        ("2026-11-01t09:05", "2026-11-01T09:05:00+01:00"), ("99999w", "0110-05-16T09:30:00+01:00"),
    ],
)  # fmt: skip
def test_a_moment_is_seen_from_now(text: str, at: str) -> None:
    spelled = moment(text)
    assert spelled is not None
    assert instant(spelled, NOW) == datetime.fromisoformat(at)


@pytest.mark.parametrize(
    "text", ["", "d", "0d", "7", "7y", "-7d", "2026-02-30", "2026-11", "26-11-01", "later", "٧d"]
)
def test_other_texts_are_no_moment(text: str) -> None:
    assert moment(text) is None


@given(st.text(max_size=12))
def test_no_text_breaks_them(text: str) -> None:
    amount("cost", text)
    if (spelled := moment(text)) is not None:
        instant(spelled, NOW.astimezone(UTC))
