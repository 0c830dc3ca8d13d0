"""One running server: its configuration, its database, and the few moves that handlers share."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.cursors import BadCursorError, decode_cursor, encode_cursor
from atlas_desktop.server.answers import Answered, Streamed
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.runs import Runs
from atlas_desktop.server.gateway.gateway import Gateway
from atlas_desktop.server.limits import Limiter
from atlas_desktop.server.reading import Reading
from atlas_desktop.server.refusals import unprocessable
from atlas_desktop.server.rolling import Rolling
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage.idempotency import Token, keep, once, replay
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.storage import Storage


@dataclass(frozen=True, slots=True)
class Atlas:
    """What a handler works with."""

    config: ServerConfig
    storage: Storage
    limiter: Limiter
    reading: Reading
    scorer: Scorer
    runs: Runs
    rolling: Rolling
    gateway: Gateway
    features: tuple[str, ...]
    bundling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One training bundle at a time: each keeps a reading thread for seconds, and there are few."""

    async def act(self, asked: Asked, work: Callable[[Tenant], Answered]) -> Answered:
        """Do a write once for its ``Idempotency-Key``; returns after its COMMIT."""
        return await self.storage.write(asked.scope, lambda tenant: once(tenant, asked.token, work))

    async def replayed(self, asked: Asked) -> Answered | None:
        """The first answer to this ``Idempotency-Key``, for work outside of one transaction."""
        token = asked.token
        if token is None:
            return None
        return await self.storage.read(asked.scope, lambda tenant: replay(tenant, token))

    async def keep_first(self, asked: Asked, done: Answered) -> None:
        """Keep the answer for a repetition of the request. Of two that run side by side the first is kept."""
        if (token := asked.token) is not None:
            await self.storage.write(asked.scope, lambda tenant: _keep(tenant, token, done))

    async def keep_last(self, asked: Asked, done: Answered) -> None:
        """Keep the answer for a repetition of the request, in the place of one that was kept while it was worked on."""
        if (token := asked.token) is not None:
            await self.storage.write(asked.scope, lambda tenant: keep(tenant, token, done))

    def seal(self, asked: Asked, position: Any) -> str | None:
        """A cursor to a position in this list, with these filters, for this scope only; None for None."""
        if position is None:
            return None
        places = list(position) if isinstance(position, tuple) else [position]
        return encode_cursor(places, secret=self.storage.cursor_secret, scope=_list_of(asked))

    def unseal(self, asked: Asked) -> list[Json] | None:
        """The position of the request's cursor. Raises Refusal (422)."""
        cursor = asked.query.cursor
        if cursor is None:
            return None
        try:
            return decode_cursor(cursor, secret=self.storage.cursor_secret, scope=_list_of(asked))
        except BadCursorError:
            raise unprocessable(
                "invalid_cursor", "the cursor was not given out for this list", param="cursor"
            ) from None


Handler = Callable[[Atlas, Asked], Awaitable[Answered | Streamed]]


def _keep(tenant: Tenant, token: Token, done: Answered) -> None:
    if replay(tenant, token) is None:
        keep(tenant, token, done)


def _list_of(asked: Asked) -> str:
    filters = asked.query.model_dump(mode="json", exclude={"cursor", "limit"})
    digest = hashlib.sha256(orjson.dumps(filters, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"{asked.scope.salt}\x1f{asked.route.name}\x1f{digest}"
