"""Everything a server instance is told from outside: where it stores, whom it trusts, what time it is."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import quote

from atlas_desktop.beside import Beside
from atlas_desktop.contract.ids import Kind, new_id
from atlas_desktop.contract.limits import BODY_LIMIT
from atlas_desktop.server.scoring.endpoint import ModelEndpoint

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Clock(Protocol):
    """What time it is: the wall clock for what is stored, the monotonic one for limits and caches."""

    def now(self) -> datetime:
        """The moment, with a zone."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""


class SystemClock:
    """The clock of this computer."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of :func:`time.monotonic`."""
        return time.monotonic()


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class CommitHooks:
    """Called just before and just after each COMMIT. May raise a BaseException to play a crash there."""

    before: Callable[[], None] = _nothing
    after: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True)
class StaticKey:
    """A key that lives in memory only: how the app's own child server knows the app.

    ``operator``: whoever has it runs this server, and may change its provider table.
    """

    key: str = field(repr=False)
    organization: str = "local"
    customer: str | None = None
    name: str = "me"
    operator: bool = False


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket per key: ``burst`` requests at once, refilled at ``per_second``.

    ``concurrent`` may run at once, and ``calls`` to models beside them: those wait most of their time.
    """

    burst: int = 10_000
    per_second: float = 5000.0
    concurrent: int = 64
    calls: int = 400


def _run_processes() -> tuple[Beside, ...]:
    """Half of the cores, four at most: the other half is for whoever asks meanwhile."""
    number = max(1, min(4, (os.cpu_count() or 1) // 2))
    return tuple(Beside("atlas_desktop.server.evaluation_runs.work") for _ in range(number))


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """How one server instance runs.

    ``executor="inline"`` runs all storage in the caller's thread on one connection and needs no event
    loop of its own: for simulations. ``hosts`` are the only names a request may address (any port);
    ``origins`` the only web origins let in, normally none. ``proof_secret`` answers ``/healthz?nonce=``.
    ``beside`` is the process that reads large imports; ``rules`` and ``model`` are those that score, ``runs``
    those that score whole datasets (``slow_runs`` what had to be stopped there), and ``judge`` is the endpoint of a model that does, where there is one; ``embedder`` that of one that embeds.

    ``providers`` is the file of the provider table, beside the database where it is left out; its keys are looked
    for in ``provider_keys`` (by provider), in the environment, and by ``key_ring`` (which may take seconds).
    """

    database_url: str
    executor: Literal["threaded", "inline"] = "threaded"
    clock: Clock = field(default_factory=SystemClock)
    ids: Callable[[Kind], str] = new_id
    hooks: CommitHooks = field(default_factory=CommitHooks)
    static_keys: tuple[StaticKey, ...] = ()
    hosts: frozenset[str] = LOOPBACK_HOSTS
    origins: frozenset[str] = frozenset()
    proof_secret: bytes | None = field(default=None, repr=False)
    body_limit: int = BODY_LIMIT
    body_timeout: float | None = 60.0
    rate: RateLimit = field(default_factory=RateLimit)
    readers: int = 4
    beside: Beside = field(default_factory=lambda: Beside("atlas_desktop.domain.recorded"))
    rules: Beside = field(default_factory=lambda: Beside("atlas_desktop.server.scoring.work"))
    model: Beside = field(default_factory=lambda: Beside("atlas_desktop.server.scoring.work"))
    runs: tuple[Beside, ...] = field(default_factory=_run_processes)
    slow_runs: Beside = field(default_factory=lambda: Beside("atlas_desktop.server.evaluation_runs.work"))
    judge: ModelEndpoint | None = None
    embedder: ModelEndpoint | None = None
    providers: Path | None = None
    provider_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    key_ring: Callable[[str], str | None] | None = None


def sqlite_url(path: Path) -> str:
    """The database URL of a SQLite file, whatever is in its name: ``?`` would end it, and ``%41`` be an A."""
    return f"sqlite:///{quote(str(path), safe='/:')}"
