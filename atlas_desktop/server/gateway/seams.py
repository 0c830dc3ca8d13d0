"""What the gateway's pipeline asks of its parts. Each part is a room of its own; none imports another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Fingerprints, Tier
from atlas_desktop.server.answers import Answered
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.storage.idempotency import Token
from atlas_desktop.server.storage.scope import Scope

ServedBy = Literal["provider", "atlas_network"]


@dataclass(frozen=True, slots=True)
class Served:
    """Who answered: what the delivery block, the history and the bill are made of. Prices in US dollars a token."""

    provider: str
    model: str
    quantization: str
    served_by: ServedBy = "provider"
    prompt_price: float | None = None
    completion_price: float | None = None


@dataclass(slots=True)
class LiveCall:
    """One call on its way through the gateway, as far as it is known before anything is sent upstream.

    ``raw`` is the client's body as it came, ``request`` the same parsed. ``standing`` is what stood for the
    operation when it was asked: its gates are pinned by the recorder. ``route`` is the decision's trace. ``release``
    is the one whose candidate answers it.
    """

    id: str
    scope: Scope
    customer: str
    created_ms: int
    operation: str | None
    schema_version: str | None
    model: str
    tier: Tier
    raw: bytes
    request: dict[str, Json]
    metadata: Mapping[str, Json]
    standing: Standing | None = None
    route: Json = None
    release: "Overlay | None" = None


@dataclass(slots=True)
class Ending:
    """How a call ended. ``delivery`` is the block as it was sent; None where no provider was reached.

    ``message`` is the assistant's, as far as it came. ``finish_reason`` is the upstream's, or ``cancelled`` (the client
    went away), ``error`` (upstream failed; ``error`` is our code for it). ``estimated``: the usage is ours,
    since the provider gave none. ``cached_from``: the call whose answer this is.
    """

    message: dict[str, Json] | None
    finish_reason: str | None
    usage: dict[str, Json] | None
    delivery: dict[str, Json] | None
    fingerprints: Fingerprints
    served: Served | None
    latency_ms: float
    cost_usd: float | None
    estimated: bool = False
    error: str | None = None
    cached_from: str | None = None
    extra: dict[str, Json] = field(default_factory=dict)


class Recorder(Protocol):
    """Part of G3. ``begin`` and ``done`` only write to the spool: no wait, no thread, no SQL."""

    def begin(self, call: LiveCall) -> None:
        """The call is about to be sent upstream."""

    def done(self, call: LiveCall, ending: Ending) -> None:
        """It ended: written before the client gets its last byte, and committed soon. Once for each ``begin``."""

    @property
    def pending(self) -> bool:
        """Whether a call that was done is not committed yet."""

    async def settled(self) -> None:
        """Every call that was done is committed, so that whoever reads finds it."""

    async def start(self) -> None:
        """Replay what a crash left in the spool."""

    async def close(self) -> None:
        """Commit what is pending."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """An answer from the record: the call it was first given to, and what was said there."""

    call_id: str
    message: dict[str, Json]
    finish_reason: str
    usage: dict[str, Json] | None
    served: Served


class AnswerCache(Protocol):
    """Part of G3."""

    async def look_up(
        self, scope: Scope, customer: str, operation: str, fp_cache: str
    ) -> CachedAnswer | None:
        """The newest answer to the same request of the same customer."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A release that takes this call (canary, prod): it is answered by ``model``, of this provider and at this
    quantization where they are named. Where no such variant may serve the call, it is routed as if there were none.
    """

    release_id: str
    stage: str
    model: str
    provider: str | None = None
    quantization: str | None = None


class Releases(Protocol):
    """Part of G4."""

    def overlay(self, scope: Scope, call: LiveCall, fingerprints: Fingerprints) -> Overlay | None:
        """Which release takes this call, if any."""

    def after(self, call: LiveCall, ending: Ending) -> None:
        """It was answered: duplicate it in the shadow, look after the canary. Never blocks, never raises."""

    async def follow(self, scope: Scope) -> None:
        """A release of this organization was moved: traffic follows."""


class Batch(Protocol):
    """Part of G4."""

    async def take(self, call: LiveCall, token: Token | None) -> Answered:
        """Make the call a durable job, once for its ``Idempotency-Key``: 202 and a completion with no choices."""

    async def waiting(self, scope: Scope, call_id: str) -> dict[str, Json] | None:
        """The same completion while the job waits; None when there is no such job."""
