"""What may have moved the lines: promotions, schema versions and steps of releases, asked of the server and kept for when it is away."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import EndpointMissingError, PermissionDeniedError
from atlas_desktop.app.asking import Ask
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.app.trend_state import EVENTS, Event, EventKind
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.listing import DatasetsQuery
from atlas_desktop.contract.operations import Operation
from atlas_desktop.contract.releases import Release, ReleasesQuery, ReleaseStep
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_KEY: Final = "trend_events"
_MOST: Final = 2_000
_MOST_OPERATIONS: Final = 50
_PAUSE_SECONDS: Final = 2.0
_KINDS: Final[dict[str, EventKind]] = {
    "shadow": "shadow", "canary": "canary", "prod": "release", "rolled_back": "rollback",
}  # fmt: skip
"""By the stage a step leads to. One that was superseded was so by the release of another, which has its mark."""


class TrendEvents:
    """``changed`` tells all of them, oldest first. What cannot be fetched leaves those known from earlier."""

    def __init__(self, store: Store, ask: Ask, tasks: Tasks, online: Callable[[], bool]) -> None:
        self._store = store
        self._ask = ask
        self._online = online
        self._read_once = False
        self.value: tuple[Event, ...] = ()
        self.problem: Exception | None = None
        """Why the newest may be missing."""
        self.changed: Signal[tuple[Event, ...]] = Signal("trend events")
        self._fetching = Errand(tasks, "events are fetched", self._fetch, self._failed, pause=_PAUSE_SECONDS)

    def refresh(self) -> None:
        """Show what is kept; ask the server when there is one."""
        self._fetching.ask()

    async def through(self) -> bool:
        """Wait until nothing is asked any more."""
        return await self._fetching.through()

    async def _fetch(self) -> None:
        if not self._read_once:
            self._read_once = True
            self._show(_kept(await self._store.identity.get(_KEY)))
        if not self._online():
            return
        found = [*await self._promotions(), *await self._schemas(), *await self._releases()]
        self.problem = None
        events = tuple(sorted(found, key=lambda each: (each.at_ms, each.kind, each.title)))[-_MOST:]
        if events != self.value:
            self._show(events)
            if self._store.report.read_only is None:
                await self._store.identity.put(_KEY, _written(events))

    async def _promotions(self) -> list[Event]:
        try:
            golden = await self._ask(_golden)
        except EndpointMissingError:
            return []
        return [
            Event(_ms(each.promoted_at), "promotion", f"{each.name} v{each.version}", each.operation_id)
            for each in golden
            if each.promoted_at is not None
        ]

    async def _schemas(self) -> list[Event]:
        defined = [each for each in await self._store.operations.list() if each.registration == "defined"]
        found: list[Event] = []
        for operation in defined[:_MOST_OPERATIONS]:
            try:
                found += await self._schemas_of(operation)
            except EndpointMissingError:
                return []
        return found

    async def _schemas_of(self, operation: Operation) -> list[Event]:
        page = await self._ask(lambda client: client.operations.schemas(operation.key, limit=1000))
        return [
            Event(_ms(each.created_at), "schema", each.schema_version, operation.key)
            for each in page.data
            if each.created_at is not None
        ]

    async def _releases(self) -> list[Event]:
        try:
            releases = await self._ask(_all_releases)
        except (EndpointMissingError, PermissionDeniedError):
            return []  # a key narrowed to one customer sees no releases
        return [
            Event(_ms(step.at), kind, _release_title(release, step), release.operation_id)
            for release in releases
            for step in release.steps
            if (kind := _KINDS.get(step.to_stage)) is not None
        ]

    def _show(self, events: tuple[Event, ...]) -> None:
        if events != self.value:
            self.value = events
            self.changed.emit(events)

    def _failed(self, error: Exception) -> None:
        # Marks beside the lines: without the newest the figures are as right as with them.
        if not isinstance(error, NotOnline):
            self.problem = error


async def _golden(client: AsyncAtlas) -> list[Dataset]:
    return [each async for each in client.datasets.iterate(DatasetsQuery(status="golden", limit=1000))]


async def _all_releases(client: AsyncAtlas) -> list[Release]:
    return [each async for each in client.releases.iterate(ReleasesQuery(limit=1000))]


def _release_title(release: Release, step: ReleaseStep) -> str:
    return f"{release.model} · {step.percent} %" if step.to_stage == "canary" else release.model


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _written(events: tuple[Event, ...]) -> str:
    return orjson.dumps([[each.at_ms, each.kind, each.title, each.operation] for each in events]).decode()


def _kept(text: str | None) -> tuple[Event, ...]:
    if text is None:
        return ()
    rows = orjson.loads(text)
    return tuple(Event(at, kind, title, where) for at, kind, title, where in rows if kind in EVENTS)
