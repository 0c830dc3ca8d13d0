"""Pass rates from the calls kept here, so that they are there without a server. My unsent ratings count."""

from datetime import datetime
from zoneinfo import ZoneInfo

import apsw

from atlas_desktop.database.database import Database
from atlas_desktop.domain.buckets import Bucket, Period, day_at, edges, shifts
from atlas_desktop.domain.pass_rate import NOTHING, Counts, Group, Line, Row, Series
from atlas_desktop.domain.query import NEWEST, Query
from atlas_desktop.store import passed_days, verdict_counts
from atlas_desktop.store.browse import Source, where
from atlas_desktop.store.conditions import Conditions


class PassRates:
    """Every method runs on threads of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self,
        query: Query,
        group_by: Group,
        period: Period,
        bucket: Bucket,
        zone: ZoneInfo,
        now: datetime | None = None,
    ) -> Series:
        """The rates of the matching calls. Quickest by days and weeks in the zone of `keep_zone`, with a filter on
        fields that few calls differ in.
        """

        def work(reader: apsw.Connection) -> Series:
            with reader:
                series = _read(reader, query.sorted(NEWEST), group_by, period, bucket, zone, now)
            return series  # noqa: RET504  # in the with, mypy misses a return: apsw's may swallow errors

        return await self._database.read(work)

    async def period(self, query: Query, zone: ZoneInfo, now: datetime | None = None) -> Period | None:
        """From the day of the first matching call to that of the last; None where there is none."""

        def work(reader: apsw.Connection) -> Period | None:
            source = where(reader, query, now)
            # Asked for apart, each is the first of the index that matches: both at once read all of it.
            first, last = [
                reader.execute(
                    f"SELECT created_ms FROM {source.sql} ORDER BY created_ms {order} LIMIT 1",  # noqa: S608
                    source.bindings,
                ).get
                for order in ("ASC", "DESC")
            ]
            return None if first is None else Period(day_at(first, zone), day_at(last, zone))

        return await self._database.read(work)

    async def keep_zone(self, zone: ZoneInfo) -> None:
        """Keep the sums of each day as this zone has them. Cheap when it is so already; else takes a while, in steps
        between which others may write.
        """
        if await self._database.read(lambda reader: passed_days.is_kept(reader, zone)):
            return
        # On a reading thread, not asyncio's own: those outlive a loop that is only stopped.
        changes = await self._database.read(lambda _: shifts(zone))
        more = await self._database.write(lambda writer: passed_days.begin(writer, zone, changes))
        while more:
            more = await self._database.write(lambda writer: passed_days.go_on(writer, zone))


def _read(
    reader: apsw.Connection,
    query: Query,
    group_by: Group,
    period: Period,
    bucket: Bucket,
    zone: ZoneInfo,
    now: datetime | None,
) -> Series:
    starts = edges(period, bucket, zone)
    if len(starts) < 2:
        return Series(group_by, bucket, zone.key, (), ())
    source = where(reader, query, now)
    if bucket != "hour" and passed_days.answers(query) and passed_days.is_kept(reader, zone):
        found = passed_days.read(reader, _groups(reader, group_by, query), starts, zone)
    else:
        found = verdict_counts.count(reader, source, _groups(reader, group_by), starts)
    unsent = _unsent(reader, source, starts[0], starts[-1])
    return Series(group_by, bucket, zone.key, starts, _lines(found, len(starts) - 1), unsent)


def _groups(reader: apsw.Connection, group_by: Group, query: Query | None = None) -> dict[int, str | None]:
    """Which group each kind of call belongs to; with a query of those kinds it asks for."""
    asked = Conditions(reader, query or Query(), datetime.now().astimezone())
    sql = f"SELECT id, {group_by} FROM kind WHERE {asked.kinds or 'true'}"  # noqa: S608  # a column of ours
    return dict(reader.execute(sql, asked.bindings))


def _lines(found: passed_days.Found, buckets: int) -> tuple[Line, ...]:
    rows: dict[str | None, list[tuple[int, Counts]]] = {}
    for (group, bucket), counts in found.items():
        rows.setdefault(group, []).append((bucket, counts))
    lines = []
    for group, filled in rows.items():
        whole = [NOTHING] * buckets
        for bucket, counts in filled:
            whole[bucket] = counts
        lines.append(Line(group, Row(whole)))
    return tuple(sorted(lines, key=_most_first))


def _most_first(line: Line) -> tuple[int, bool, str]:
    return -line.total.calls, line.group is None, line.group or ""


def _unsent(reader: apsw.Connection, source: Source, start_ms: int, end_ms: int) -> int:
    """How many of the calls are judged by what I said and did not send yet."""
    number = len(source.bindings)
    sql = (
        "SELECT count(*) FROM call WHERE seq IN (SELECT call FROM overlay) AND passed IS NULL"  # noqa: S608
        f" AND {source.conditions} AND created_ms >= ?{number + 1} AND created_ms < ?{number + 2}"
    )
    return int(reader.execute(sql, (*source.bindings, start_ms, end_ms)).get)
