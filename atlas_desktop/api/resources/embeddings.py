"""Embeddings through the gateway."""

from typing import Final

from atlas_desktop.api.resources.resource import Resource, body_of
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.embeddings import Embeddings, EmbeddingsCreate

_PATIENCE: Final = 120.0
_NO_KEY: Final = ""


class EmbeddingVectors(Resource):
    """``client.embeddings``."""

    async def create(
        self,
        *,
        input: str | list[str],  # noqa: A002 - the protocol's name
        model: str = "atlas-embed-1",
        idempotency_key: str | None = None,
        **options: Json,
    ) -> Embeddings:
        """Vectors of texts, in their order. ``options`` are those of the OpenAI protocol, ``tier`` and ``metadata``.

        Raises ValueError for options that are not of the contract's types.
        """
        body = body_of(EmbeddingsCreate, {**options, "model": model, "input": input})
        return await self._exchange.ask(
            "embeddings.create",
            Embeddings,
            body=body,
            idempotency_key=_NO_KEY if idempotency_key is None else idempotency_key,
            patience=_PATIENCE,
        )
