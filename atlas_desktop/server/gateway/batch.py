"""Tier batch: taken at once, answered later, whatever crashes in between; recorded once."""

import asyncio
import logging
from functools import partial
from typing import Final, Protocol, cast

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Fingerprints, Tier
from atlas_desktop.domain.batch import LATER_MS, next_try
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.routing.model import NoVariantError
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.owner import is_gone, this_process
from atlas_desktop.server.evaluation_runs.stubborn import stubborn
from atlas_desktop.server.gateway.live_call import Begun, LiveRecord, begun, ended, pack_begun, unpack
from atlas_desktop.server.gateway.releases import of_server
from atlas_desktop.server.gateway.seams import Ending, LiveCall, Overlay
from atlas_desktop.server.gateway.shadowing import Answering
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.refusals import unprocessable
from atlas_desktop.server.storage import batch_jobs, live_calls
from atlas_desktop.server.storage.batch_jobs import BatchJob
from atlas_desktop.server.storage.idempotency import Token, once
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

AT_ONCE: Final = 8
"""Batch calls under way at once: they are not in a hurry, and others are."""
_BEAT: Final = 1.0
"""Seconds between looks; a lease holds for ten."""
_log = logging.getLogger(__name__)


class Desk(Answering, Protocol):
    """The part of the gateway that a batch needs."""

    async def standing_of(self, scope: Scope, operation: str) -> Standing:
        """What stands for an operation."""

    def overlay(self, scope: Scope, call: LiveCall, prints: Fingerprints) -> Overlay | None:
        """Which release takes a call."""

    def recorded(self, scope: Scope, call: LiveCall, ending: Ending) -> None:
        """A call is committed: whoever scores, and looks after releases, hears of it."""


