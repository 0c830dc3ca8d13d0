"""Which judge the server asks: named by whoever runs it, never by a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

VARIABLES: Final = ("ATLAS_JUDGE_BASE_URL", "ATLAS_JUDGE_API_KEY", "ATLAS_JUDGE_MODEL")


@dataclass(frozen=True, slots=True)
class JudgeEndpoint:
    """An OpenAI-compatible endpoint. ``model`` is asked where an evaluator names none."""

    base_url: str
    key: str = field(repr=False)
    model: str | None = None
    seconds: float = 60.0


def judge_from(environment: Mapping[str, str]) -> JudgeEndpoint | None:
    """The endpoint that the environment names, if it does."""
    base, key, model = (environment.get(name, "").strip() for name in VARIABLES)
    return JudgeEndpoint(base, key, model or None) if base else None
