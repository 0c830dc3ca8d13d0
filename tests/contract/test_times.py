"""Moments: UTC with milliseconds on the wire, whatever came in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from atlas_desktop.contract.base import Timestamp, format_time, parse_time

zones = st.builds(timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23))) | st.just(UTC)
# A day inside the ends: the zone's offset may not push a moment out of the calendar.
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001
timestamp: TypeAdapter[datetime] = TypeAdapter(Timestamp)


@given(moments)
def test_what_is_written_reads_back_to_the_millisecond(moment: datetime) -> None:
    text = format_time(moment)
    assert len(text) == len("2026-11-20T06:09:56.123Z")
    assert timedelta(0) <= moment - parse_time(text) < timedelta(milliseconds=1)
    assert parse_time(text).tzinfo is UTC


@given(moments, moments)
def test_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    if one < other:
        assert format_time(one) <= format_time(other)


@given(moments)
def test_models_write_the_same(moment: datetime) -> None:
    assert timestamp.dump_json(timestamp.validate_python(moment)).decode() == f'"{format_time(moment)}"'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-20T06:09:56.123456Z", "2026-11-20T06:09:56.123Z"),
        ("2026-11-20T06:09:56+02:00", "2026-11-20T04:09:56.000Z"),
        ("2026-11-20 06:09:56", "2026-11-20T06:09:56.000Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_known_times(text: str, written: str) -> None:
    assert format_time(parse_time(text)) == written


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"]
)
def test_what_is_no_time_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_time(text)
    with pytest.raises(ValidationError):
        timestamp.validate_python(text)