class Batch:
    """Used on the server's event loop. Nothing runs while no job waits."""

    def __init__(self, config: ServerConfig, storage: Storage, desk: Desk) -> None:
        self._clock = config.clock
        self._storage = storage
        self._desk = desk
        self._owner: Final = this_process()
        self._tasks = Tasks(_bug)
        self._watched: dict[int, Scope] = {}
        self._live: dict[int, Scope] = {}
        self._working = False
        self._wake = asyncio.Event()

    async def start(self) -> None:
        """Take up what a server before this one did not answer. Returns at once."""
        for scope in await self._storage.compute(self._storage.registry.organizations):
            self._watch(scope)

    async def close(self) -> None:
        """Stop; what is not recorded is asked again after the next start, by whichever process."""
        live = dict(self._live)
        await self._tasks.close()
        for org, scope in {scope.org: scope for scope in live.values()}.items():
            mine = [seq for seq, whose in live.items() if whose.org == org]
            await self._storage.write(scope, partial(batch_jobs.release, seqs=mine, owner=self._owner))

    async def take(self, call: LiveCall, token: Token | None) -> Answered:
        """Make the call a durable job, once for its ``Idempotency-Key``: 202 and a completion with no choices.

        Raises Refusal (409, 422).
        """
        if call.request.get("stream"):
            message = "a call of tier batch is answered later: ask for it without stream"
            raise unprocessable("batch_not_streamed", message, param="stream")
        if call.request.get("n") not in (None, 1):
            message = "a call of tier batch gives one choice: ask without n"
            raise unprocessable("batch_one_choice", message, param="n")
        asked = begun(call)
        document = b"".join(pack_begun(asked))

        def work(tenant: Tenant) -> Answered:
            batch_jobs.add(tenant, call.id, call.customer, document)
            return answer(_pending(asked), status=202)

        done = await self._storage.write(call.scope, lambda tenant: once(tenant, token, work))
        self._watch(of_server(call.scope))
        return done

    async def waiting(self, scope: Scope, call_id: str) -> dict[str, Json] | None:
        """The same completion while the job waits; None when there is no such job."""
        found = await self._storage.read(scope, partial(batch_jobs.find, call_id=call_id))
        return None if found is None else _pending(_begun(found))

    def _watch(self, scope: Scope) -> None:
        self._watched[scope.org] = scope
        self._wake.set()
        if not self._working:
            self._working = True
            self._tasks.spawn("batch calls are looked after", self._work())

    async def _work(self) -> None:
        try:
            while self._watched:
                self._wake.clear()
                for scope in list(self._watched.values()):
                    if not await self._looked_after(scope):
                        self._forget(scope)
                if self._watched:
                    await self._pause()
        finally:
            self._working = False

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_BEAT):
                await self._wake.wait()
        except TimeoutError:
            return

    def _forget(self, scope: Scope) -> None:
        # A job that was taken meanwhile has set it again.
        if not self._wake.is_set():
            self._watched.pop(scope.org, None)

    async def _looked_after(self, scope: Scope) -> bool:
        try:
            return await stubborn(partial(self._look_after, scope))
        except Exception as error:  # noqa: BLE001 - of one organization: the jobs of the others go on
            _bug("batch calls are looked after", error)
            return True

    async def _look_after(self, scope: Scope) -> bool:
        """Whether the organization has jobs that are not done."""
        mine = [seq for seq, whose in self._live.items() if whose.org == scope.org]
        if mine:
            await self._storage.write(scope, partial(batch_jobs.renew, seqs=mine, owner=self._owner))
        due = await self._storage.read(scope, batch_jobs.next_due)
        if due is None:
            return False
        free = AT_ONCE - len(self._live)
        if free > 0 and due <= self._clock.now().timestamp() * 1000:
            share = max(1, free // len(self._watched))
            for job in await self._storage.write(
                scope, partial(batch_jobs.claim, owner=self._owner, is_gone=is_gone, most=share)
            ):
                self._live[job.seq] = scope
                self._tasks.spawn("a batch call", self._do(scope, job))
        return True

    async def _do(self, scope: Scope, job: BatchJob) -> None:
        try:
            await self._answer(scope, job)
        except Exception as error:  # noqa: BLE001 - this job has failed; it is tried again, the others go on
            _bug("a batch call", error)
            await self._put_off(scope, job)
        finally:
            self._live.pop(job.seq, None)
            self._wake.set()

    async def _answer(self, scope: Scope, job: BatchJob) -> None:
        asked = _begun(job)
        call = await self._call(asked)
        ending = await self._ask(scope, call)
        if (ending is None or _may_help(ending)) and self._again(job) is not None:
            await self._put_off(scope, job)
            return
        ended_so = _unanswered(call) if ending is None else ending
        record = LiveRecord(asked, ended(call, ended_so))
        if await stubborn(lambda: self._storage.write(scope, partial(self._commit, job=job, record=record))):
            self._desk.recorded(scope, call, ended_so)

    def _again(self, job: BatchJob) -> int | None:
        return next_try(job.created_ms, self._now(), job.attempts)

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    async def _put_off(self, scope: Scope, job: BatchJob) -> None:
        due = self._again(job) or self._now() + LATER_MS
        put_off = partial(batch_jobs.put_off, seq=job.seq, owner=self._owner, due_ms=due)
        await stubborn(lambda: self._storage.write(scope, put_off))

    async def _call(self, asked: Begun) -> LiveCall:
        body = orjson.loads(asked.raw)
        request = {name: value for name, value in body.items() if name not in ("stream", "stream_options")}
        standing = None
        if asked.operation is not None:
            standing = await self._desk.standing_of(asked.scope, asked.operation)
        return LiveCall(
            id=asked.id,
            scope=asked.scope,
            customer=asked.customer,
            created_ms=asked.created_ms,
            operation=asked.operation,
            schema_version=asked.schema_version,
            model=asked.model,
            tier=cast("Tier", asked.tier),
            raw=asked.raw,
            request=request,
            metadata=request.get("metadata") or {},
            standing=standing,
        )

    async def _ask(self, scope: Scope, call: LiveCall) -> Ending | None:
        """How it ended; None: there is nobody now who may answer it."""
        prints = fingerprints(call.request, None)
        call.release = self._desk.overlay(scope, call, prints)
        try:
            decision = self._desk.decide(call, prints)
        except NoVariantError:
            return None
        return await self._desk.complete(call, prints, decision)

    def _commit(self, tenant: Tenant, job: BatchJob, record: LiveRecord) -> bool:
        """Record it and end the job, both or neither. False: another process has, or will."""
        if not batch_jobs.done(tenant, job.seq, self._owner):
            return False
        live_calls.commit(tenant, [record])
        return True


def _begun(job: BatchJob) -> Begun:
    found = unpack(job.document)
    if not isinstance(found, Begun):
        raise TypeError("a batch job holds a call that began")
    return found


def _pending(call: Begun) -> dict[str, Json]:
    return {
        "id": call.id,
        "object": "chat.completion",
        "created": call.created_ms // 1000,
        "model": call.model,
        "choices": [],
    }


def _may_help(ending: Ending) -> bool:
    """Whether to ask again: not where the request itself was refused."""
    return ending.finish_reason == "error" and ending.extra.get("error_status") != _BAD_REQUEST


_BAD_REQUEST: Final = 400


def _unanswered(call: LiveCall) -> Ending:
    """Nobody could be asked until the promise ended."""
    return Ending(
        message=None,
        finish_reason="error",
        usage=None,
        delivery=None,
        fingerprints=fingerprints(call.request, None),
        served=None,
        latency_ms=0.0,
        cost_usd=0.0,
        error="no_provider",
        extra={"error_status": 503},
    )


def _bug(name: str, error: BaseException) -> None:
    # The kind alone: its text may hold what a customer wrote.
    _log.error("%s failed: %s", name, type(error).__name__)
