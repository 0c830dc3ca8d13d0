"""What of Trends is the same after a restart: what was chosen, and how each line looks. Of one connection."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from atlas_desktop.app.errand import Errand
from atlas_desktop.app.trend_looks import LOOKS
from atlas_desktop.app.trend_state import Choice, Layout, Span
from atlas_desktop.domain.buckets import Bucket, Period
from atlas_desktop.domain.filter import format_query, parse_query
from atlas_desktop.domain.pass_rate import Group
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_KEY: Final = "trends"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    """As it is written. Lines that were picked by hand are of that day, and are not kept."""

    filter: str = ""
    group_by: Group = "customer"
    span: Span = "28d"
    days: tuple[date, date] | None = None
    bucket: Bucket | None = None
    layout: Layout = "overlay"
    compare: bool = False
    threshold: float | None = None
    looks: dict[Group, dict[str, int]] = field(default_factory=dict)


_FORM: Final = TypeAdapter(_Kept)


class TrendMemory:
    """Written down soon after it changes, never where the store cannot be written."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        self._store = store
        self._written = self._kept = _Kept()
        self._writer = Errand(tasks, "trends are kept", self._write, _not_kept)

    async def read(self) -> dict[str, Any]:
        """The fields of `Choice` that were chosen the last time."""
        text = await self._store.identity.get(_KEY)
        try:
            kept = _FORM.validate_json(text) if text is not None else _Kept()
        except ValidationError:
            kept = _Kept()  # written by another version
        self._written = self._kept = kept
        return _fields(kept)

    def looks(self, group_by: Group) -> Mapping[str, int]:
        """Those of the lines by this."""
        found = self._kept.looks.get(group_by, {})
        return {key: place for key, place in found.items() if 0 <= place < LOOKS}

    def keep(self, choice: Choice, group_by: Group, looks: Mapping[str, int]) -> None:
        """These from now on: at the next start, too."""
        period = choice.period
        self._kept = _Kept(
            filter=format_query(choice.query), group_by=choice.group_by, span=choice.span,
            days=(period.first, period.last) if period is not None else None, bucket=choice.bucket,
            layout=choice.layout, compare=choice.compare, threshold=choice.threshold,
            looks=self._kept.looks | {group_by: dict(looks)},
        )  # fmt: skip
        if self._kept != self._written and self._store.report.read_only is None:
            self._writer.ask()

    async def through(self) -> bool:
        """Wait until it is written."""
        return await self._writer.through()

    async def _write(self) -> None:
        kept = self._kept
        await self._store.identity.put(_KEY, _FORM.dump_json(kept).decode())
        self._written = kept


def _fields(kept: _Kept) -> dict[str, Any]:
    return {
        "query": parse_query(kept.filter),
        "group_by": kept.group_by,
        "span": kept.span,
        "period": Period(*kept.days) if kept.days is not None and kept.days[0] <= kept.days[1] else None,
        "bucket": kept.bucket,
        "layout": kept.layout,
        "compare": kept.compare,
        "threshold": kept.threshold if kept.threshold is None or 0 <= kept.threshold <= 1 else None,
    }


def _not_kept(error: Exception) -> None:
    _log.warning("what Trends shows could not be kept", exc_info=error)
