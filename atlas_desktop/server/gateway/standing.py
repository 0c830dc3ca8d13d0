"""What stands for an operation: its gates, its history, whether answers may come from the record. Remembered."""

import asyncio
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
from atlas_desktop.server.storage.withdrawn import withdrawn
from atlas_desktop.tasks import Tasks

__all__ = ["NOTHING", "Gate", "Standing", "Standings"]

FRESH_SECONDS: Final = 1.0
"""What was read is good for so long; this server's own changes are seen at once, another's after this."""
STALE_SECONDS: Final = 5.0
"""So long it is still used while it is read anew behind the requests."""
LEARN_SECONDS: Final = 0.25
"""New scores are taken in so often at most, behind the requests: with every call scored, each would wait for a read."""
PROBE_SECONDS: Final = 300.0
"""No second probe goes out before the first was scored, or so long."""
_NEVER: Final = 253_370_764_800.0
"""The year 9999."""
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
    scored: bool = False
    """Whether there are scores that were not read yet."""


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
        self._reading: dict[tuple[int, str, int], asyncio.Task[Standing]] = {}
        self._tasks = Tasks(_bug)

    def remembered(self, scope: Scope, operation: str | None) -> Standing | None:
        """What stands, where it was asked a moment ago; at once for no operation."""
        if operation is None:
            return NOTHING
        kept = self._kept.get((scope.org, operation))
        if kept is None:
            return None
        age = self._clock.monotonic() - kept.at
        if age > STALE_SECONDS or (self._inline and age > FRESH_SECONDS):
            return None
        if age > (LEARN_SECONDS if kept.scored else FRESH_SECONDS):
            self._read_behind(scope, operation, kept)
        return kept.standing

    async def of(self, scope: Scope, operation: str | None) -> Standing:
        """What stands."""
        if operation is None:
            return NOTHING
        found = self.remembered(scope, operation)
        if found is not None or self._inline:
            return found or await self._read(scope, operation)
        # Of many calls that come at once one reads for all; one that comes after a change does not wait for those before.
        key = (scope.org, operation, self._changes.get(scope.org, 0))
        reading = self._reading.get(key)
        if reading is None:
            reading = self._reading[key] = self._tasks.spawn("standing", self._read(scope, operation))
            reading.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(reading)

    def forget(self, scope: Scope, operation: str | None = None) -> None:
        """Gates or evaluators of the organization have changed, or those of one operation: the next call must see it."""
        # What is being read now may be from before the change.
        self._changes[scope.org] = self._changes.get(scope.org, 0) + 1
        if operation is not None:
            self._kept.pop((scope.org, operation), None)
            return
        for key in [key for key in self._kept if key[0] == scope.org]:
            del self._kept[key]

    def learned(self, scope: Scope, operation: str) -> None:
        """A call of the operation was scored: seen within a quarter of a second, and by nobody waited for."""
        kept = self._kept.get((scope.org, operation))
        if kept is None:
            return
        if self._inline:
            self.forget(scope, operation)
            return
        kept.scored = True
        if self._clock.monotonic() - kept.at > LEARN_SECONDS:
            self._read_behind(scope, operation, kept)

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

    def _read_behind(self, scope: Scope, operation: str, kept: _Kept) -> None:
        if not kept.reading and not self._inline:
            kept.reading, kept.scored = True, False
            self._tasks.spawn("standing", self._read(scope, operation))

    async def _read(self, scope: Scope, operation: str) -> Standing:
        before = self._changes.get(scope.org, 0)
        at = self._clock.monotonic()
        now = self._clock.now().timestamp()
        # Gates and history are the organization's, also for a key that is narrowed to one customer.
        whole = replace(scope, customer=None)
        kept = self._kept.get((scope.org, operation))
        try:
            read = await self._storage.read(whole, lambda tenant: _standing(tenant, operation, now))
        finally:
            if kept is not None:
                kept.reading = False
        read = replace(read, history=self._held_back(scope, read))
        if self._changes.get(scope.org, 0) == before:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[scope.org, operation] = _Kept(read, at, scored=kept is not None and kept.scored)
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
    for candidate in withdrawn(tenant, operation) if tracks else ():
        for key in filter(candidate.means, tracks):
            # Its scores may be good: it was taken out by a person, or by what the rates of all its calls said.
            tracks[key] = replace(tracks[key], state="quarantined", probe_at=_NEVER)
    history = History(tracks) if tracks else NO_HISTORY
    return Standing(operation, found.gates, found.cache, history, found.schema_version)


def _bug(name: str, error: BaseException) -> None:
    _log.error("%s could not be read: %s", name, type(error).__name__)
