"""What stands over a chart that leaves: what it is of, so that whoever is sent it need not ask."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from atlas_desktop.app.trend_state import Choice, Threshold, TrendState
from atlas_desktop.domain.buckets import Bucket, day_at
from atlas_desktop.domain.filter import format_query
from atlas_desktop.domain.pass_rate import Basis, Group, Line, Series, total_of
from atlas_desktop.domain.query import NEWEST
from atlas_desktop.wording import mark, number, tr, trn

TITLES: Final[dict[Group, str]] = {
    "customer": mark("Pass rate by customer"),
    "operation": mark("Pass rate by operation"),
    "model": mark("Pass rate by model"),
    "quantization": mark("Pass rate by quantization"),
    "provider": mark("Pass rate by provider"),
    "tier": mark("Pass rate by tier"),
    "schema_version": mark("Pass rate by schema version"),
}
_DAYS: Final[dict[Bucket, str]] = {
    "hour": mark("{first} to {last} by hour, {zone}"),
    "day": mark("{first} to {last} by day, {zone}"),
    "week": mark("{first} to {last} by week, {zone}"),
}
_BASES: Final[dict[Basis, str]] = {
    "scores": mark("by scores"),
    "ratings": mark("by ratings"),
    "both": mark("by scores, else ratings"),
    "nothing": mark("nothing evaluated"),
}


class Caption(NamedTuple):
    """The title, and the lines under it."""

    title: str
    lines: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Both."""
        return self.title, *self.lines


def caption(
    state: TrendState, lines: Sequence[Line], origin: str, now: datetime, *, full: bool = True
) -> Caption:
    """Of these lines of the series shown. ``origin`` names the connection. Raises AssertionError without a series.

    Not ``full``: without what a picture shows by itself.
    """
    series, choice = state.series, state.shown
    assert series is not None  # noqa: S101 - who asks has looked
    assert choice is not None  # noqa: S101 - a series answers a choice
    words = [_period(series), _filter(choice), _counts(lines)]
    if len(lines) < len(series.lines):
        words.append(tr("{shown} of {count:,} lines", shown=len(lines), count=len(series.lines)))
    if full or state.threshold.origin == "gate":
        words.append(threshold_words(state.threshold))
    if state.previous is not None:
        words.append(tr("Before it: {period}", period=_period(state.previous)))
    words.append(_origin(series, origin, now))
    return Caption(tr(TITLES[series.group_by]), tuple(words))


def threshold_words(threshold: Threshold) -> str:
    """Where the line is drawn and why there: ``Threshold 85 % (gate Strict JSON)``."""
    share = percent(threshold.value)
    if threshold.origin == "gate":
        return tr("Threshold {share} (gate {name})", share=share, name=threshold.name)
    return tr("Threshold {share}", share=share)


def percent(share: float) -> str:
    """``88.7 %``; whole percents without a decimal. Never rounded up to all of it, nor down to none."""
    digits = 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1
    shown = round(share * 100, digits)
    if digits and shown in (0, 100):
        shown = 0.1 if shown == 0 else 99.9
    return tr("{share} %", share=number(shown, digits) if digits else number(round(shown)))


def _period(series: Series) -> str:
    zone = ZoneInfo(series.zone)
    first, last = day_at(series.edges[0], zone), _last_day(series, zone)
    return tr(_DAYS[series.bucket], first=first.isoformat(), last=last.isoformat(), zone=series.zone)


def _last_day(series: Series, zone: ZoneInfo) -> date:
    return (datetime.fromtimestamp(series.edges[-1] / 1000, zone) - timedelta(milliseconds=1)).date()


def _filter(choice: Choice) -> str:
    line = format_query(choice.query.sorted(NEWEST))
    return tr("Filter: {filter}", filter=line) if line else tr("All calls")


def _counts(lines: Sequence[Line]) -> str:
    total = total_of([line.total for line in lines])
    calls = trn("{count:,} call", "{count:,} calls", total.calls)
    return tr(
        "{calls}, {evaluated:,} evaluated ({basis})",
        calls=calls, evaluated=total.evaluated, basis=tr(_BASES[total.basis]),
    )  # fmt: skip


def _origin(series: Series, origin: str, now: datetime) -> str:
    at = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    words = tr("From this computer's copy of {name}, {at}", name=origin, at=at)
    if series.unsent:
        unsent = trn(
            "{count:,} rating of yours not sent yet", "{count:,} ratings of yours not sent yet", series.unsent
        )
        return f"{words}{tr('; ')}{unsent}"
    return words
