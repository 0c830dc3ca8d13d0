"""Shadow traffic: what was answered is put to the candidate too. Never an answer, never waited for, never billed."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Protocol

from pydantic import ValidationError

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.chat import Message
from atlas_desktop.contract.delivery import Fingerprints
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.domain.routing.model import Decision, NoVariantError
from atlas_desktop.server.gateway.rollback import Rollback
from atlas_desktop.server.gateway.seams import Ending, LiveCall, Overlay
from atlas_desktop.server.gateway.shadow_scores import ShadowScores
from atlas_desktop.server.storage import release_results, releases
from atlas_desktop.server.storage.release_results import Facts, Waiting, tokens
from atlas_desktop.server.storage.releases import Active
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

AT_ONCE: Final = 32
OF_ONE: Final = 8
"""Duplicates under way at once, of all releases and of one. What comes beyond is dropped: nothing queues."""
MOST_BYTES: Final = 32 * 1024 * 1024
"""Of the requests under way: each may be 16 MiB."""
_RESUMED: Final = 1000


class Answering(Protocol):
    """The part of the gateway that asks a provider."""

    def decide(self, call: LiveCall, fingerprints: Fingerprints) -> Decision:
        """Who answers. Takes ``call.release`` away where its candidate may not. Raises NoVariantError."""

    async def complete(self, call: LiveCall, fingerprints: Fingerprints, decision: Decision) -> Ending:
        """One plain call, recorded nowhere: how it ended, also badly."""


@dataclass(frozen=True, slots=True)
class _Shadow:
    release: Active
    scope: Scope
    call: LiveCall
    prints: Fingerprints


class Shadowing:
    """Used on the server's event loop."""

    def __init__(
        self, storage: Storage, tasks: Tasks, answering: Answering, scores: ShadowScores, rollback: Rollback
    ) -> None:
        self._storage = storage
        self._tasks = tasks
        self._answering = answering
        self._scores = scores
        self._rollback = rollback
        self._busy: Counter[int] = Counter()
        self._bytes = 0
        self._dropped: Counter[int] = Counter()

    def take(self, scope: Scope, release: Active, call: LiveCall, prints: Fingerprints) -> None:
        """Put a call to the candidate as well, if there is room. Returns at once."""
        full = self._busy.total() >= AT_ONCE or self._busy[release.seq] >= OF_ONE
        if full or self._bytes + len(call.raw) > MOST_BYTES:
            self._dropped[release.seq] += 1
            return
        self._busy[release.seq] += 1
        self._bytes += len(call.raw)
        shadow = _Shadow(release, scope, _copy(call, release), prints)
        self._tasks.spawn("a call in the shadow", self._work(shadow))

    async def resume(self, scope: Scope) -> None:
        """Score what a server before this one did not."""
        for one in await self._storage.read(scope, partial(release_results.waiting, most=_RESUMED)):
            await self._judge(scope, one)

    async def _work(self, shadow: _Shadow) -> None:
        try:
            one = await self._ask(shadow)
        finally:
            self._busy[shadow.release.seq] -= 1
            self._bytes -= len(shadow.call.raw)
        # Scoring takes no place: another call may be put to the candidate meanwhile.
        if one is not None:
            await self._judge(shadow.scope, one)

    async def _ask(self, shadow: _Shadow) -> Waiting | None:
        """Ask, and keep what came; what is to be scored."""
        call, release = shadow.call, shadow.release
        try:
            decision = self._answering.decide(call, shadow.prints)
        except NoVariantError:
            return None
        if call.release is None:
            # The candidate may not answer such a call: its tier, or its caller, forbids.
            return None
        ending = await self._answering.complete(call, shadow.prints, decision)
        facts = _facts(call, ending)
        dropped = self._dropped.pop(release.seq, 0)

        def write(tenant: Tenant) -> int | None:
            if dropped:
                releases.dropped(tenant, release.seq, dropped)
            return release_results.add(tenant, release.seq, "shadow", facts)

        seq = await self._storage.write(shadow.scope, write)
        self._rollback.look(shadow.scope, release.id)
        if seq is None or facts.state != "waiting":
            return None
        messages: Any = call.request.get("messages") or []
        return Waiting(seq, release.id, messages, _output(ending), release.operation, call.schema_version)

    async def _judge(self, scope: Scope, one: Waiting) -> None:
        scores = await self._scores.of(scope, one)
        await self._storage.write(
            scope, lambda tenant: release_results.shadow_judged(tenant, one.seq, scores)
        )
        self._rollback.look(scope, one.release_id)


def overlay_of(release: Active) -> Overlay:
    """A release as the router takes it."""
    return Overlay(release.id, release.stage, release.model, release.provider, release.quantization)


def _copy(call: LiveCall, release: Active) -> LiveCall:
    request = {
        name: value for name, value in call.request.items() if name not in ("stream", "stream_options")
    }
    return replace(call, request=request, release=overlay_of(release), route=())


def _facts(call: LiveCall, ending: Ending) -> Facts:
    usage = ending.usage or {}
    failure = (ending.error or "provider_failed") if ending.finish_reason == "error" else None
    gates = call.standing.gates if call.standing is not None else ()
    document = b"{}"
    if failure is None and gates:
        messages: Json = call.request.get("messages") or []
        document = release_results.waiting_document(messages, _output(ending), call.schema_version)
    return Facts(
        call.id,
        call.customer,
        failure,
        ending.latency_ms,
        round((ending.cost_usd or 0.0) * 1e9),
        tokens(usage.get("prompt_tokens")),
        tokens(usage.get("completion_tokens")),
        document,
        scored=bool(gates),
    )


def _output(ending: Ending) -> str:
    try:
        return answer_text(Message.model_validate(ending.message or {}))
    except ValidationError:
        # Of a message that is none: nothing was said.
        return ""
