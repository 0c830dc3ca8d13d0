"""Recording live calls: first into the spool, then in groups into the database."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from atlas_desktop.logs import kind_and_place
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.stubborn import REFUSED
from atlas_desktop.server.gateway.left_calls import LeftCalls
from atlas_desktop.server.gateway.live_call import (
    Begun,
    LiveRecord,
    begun,
    ended,
    interrupted,
    pack_begun,
    pack_ended,
)
from atlas_desktop.server.gateway.live_scoring import LiveScoring
from atlas_desktop.server.gateway.seams import Ending, LiveCall
from atlas_desktop.server.gateway.spool import Spool, SpoolError, beside_database
from atlas_desktop.server.gateway.unrecorded import set_aside
from atlas_desktop.server.storage import live_calls
from atlas_desktop.server.storage.cached_answers import Place
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

LINGER_SECONDS: Final = 0.1
"""So long a call that is done waits for others, unless somebody reads: a COMMIT costs as much as ten calls."""
_GROUP: Final = 500
_MOST_WAITING: Final = 20_000
_MOST_BYTES: Final = 256 * 1024 * 1024
"""What is not committed is kept in memory too: beyond this nothing more is sent upstream."""
_PAUSES: Final = (0.05, 0.2, 1.0, 5.0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Open:
    call: Begun
    file: int


@dataclass(frozen=True, slots=True)
class _Done:
    record: LiveRecord
    files: tuple[int, ...]
    size: int


class LiveRecorder:
    """Used on the server's event loop. Inline, what is done is committed on return."""

    def __init__(self, config: ServerConfig, storage: Storage, scoring: LiveScoring) -> None:
        self.scoring: Final = scoring
        self._storage = storage
        self._inline = config.executor == "inline"
        self._base = beside_database(config.database_url)
        self._spool = Spool(self._base)
        self._tasks = Tasks(_bug)
        self._open: dict[str, _Open] = {}
        self._waiting: list[_Done] = []
        self._bytes = 0
        self._committed = 0
        self._ended = 0
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._failures = 0
        self._answers: dict[tuple[int, Place], LiveRecord] = {}

    async def start(self) -> None:
        """Record what a server before this one did not commit, then score what it did not."""
        left = LeftCalls(self._base, self._storage)
        for scope in await left.record():
            self.scoring.wake(scope)
        self.scoring.start()

    def begin(self, call: LiveCall) -> None:
        """The call is about to be sent upstream. Raises SpoolError: then it must not be."""
        if len(self._waiting) >= _MOST_WAITING or self._bytes >= _MOST_BYTES:
            raise SpoolError(None, "too many calls wait for the database to take them")
        first = begun(call)
        self._open[call.id] = _Open(first, self._spool.append(*pack_begun(first)))

    def done(self, call: LiveCall, ending: Ending) -> None:
        """It ended: written here before the client gets its last byte, committed soon. Once for each ``begin``."""
        opened = self._open.get(call.id)
        if opened is None:
            raise ValueError(f"{call.id} is not a call that has begun and not ended")
        how = ended(call, ending)
        del self._open[call.id]
        self._take(LiveRecord(opened.call, how), opened.file)

    @property
    def pending(self) -> bool:
        """Whether a call that was done is not committed yet."""
        return bool(self._waiting)

    async def settled(self) -> None:
        """Every call that was done is committed, so that whoever reads finds it; tried once where that fails."""
        upto = self._ended
        while self._waiting and self._committed < upto:
            failures = self._failures
            self._begin_writing()
            if self._writing is not None:
                await asyncio.wait([self._writing])
            if self._failures > failures:
                return

    def answer(self, scope: Scope, place: Place) -> LiveRecord | None:
        """The newest answer to a request that may be given again and is not committed yet."""
        return self._answers.get((scope.org, place)) if self._answers else None

    async def close(self) -> None:
        """Commit what is pending; a call that has only begun is recorded as interrupted."""
        for name in list(self._open):
            opened = self._open.pop(name)
            self._take(interrupted(opened.call), opened.file)
        while self._waiting and not self._failures:
            await self.settled()
        await self._tasks.close()
        if self._timer is not None:
            self._timer.cancel()
        await self.scoring.close()
        self._spool.close()

    def abandon(self) -> None:
        """Let go of the spool as it is, as the end of the process does."""
        self._spool.abandon()

    def _take(self, record: LiveRecord, file: int) -> None:
        size = len(record.begun.raw) + len(record.ended.response)
        files: tuple[int, ...] = (file,)
        try:
            files = (file, self._spool.append(*pack_ended(record.begun.id, record.ended)))
        except SpoolError:
            # The answer is there and was paid for: it goes out, and into the database all the same.
            _log.exception("the spool could not be written", extra={"call": record.begun.id})
        self._waiting.append(_Done(record, files, size))
        self._bytes += size
        self._ended += 1
        if (place := live_calls.place_of(record)) is not None:
            self._answers[record.begun.scope.org, place] = record
        if self._inline:
            self._write_inline()
        elif self._writing is None and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._begin_writing)

    def _begin_writing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is None and self._waiting:
            self._writing = self._tasks.spawn("calls recorded", self._write())

    async def _write(self) -> None:
        """Commit a group; the next one begins some time after it."""
        group = self._waiting[:_GROUP]
        pause = LINGER_SECONDS
        try:
            await self._commit(group)
            self._failures = 0
        except REFUSED as error:
            _log.warning("calls wait for the database", extra={"kind": type(error).__name__})
            pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
            self._failures += 1
        finally:
            self._writing = None
            if self._waiting and self._timer is None:
                pause = 0.0 if len(self._waiting) >= _GROUP and not self._failures else pause
                self._timer = asyncio.get_running_loop().call_later(pause, self._begin_writing)

    async def _commit(self, group: Sequence[_Done]) -> None:
        for scope, some in _by_organization(group).items():
            try:
                await self._storage.write(scope, self._act(some))
            except REFUSED:
                raise
            except Exception as error:  # noqa: BLE001 - a fault of ours with one call must not keep the others
                if len(some) > 1:
                    # One of them is to blame: the others go on without it.
                    for each in some:
                        await self._commit([each])
                    continue
                name = some[0].record.begun.id
                _log.error("%s could not be recorded: %s", name, kind_and_place(error))
                set_aside(self._base, some[0].record)
            self._committed_now(scope, some)

    def _act(self, some: Sequence[_Done]) -> Callable[[Tenant], object]:
        records = [each.record for each in some]
        open_calls = bool(self._open)

        def act(tenant: Tenant) -> None:
            if open_calls:
                # Those that go on: after a power cut they are known to have begun, up to this COMMIT.
                self._spool.sync()
            live_calls.commit(tenant, records)

        return act

    def _write_inline(self) -> None:
        for scope, some in _by_organization(self._waiting).items():
            self._storage.post(scope, self._act(some))
            self._committed_now(scope, some)

    def _committed_now(self, scope: Scope, some: Sequence[_Done]) -> None:
        gone = {id(each) for each in some}
        self._waiting = [each for each in self._waiting if id(each) not in gone]
        self._committed += len(some)
        for each in some:
            self._bytes -= each.size
            place = live_calls.place_of(each.record)
            if place is not None and self._answers.get((scope.org, place)) is each.record:
                del self._answers[scope.org, place]
            for file in each.files:
                self._spool.release(file)
        if any(each.record.judged for each in some):
            self.scoring.wake(scope)


def _by_organization(group: Sequence[_Done]) -> dict[Scope, list[_Done]]:
    found: defaultdict[Scope, list[_Done]] = defaultdict(list)
    for each in group:
        found[whole(each.record.begun.scope)].append(each)
    return found


def whole(scope: Scope) -> Scope:
    """The organization, as the server itself works for it."""
    return replace(scope, customer=None, reviewer="server")


def _bug(name: str, error: BaseException) -> None:
    _log.error("%s ended: %s", name, kind_and_place(error))
