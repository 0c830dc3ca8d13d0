"""What the Trends screen says."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from atlas_desktop.app.trend_caption import percent
from atlas_desktop.domain.pass_rate import NOTHING, earlier, total_of
from atlas_desktop.ui.dates import full_day, long_day, short_day
from atlas_desktop.ui.short_name import short_name
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import Event, EventKind, Layout, Span, TrendState
    from atlas_desktop.domain.buckets import Bucket
    from atlas_desktop.domain.pass_rate import Basis, Counts, Group, Line, Series
    from atlas_desktop.sync.status import SyncStatus

SPAN_WORDS: Final[dict["Span", str]] = {
    "7d": mark("7 days"), "28d": mark("28 days"), "90d": mark("90 days"), "any": mark("Any time"),
}  # fmt: skip
GROUP_WORDS: Final[dict["Group", str]] = {
    "customer": mark("Customer"), "operation": mark("Operation"), "model": mark("Model"),
    "quantization": mark("Quantization"), "provider": mark("Provider"), "tier": mark("Tier"),
    "schema_version": mark("Schema version"),
}  # fmt: skip
BUCKET_WORDS: Final[dict["Bucket | None", str]] = {
    None: mark("Auto"), "hour": mark("Hour"), "day": mark("Day"), "week": mark("Week"),
}  # fmt: skip
LAYOUT_WORDS: Final[dict["Layout", str]] = {
    "overlay": mark("One chart"), "multiples": mark("Small charts"), "table": mark("Numbers"),
}  # fmt: skip
_NONE: Final[dict["Group", str]] = {
    "customer": mark("no customer"), "operation": mark("no operation"), "model": mark("no model"),
    "quantization": mark("no quantization"), "provider": mark("no provider"), "tier": mark("no tier"),
    "schema_version": mark("no schema version"),
}  # fmt: skip
_BASES: Final[dict["Basis", str]] = {
    "scores": mark("by scores"),
    "ratings": mark("by ratings"),
    "both": mark("by scores, else ratings"),
    "nothing": mark("nothing evaluated"),
}
_EVENTS: Final[dict["EventKind", str]] = {
    "promotion": mark("promoted {title}"),
    "schema": mark("schema version {title}"),
    "shadow": mark("{title} runs in the shadow"),
    "canary": mark("canary {title}"),
    "release": mark("release {title}"),
    "rollback": mark("rolled back: {title}"),
}


def group_words(group_by: "Group", group: str | None) -> str:
    """What a line is called."""
    return tr(_NONE[group_by]) if group is None else short_name(group)


def bucket_words(series: "Series", bucket: int, *, short: bool = False) -> str:
    """Which hour, day or week a point is of. ``short``: beside another one, which says the year."""
    zone = ZoneInfo(series.zone)
    start = datetime.fromtimestamp(series.edges[bucket] / 1000, zone)
    end = datetime.fromtimestamp((series.edges[bucket + 1] - 1) / 1000, zone)
    day = short_day if short else long_day
    if series.bucket == "hour":
        return f"{day(start.date())} {start:%H:%M}"
    if series.bucket == "day":
        return day(start.date())
    return tr("{first} to {last}", first=short_day(start.date()), last=full_day(end.date()))


def stretch_words(series: "Series", first: int, last: int) -> str:
    """From which day to which."""
    if first == last:
        return bucket_words(series, first)
    zone = ZoneInfo(series.zone)
    start = datetime.fromtimestamp(series.edges[first] / 1000, zone).date()
    end = (datetime.fromtimestamp(series.edges[last + 1] / 1000, zone) - timedelta(milliseconds=1)).date()
    return tr("{first} to {last}", first=short_day(start), last=full_day(end))


def counts_words(counts: "Counts") -> str:
    """``88.7 % (85.1 to 91.4 %)  ·  312 of 352 passed  ·  by ratings``."""
    if counts.rate is None:
        return rate_words(counts)
    calls = trn("{count:,} call", "{count:,} calls", counts.calls)
    return "  ·  ".join((rate_words(counts), calls, basis_words(counts)))


def rate_words(counts: "Counts") -> str:
    """``88.7 % (85.1 to 91.4 %)  ·  312 of 352 passed``."""
    rate, bounds = counts.rate, counts.bounds
    if rate is None or bounds is None:
        calls = trn("{count:,} call", "{count:,} calls", counts.calls)
        return tr("{calls}, nothing evaluated", calls=calls) if counts.calls else tr("no calls")
    low, high = (_bare(round(each * 100, 1)) for each in bounds)
    share = tr("{share} ({low} to {high} %)", share=percent(rate), low=low, high=high)
    passed = tr("{passed:,} of {evaluated:,} passed", passed=counts.passed, evaluated=counts.evaluated)
    return f"{share}  ·  {passed}"


def _bare(value: float) -> str:
    return number(round(value)) if value == round(value) else number(value, 1)


def basis_words(counts: "Counts") -> str:
    """What the figures were made from, with how many by what where it was both."""
    if counts.basis == "both":
        return tr(
            "{scores:,} by scores, {ratings:,} by ratings", scores=counts.by_scores, ratings=counts.by_ratings
        )
    return tr(_BASES[counts.basis])


def before_words(state: "TrendState", line: "Line", first: int, last: int) -> str:
    """How far it is from the same point, or stretch, of the period before to here; empty without one."""
    series, previous = state.series, state.previous
    if series is None or previous is None:
        return ""
    places = [
        at for bucket in range(first, last + 1) if (at := earlier(series, previous, bucket)) is not None
    ]
    if not places:
        return tr("Before: no such days")
    when = stretch_words(previous, places[0], places[-1])
    then = total_of([counts for counts in state.all_before(line, range(first, last + 1)) if counts])
    now = total_of(line.counts[first : last + 1])
    if then.rate is None or now.rate is None:
        return tr("{when}: {figures}", when=when, figures=rate_words(then))
    points = round((now.rate - then.rate) * 100, 1)
    shown, figures = number(abs(points), 1), rate_words(then)
    if points > 0:
        return tr("{points} points higher than {when}: {figures}", points=shown, when=when, figures=figures)
    if points < 0:
        return tr("{points} points lower than {when}: {figures}", points=shown, when=when, figures=figures)
    return tr("The same as {when}: {figures}", when=when, figures=figures)


def failing_words(counts: "Counts") -> str:
    """What the button says: the calls that failed, else those nothing is known of."""
    if not counts.calls:
        return tr("No calls there")
    if not counts.failed and counts.calls == counts.evaluated:
        return tr("No call failed there")
    if counts.failed:
        return trn("Review {count:,} failing call", "Review {count:,} failing calls", counts.failed)
    left = counts.calls - counts.evaluated
    return trn("Review {count:,} call without a verdict", "Review {count:,} calls without a verdict", left)


def event_words(event: "Event") -> str:
    """What happened, of which operation."""
    words = tr(_EVENTS[event.kind], title=short_name(event.title))
    return f"{short_name(event.operation)}: {words}" if event.operation else words


def source_words(state: "TrendState", status: "SyncStatus", synced: str) -> str:
    """Where the figures are from, and whether that is all there is."""
    words = [tr("from this computer's copy"), synced]
    total = state.series.total if state.series is not None else NOTHING
    if status.to_pull:
        share = status.pulled / (status.pulled + status.to_pull)
        words[1:] = [tr("still fetching: {share}", share=percent(int(share * 100) / 100))]
    if state.series is not None and state.series.unsent:
        words.append(
            trn(
                "{count:,} rating of yours not sent yet",
                "{count:,} ratings of yours not sent yet",
                state.series.unsent,
            )
        )
    if not total.evaluated:
        return tr("; ").join(words)
    evaluated = tr("{evaluated:,} of {calls:,} calls evaluated", evaluated=total.evaluated, calls=total.calls)
    return f"{evaluated}{tr(', ')}{basis_words(total)}  ·  {tr('; ').join(words)}"


def point_words(series: "Series", line: "Line", bucket: int) -> str:
    """A point, as a screen reader says it."""
    group = group_words(series.group_by, line.group)
    return f"{bucket_words(series, bucket)}, {group}: {counts_words(line.counts[bucket])}"
