"""Embeddings of a provider, asked over the net."""

from collections.abc import Sequence
from math import isfinite
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EmbeddingConfig
from atlas_desktop.domain.scoring.embedding import score_embedding
from atlas_desktop.domain.scoring.score import Score, unscored
from atlas_desktop.server.scoring.address import AddressRefused
from atlas_desktop.server.scoring.endpoint import ModelEndpoint
from atlas_desktop.server.scoring.provider import Failed, Passing, Who, ask

_LARGEST_REPLY: Final = 8 * 1024 * 1024
_MOST_NUMBERS: Final = 100_000
_LONGEST: Final = 100_000
"""Characters of a text: models take some thousand tokens, and cut or refuse what is longer."""
_WHO: Final = Who("the embedding model", "embedding_failed")


def score_by_provider(
    endpoint: ModelEndpoint, config: EmbeddingConfig, output: str, expected: str | None
) -> Score:
    """How near the output comes to the expected one, as the provider's model sees it. Blocks.

    Raises Passing when asking again may help.
    """
    model = config.model or endpoint.model
    if model is None:
        return unscored("no_model", "neither the evaluator nor the server names an embedding model")
    if max(len(output), len(expected or "")) > _LONGEST:
        return unscored("too_large", "the output is too long for the embedding model")
    try:
        return score_embedding(config, output, expected, lambda texts: _vectors(endpoint, model, texts))
    except AddressRefused as refused:
        return unscored("no_model", f"the embedding model's address was refused: {refused}")
    except Passing:
        raise
    except Failed as failed:
        return unscored(failed.reason, str(failed))


def _vectors(endpoint: ModelEndpoint, model: str, texts: list[str]) -> list[list[float]]:
    body = {"model": model, "input": texts, "encoding_format": "float"}
    reply = ask(endpoint, "/embeddings", body, who=_WHO, most=_LARGEST_REPLY)
    if reply.status != 200:
        raise Failed(_WHO, f"answered with status {reply.status}")
    try:
        rows = orjson.loads(reply.body)["data"]
        found = {row["index"]: row["embedding"] for row in rows}
        vectors = [found[number] for number in range(len(texts))]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        raise Failed(_WHO, "did not answer with embeddings") from None
    if not _are_vectors(vectors):
        raise Failed(_WHO, "answered without vectors")
    return vectors


def _are_vectors(vectors: Sequence[Json]) -> bool:
    """Numbers, as many in each."""
    if not all(isinstance(vector, list) and 0 < len(vector) <= _MOST_NUMBERS for vector in vectors):
        return False
    same = len({len(vector) for vector in vectors}) == 1
    return same and all(
        type(number) in (int, float) and isfinite(number) for vector in vectors for number in vector
    )
