"""Candidates on their way into production. Feature ``releases``."""

from collections.abc import AsyncIterator

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.releases import (
    Release,
    ReleaseAdvance,
    ReleaseCreate,
    ReleaseRollback,
    ReleasesQuery,
)


class Releases(Resource):
    """From shadow to canary to prod."""

    async def create(self, release: ReleaseCreate, *, idempotency_key: str | None = None) -> Release:
        """Begin a release in the shadow. Raises ConflictError where the operation has an open one."""
        return await self._exchange.ask(
            "releases.create", Release, body=release, idempotency_key=idempotency_key
        )

    async def list(self, query: ReleasesQuery | None = None) -> Page[Release]:
        """One page, newest first, without ``standing``."""
        return await self._exchange.ask("releases.list", Page[Release], query=query)

    def iterate(self, query: ReleasesQuery | None = None) -> AsyncIterator[Release]:
        """Every release that matches."""
        first = query or ReleasesQuery()
        return iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)

    async def get(self, release: str) -> Release:
        """One release, with how it stands."""
        return await self._exchange.ask("releases.get", Release, release=release)

    async def advance(
        self, release: str, asked: ReleaseAdvance | None = None, *, idempotency_key: str | None = None
    ) -> Release:
        """The next stage, or a wider canary. Raises ShipGatesUnmetError while a gate does not hold."""
        return await self._exchange.ask(
            "releases.advance",
            Release,
            body=asked or ReleaseAdvance(),
            idempotency_key=idempotency_key,
            release=release,
        )

    async def rollback(
        self, release: str, reason: str = "", *, idempotency_key: str | None = None
    ) -> Release:
        """Take the candidate out of the traffic. The reason is kept."""
        return await self._exchange.ask(
            "releases.rollback",
            Release,
            body=ReleaseRollback(reason=reason),
            idempotency_key=idempotency_key,
            release=release,
        )
