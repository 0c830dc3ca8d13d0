"""What the Usage area computes: sums, days, a table that a spreadsheet opens harmlessly."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.usage import period_of, query_of
from atlas_desktop.app.usage_state import UsageChoice, Used, total_used, usage_csv, used_of
from atlas_desktop.contract.analytics import UsageRow
from atlas_desktop.domain.buckets import Period
from atlas_desktop.domain.money import NANO

NANOS = st.integers(0, 2**52 - 1)
ROWS = st.builds(
    Used,
    group=st.none() | st.text(min_size=1, max_size=20),
    calls=st.integers(0, 10**9),
    refunded_calls=st.integers(0, 10**6),
    prompt_tokens=st.integers(0, 10**12),
    completion_tokens=st.integers(0, 10**12),
    gross=NANOS,
    refunded=NANOS,
    refunded_prompt_tokens=st.integers(0, 10**12),
    refunded_completion_tokens=st.integers(0, 10**12),
)


@given(st.lists(ROWS, max_size=6))
def test_the_table_adds_up_and_holds_no_formula(rows: list[Used]) -> None:
    read = list(csv.reader(io.StringIO(usage_csv("customer", rows), newline="")))
    assert read[0][0] == "customer"
    assert len(read) == len(rows) + 1
    total = total_used(rows)
    assert sum(Decimal(row[5]) for row in read[1:]) * NANO == total.gross
    assert sum(Decimal(row[7]) for row in read[1:]) * NANO == total.net
    assert sum(int(row[8]) for row in read[1:]) == total.refunded_prompt_tokens
    assert not [row[0] for row in read[1:] if row[0][:1] in ("=", "+", "@", "|", "%")]


@given(NANOS, NANOS)
def test_what_the_server_says_is_exact(gross: int, refunded: int) -> None:
    row = UsageRow(
        group="a", calls=1, prompt_tokens=1, completion_tokens=1,
        gross_usd=gross / NANO, refunded_usd=refunded / NANO, net_usd=(gross - refunded) / NANO,
    )  # fmt: skip
    assert (used_of(row).gross, used_of(row).refunded) == (gross, refunded)


def test_days_are_whole_where_the_reader_is_also_when_the_clock_is_changed() -> None:
    zone = ZoneInfo("Europe/Berlin")
    period = Period(date(2026, 10, 25), date(2026, 10, 25))
    asked = query_of(UsageChoice("model", "any", period), period, zone)
    assert asked.from_ is not None
    assert asked.to is not None
    assert (asked.to - asked.from_).total_seconds() == 25 * 3600
    assert asked.group_by == "model"
    assert query_of(UsageChoice("model", "any"), None, zone).from_ is None


def test_so_many_days_end_with_today() -> None:
    now = datetime(2026, 11, 20, 23, 59, tzinfo=ZoneInfo("Europe/Berlin"))
    period = period_of(UsageChoice("customer", "7d"), now, ZoneInfo("Europe/Berlin"))
    assert period == Period(date(2026, 11, 14), date(2026, 11, 20))
