"""Pass rates from the calls kept here, so that they are there without a server. My unsent ratings count."""

from zoneinfo import ZoneInfo

from atlas_desktop.database.database import Database
from atlas_desktop.domain.buckets import Bucket, Period
from atlas_desktop.domain.pass_rate import Group, Series
from atlas_desktop.domain.query import Query


class PassRates:
    """Every method runs on threads of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self, query: Query, group_by: Group, period: Period, bucket: Bucket, zone: ZoneInfo
    ) -> Series:
        """The rates of the matching calls. Quickest by days and weeks in the zone of `keep_zone`, with a filter on
        fields that few calls differ in.
        """
        raise NotImplementedError

    async def period(self, query: Query, zone: ZoneInfo) -> Period | None:
        """From the day of the first matching call to that of the last; None where there is none."""
        raise NotImplementedError

    async def keep_zone(self, zone: ZoneInfo) -> None:
        """Keep the sums of each day as this zone has them. Cheap when it is so already; else takes a while, in steps
        between which others may write.
        """
        raise NotImplementedError
