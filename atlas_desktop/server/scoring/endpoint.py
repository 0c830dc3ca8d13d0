"""Which models the server asks: named by whoever runs it, never by a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

JUDGE: Final = ("ATLAS_JUDGE_BASE_URL", "ATLAS_JUDGE_API_KEY", "ATLAS_JUDGE_MODEL")
EMBEDDER: Final = ("ATLAS_EMBED_BASE_URL", "ATLAS_EMBED_API_KEY", "ATLAS_EMBED_MODEL")
"""Environment variables: base URL, key, and the model that is asked where an evaluator names none."""

OFFLINE_MODEL: Final = "wordllama-l2-supercat-256"
"""The embedding model that comes with the program."""


@dataclass(frozen=True, slots=True)
class ModelEndpoint:
    """An OpenAI-compatible endpoint. ``model`` is asked where an evaluator names none."""

    base_url: str
    key: str = field(repr=False)
    model: str | None = None
    seconds: float = 60.0


def endpoint_from(environment: Mapping[str, str], names: tuple[str, str, str]) -> ModelEndpoint | None:
    """The endpoint that the environment names, if it does."""
    base, key, model = (environment.get(name, "").strip() for name in names)
    return ModelEndpoint(base, key, model or None) if base else None
