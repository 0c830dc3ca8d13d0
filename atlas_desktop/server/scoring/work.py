"""What is done in the processes beside: functions of plain values."""

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EmbeddingConfig, EvaluatorKind
from atlas_desktop.domain.scoring.embedding import score_embedding
from atlas_desktop.domain.scoring.evaluator import check_config, score_local
from atlas_desktop.domain.scoring.json_schema import check_schema
from atlas_desktop.domain.scoring.score import ConfigError, Score, unscored
from atlas_desktop.server.scoring.endpoint import OFFLINE_MODEL

_PIECE: Final = 8_000
"""Characters embedded at once: the vectors of every token lie side by side, a kilobyte each."""

Fault = tuple[str, tuple[str | int, ...]]
"""What is wrong with a config, and where in it."""


def checked(kind: EvaluatorKind, config: dict[str, Json]) -> dict[str, Json] | Fault:
    """The config with its names as they are kept, or what is wrong with it."""
    try:
        return check_config(kind, config).model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
    except ConfigError as error:
        return str(error), error.place


def schema_fault(schema: dict[str, Json]) -> Fault | None:
    """What is wrong with an output schema."""
    try:
        check_schema(schema)
    except ConfigError as error:
        return str(error), error.place
    return None


def score(kind: EvaluatorKind, config: dict[str, Json], output: str, schema: Json) -> Score:
    """The score of a rule that needs nothing but the text."""
    return score_local(kind, config, output, schema)


def embedded(config: dict[str, Json], output: str, expected: str | None) -> Score:
    """How near the output comes to the expected one."""
    rule = EmbeddingConfig.model_validate(config)
    if rule.model not in (None, OFFLINE_MODEL):
        return unscored(
            "no_model", f"this server has no embedding model {rule.model}; it has {OFFLINE_MODEL}"
        )
    return score_embedding(rule, output, expected, _embed)


def _embed(texts: list[str]) -> Sequence[Sequence[float]]:
    return [_vector(text) for text in texts]


def _vector(text: str) -> Sequence[float]:
    """The mean of the vectors of its pieces, each by its length."""
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)] or [""]
    # Not in one go: it makes all of a batch as long as the longest.
    rows = [(_model().embed([piece])[0], len(piece)) for piece in pieces]
    vector: Sequence[float] = sum(row * length for row, length in rows).tolist()
    return vector


@lru_cache(1)
def _model() -> Any:
    import wordllama  # noqa: PLC0415 - 0.2 s and 160 MB that only this kind needs

    # It makes itself the root's handler when imported.
    logging.getLogger().handlers.clear()
    # Offline: it looks for its tokenizer in a folder of another name than the one it comes with, then in the
    # cache, and would fetch it (https://github.com/dleemiller/WordLlama).
    home = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=home, disable_download=True)
