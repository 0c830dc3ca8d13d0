import csv
import io
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.buckets import Bucket, Period, edges
from atlas_desktop.domain.exporting.csv_text import plain_cell
from atlas_desktop.domain.exporting.trend import trend_csv
from atlas_desktop.domain.pass_rate import NOTHING, Counts, Line, Series

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ["north", '=HYPERLINK("http://x")', "a\r\nb", "'quoted", "-1+2", None]

counts = st.one_of(st.just(NOTHING), st.builds(Counts, st.just(99), *(st.integers(0, 20) for _ in range(4))))


def series(lines: dict[str | None, list[Counts]], days: Period, bucket: Bucket = "day") -> Series:
    found = edges(days, bucket, BERLIN)
    filled = [
        Line(name, tuple((each + [NOTHING] * len(found))[: len(found) - 1])) for name, each in lines.items()
    ]
    return Series("customer", bucket, "Europe/Berlin", found, tuple(filled))


def table(made: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """The caption, and the rows."""
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    asides = [row[0].removeprefix("# ") for row in rows if row[0].startswith("# ")]
    head, *body = rows[len(asides) :]
    return asides, [dict(zip(head, row, strict=True)) for row in body]


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(counts, max_size=9), min_size=1))
def test_every_point_is_a_row_with_its_numbers(lines: dict[str | None, list[Counts]]) -> None:
    made = series(lines, Period(date(2026, 10, 22), date(2026, 10, 28)))
    caption, rows = table(trend_csv(made, made.lines, ["Of all"], threshold=0.85, veil=False))
    assert caption == ["Of all"]
    assert len(rows) == len(made.lines) * 7
    expected = [(line.group, each) for line in made.lines for each in line.counts]
    for row, (group, point) in zip(rows, expected, strict=True):
        assert plain_cell(row["customer"]) == (group or "")
        assert int(row["calls"]) == point.calls
        assert int(row["evaluated"]) == point.evaluated
        assert int(row["by_scores"]) + int(row["by_ratings"]) == point.evaluated
        assert (row["pass_rate"] == "") == (point.evaluated == 0)
        if point.rate is not None:
            assert abs(float(row["pass_rate"]) - point.rate) < 1e-6
            assert float(row["low_95"]) <= float(row["pass_rate"]) <= float(row["high_95"])


def test_nothing_in_it_is_a_formula() -> None:
    made = series({name: [] for name in NAMES}, Period(date(2026, 3, 1), date(2026, 3, 1)))
    raw = trend_csv(made, made.lines, ["=1+1", "@SUM(A1)"], threshold=0.85, veil=False)
    for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell[:1] in "=+-@" and cell]


def test_days_of_a_changed_clock_and_hours_that_come_twice_are_told_apart() -> None:
    day = Period(date(2026, 10, 25), date(2026, 10, 25))
    _, rows = table(trend_csv(series({"n": []}, day), series({"n": []}, day).lines, [], threshold=0.85))
    assert rows[0]["from"] == "2026-10-25T00:00+02:00"
    assert rows[0]["to"] == "2026-10-26T00:00+01:00"
    hours = series({"n": []}, day, "hour")
    _, rows = table(trend_csv(hours, hours.lines, [], threshold=0.85))
    assert len(rows) == 25
    assert len({row["from"] for row in rows}) == 25
    assert all(one["to"] == other["from"] for one, other in pairwise(rows))


def test_the_period_before_stands_beside_it() -> None:
    now = series({"n": [Counts(4, 3, 1)], "new": []}, Period(date(2026, 5, 2), date(2026, 5, 2)))
    before = series({"n": [Counts(4, 1, 3)]}, Period(date(2026, 5, 1), date(2026, 5, 1)))
    _, rows = table(trend_csv(now, now.lines, [], threshold=0.85, previous=before))
    assert (rows[0]["previous_evaluated"], rows[0]["previous_pass_rate"]) == ("4", "0.25")
    assert (rows[1]["previous_evaluated"], rows[1]["previous_pass_rate"]) == ("0", "")


def test_of_a_period_before_with_more_weeks_the_newest_stands_beside_the_newest() -> None:
    """As on the screen."""
    now = series({"n": [Counts(4, 3, 1)]}, Period(date(2026, 5, 4), date(2026, 5, 10)), "week")
    before = series(
        {"n": [Counts(4, 0, 4), Counts(4, 2, 2)]}, Period(date(2026, 4, 26), date(2026, 5, 3)), "week"
    )
    assert (now.buckets, before.buckets) == (1, 2)
    _, rows = table(trend_csv(now, now.lines, [], threshold=0.85, previous=before))
    assert [row["previous_pass_rate"] for row in rows] == ["0.5"]
    _, rows = table(trend_csv(before, before.lines, [], threshold=0.85, previous=now))
    assert [row["previous_pass_rate"] for row in rows] == ["", "0.75"]


def test_it_is_veiled_unless_told_otherwise() -> None:
    made = series({"ann@example.com": []}, Period(date(2026, 5, 1), date(2026, 5, 1)))
    caption = ["Filter: customer:ann@example.com"]
    assert b"ann@" not in trend_csv(made, made.lines, caption, threshold=0.85)
    assert trend_csv(made, made.lines, caption, threshold=0.85, veil=False).count(b"ann@") == 2
