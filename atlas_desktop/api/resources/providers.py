"""Who answers the gateway's calls: the provider table, its keys, and what would be chosen."""

from collections.abc import Sequence

import orjson

from atlas_desktop.api.resources.resource import Resource
from atlas_desktop.contract.providers import (
    Preset,
    Presets,
    ProviderKeyKept,
    ProviderSpec,
    ProviderStatus,
    ProviderTable,
    ProviderTableWrite,
    ProviderTrial,
    ProviderTry,
    Routing,
)
from atlas_desktop.contract.secret import Secret


class Providers(Resource):
    """Read by anybody with a key; changed only by the app that runs the server. Feature ``providers``."""

    async def list(self) -> ProviderTable:
        """The table, and how each provider stands. Never a key."""
        return await self._exchange.ask("providers.list", ProviderTable)

    async def replace(self, revision: str, providers: Sequence[ProviderSpec]) -> ProviderTable:
        """Write the whole table in the place of this revision; 409 ``providers_changed`` when it is another by now."""
        body = ProviderTableWrite(revision=revision, providers=list(providers))
        return await self._exchange.ask("providers.replace", ProviderTable, body=body)

    async def presets(self) -> Sequence[Preset]:
        """How known upstreams are set up."""
        return (await self._exchange.ask("providers.presets", Presets)).data

    async def attempt(self, asked: ProviderTry, *, idempotency_key: str | None = None) -> ProviderTrial:
        """Ask one tiny completion. ``key`` is used for it and forgotten."""
        fields = asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
        if asked.key is not None:
            fields["key"] = asked.key.reveal()
        return await self._exchange.ask(
            "providers.try", ProviderTrial, body=orjson.dumps(fields), idempotency_key=idempotency_key
        )

    async def keep_key(self, provider: str, key: Secret | None) -> ProviderStatus:
        """Hand over a key, which the server keeps in memory until it ends; None makes it forget the one it has."""
        body = orjson.dumps({"key": key.reveal() if key is not None else None})
        kept = await self._exchange.ask("providers.key", ProviderKeyKept, body=body, provider=provider)
        return kept.status

    async def routing(self, operation: str) -> Routing:
        """What would answer the next call of an operation, by id or key, in each tier, and why."""
        return await self._exchange.ask("operations.routing", Routing, operation=operation)
