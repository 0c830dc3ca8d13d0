"""Which failures may be repeated, and when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.api.errors import BadAddress, NoAnswer, NotSent, Redirected, TlsFailure, Unreadable
from atlas_desktop.api.refusals import refusal_error
from atlas_desktop.api.retry import delay, is_retryable, parse_retry_after

NOW = "Fri, 20 Nov 2026 06:09:00 GMT"


@pytest.mark.parametrize(
    ("error", "idempotent", "blind"),
    [
        (NotSent("x"), True, True),
        (NoAnswer("x"), True, False),
        (Unreadable("x"), True, False),
        (TlsFailure("x"), False, False),
        (Redirected("x", host="y"), False, False),
        (BadAddress("x"), False, False),
    ],
)
def test_failures_without_a_status(error: Exception, idempotent: bool, blind: bool) -> None:
    assert is_retryable(error, idempotent=True) is idempotent  # type: ignore[arg-type]
    assert is_retryable(error, idempotent=False) is blind  # type: ignore[arg-type]


def test_statuses() -> None:
    def which(idempotent: bool) -> set[int]:
        return {
            status
            for status in range(400, 600)
            if is_retryable(refusal_error(status, {}, b"", None), idempotent=idempotent)
        }

    assert which(True) == {408, 425, 429, 500, 502, 503, 504}
    assert which(False) == {408, 425, 429, 503}


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        (None, NOW, None),
        ("7", None, 7.0),
        ("0", None, 0.0),
        ("1.5", None, 1.5),
        ("-5", None, None),
        ("soon", NOW, None),
        ("", NOW, None),
        ("1e400", None, None),
        ("٣", None, 3.0),
        ("99999999999", None, 86400.0),
        ("Fri, 20 Nov 2026 06:10:30 GMT", NOW, 90.0),
        ("Fri, 20 Nov 2026 06:08:00 GMT", NOW, 0.0),
        ("Fri, 20 Nov 2026 06:10:30 GMT", None, None),
        ("Fri, 20 Nov 2026 06:10:30 GMT", "never", None),
    ],
)
def test_retry_after(value: str | None, date: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, date) == seconds


@given(st.text(), st.none() | st.text() | st.just(NOW))
def test_no_header_breaks_it(value: str, date: str | None) -> None:
    seconds = parse_retry_after(value, date)
    assert seconds is None or (math.isfinite(seconds) and 0 <= seconds <= 86400)


@given(st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1000))
def test_delays_grow_to_a_minute_above_what_was_asked(attempt: int, draw: float, floor: float | None) -> None:
    seconds = delay(attempt, draw, floor)
    assert (floor or 0) <= seconds <= (floor or 0) + min(60, 0.5 * 2 ** min(attempt, 20))
