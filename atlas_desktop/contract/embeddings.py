"""Embeddings in OpenAI's shape."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, DropIn
from atlas_desktop.contract.chat import CallMetadata, Usage
from atlas_desktop.contract.delivery import Delivery, Tier


class EmbeddingsCreate(DropIn):
    """Texts (or token ids) to embed. ``atlas-embed-1`` routes; the rest is forwarded as it is."""

    model: str = Field(min_length=1, max_length=200)
    input: str | list[str] | list[int] | list[list[int]]
    encoding_format: Literal["float", "base64"] | None = None
    tier: Tier | None = None
    tier_strict: bool | None = None
    forbid_atlas_network: bool | None = None
    metadata: CallMetadata | None = None


class Embedding(Answer):
    """One vector: numbers, or base64 of 32-bit floats where that was asked for."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class Embeddings(Answer):
    """The answer of ``POST /embeddings``."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: Usage | None = None
    delivery: Delivery | None = None
