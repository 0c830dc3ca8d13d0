"""What stands for an operation: its gates, its history, whether answers may come from the record. Remembered."""

import logging
from dataclasses import dataclass, field, replace
from typing import Final

from atlas_desktop.domain.routing.history import Bar, track_of
from atlas_desktop.domain.routing.model import NO_HISTORY, Decision, History, Track, VariantKey
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.storage import standing as stored
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.standing import Gate
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

__all__ = ["NOTHING", "Gate", "Standing", "Standings"]

FRESH_SECONDS: Final = 1.0
"""What was read is good for so long; this server's own changes are seen at once, another's after this."""
STALE_SECONDS: Final = 5.0
"""So long it is still used while it is read anew behind the requests."""
PROBE_SECONDS: Final = 300.0
"""No second probe goes out before the first was scored, or so long."""
_MOST: Final = 5000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one operation of one organization. ``schema_version`` is its current one."""

    operation: str | None = None
    gates: tuple[Gate, ...] = ()
    cache: bool = False
    history: History = field(default_factory=lambda: NO_HISTORY)
    schema_version: str | None = None


NOTHING: Final = Standing()
"""What stands for a call without an operation."""


@dataclass(slots=True)
class _Kept:
    standing: Standing
    at: float
    reading: bool = False


@dataclass(frozen=True, slots=True)
class _Probe:
    """A probe that is out: ``due`` when it was to be tried, which its score will change."""

    due: float | None
    until: float


class Standings:
    """Used on the server's event loop."""

    def __init__(self, storage: Storage, config: ServerConfig) -> None:
        self._storage = storage
        self._clock = config.clock
        self._inline = config.executor == "inline"
        self._kept: dict[tuple[int, str], _Kept] = {}
        self._probing: dict[tuple[int, str, VariantKey], _Probe] = {}
        self._changes: dict[int, int] = {}
        self._tasks = Tasks(_bug)

    def remembered(self, scope: Scope, operation: str | None) -> Standing | None:
        """What stands, where it was asked a moment ago; at once for no operation."""
        if operation is None:
            return NOTHING
        kept = self._kept.get((scope.org, operation))
        if kept is None:
            return None
        age = self._clock.monotonic() - kept.at
        if age <= FRESH_SECONDS:
            return kept.standing
        if age > STALE_SECONDS or self._inline:
            return None
        if not kept.reading:
            kept.reading = True
            self._tasks.spawn("standing", self._read(scope, operation))
        return kept.standing

    async def of(self, scope: Scope, operation: str | None) -> Standing:
        """What stands."""
        if operation is None:
            return NOTHING
        return self.remembered(scope, operation) or await self._read(scope, operation)

    def forget(self, scope: Scope, operation: str | None = None) -> None:
        """Gates, evaluators or scores of the organization have changed, or those of one operation."""
        # What is being read now may be from before the change.
        self._changes[scope.org] = self._changes.get(scope.org, 0) + 1
        if operation is not None:
            self._kept.pop((scope.org, operation), None)
            return
        for key in [key for key in self._kept if key[0] == scope.org]:
            del self._kept[key]

    def took(self, scope: Scope, standing: Standing, decision: Decision) -> None:
        """A call goes out by this decision: where it is a probe, no second one goes out until it is scored."""
        if not decision.probe or standing.operation is None:
            return
        now = self._clock.now().timestamp()
        self._probing = {key: probe for key, probe in self._probing.items() if probe.until > now}
        key = decision.variant.key
        track = standing.history.tracks.get(key)
        due = None if track is None else track.probe_at
        self._probing[scope.org, standing.operation, key] = _Probe(due, now + PROBE_SECONDS)
        kept = self._kept.get((scope.org, standing.operation))
        if kept is not None:
            kept.standing = replace(kept.standing, history=self._held_back(scope, kept.standing))

    async def close(self) -> None:
        """Stop reading."""
        await self._tasks.close()

    async def _read(self, scope: Scope, operation: str) -> Standing:
        before = self._changes.get(scope.org, 0)
        at = self._clock.monotonic()
        now = self._clock.now().timestamp()
        # Gates and history are the organization's, also for a key that is narrowed to one customer.
        whole = replace(scope, customer=None)
        try:
            read = await self._storage.read(whole, lambda tenant: _standing(tenant, operation, now))
        finally:
            if (kept := self._kept.get((scope.org, operation))) is not None:
                kept.reading = False
        read = replace(read, history=self._held_back(scope, read))
        if self._changes.get(scope.org, 0) == before:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[scope.org, operation] = _Kept(read, at)
        return read

    def _held_back(self, scope: Scope, standing: Standing) -> History:
        """The history, with what is being probed not due again."""
        tracks = dict(standing.history.tracks)
        changed = False
        for (org, operation, key), probe in self._probing.items():
            if org != scope.org or operation != standing.operation:
                continue
            track = tracks.get(key)
            if track is not None and track.probe_at is not None and track.probe_at == probe.due:
                tracks[key] = replace(track, probe_at=probe.until)
                changed = True
        return History(tracks) if changed else standing.history


def _standing(tenant: Tenant, operation: str, now: float) -> Standing:
    found = stored.read(tenant, operation)
    bars = [Bar(gate.evaluator_id, gate.evaluator_version, gate.min_score) for gate in found.gates]
    tracks: dict[VariantKey, Track] = {}
    for key, outcomes in found.outcomes.items():
        if (track := track_of(outcomes, bars, now)) is not None:
            tracks[key] = track
    history = History(tracks) if tracks else NO_HISTORY
    return Standing(operation, found.gates, found.cache, history, found.schema_version)


def _bug(name: str, error: BaseException) -> None:
    _log.error("%s could not be read: %s", name, type(error).__name__)
