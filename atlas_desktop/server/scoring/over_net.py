"""Scores by models that are asked over the net, and asked again when that may help."""

from collections.abc import Awaitable, Callable
from typing import Final

from atlas_desktop.contract.evaluators import EmbeddingConfig, JudgeConfig
from atlas_desktop.domain.scoring.score import Score, unscored
from atlas_desktop.server.scoring.embeddings import score_by_provider
from atlas_desktop.server.scoring.endpoint import ModelEndpoint
from atlas_desktop.server.scoring.judge import score_judge
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.scoring.provider import Passing

ATTEMPTS: Final = 4
FIRST_PAUSE = 0.5
LONGEST_PAUSE: Final = 8.0


def score(material: Material, judge: ModelEndpoint | None, embedder: ModelEndpoint | None) -> Score:
    """The score of one output by a model. Blocks. Raises Passing when asking again may help."""
    if material.kind == "llm_judge":
        rule = JudgeConfig.model_validate(material.config)
        return score_judge(judge, rule, material.output, material.messages, material.expected)
    if embedder is None:
        raise ValueError(f"{material.kind} asks nobody")
    config = EmbeddingConfig.model_validate(material.config)
    return score_by_provider(embedder, config, material.output, material.expected)


def once(ask: Callable[[], Score]) -> Score:
    """The score, asked for once."""
    try:
        return ask()
    except Passing as error:
        return _none(error)


async def patiently(ask: Callable[[], Awaitable[Score]], seconds: float) -> Score:
    """The score, after four attempts at most; none begins after so many seconds."""
    # Imported when it is needed: 60 ms. A context, not a decorator: that one logs the arguments, a customer's text.
    import stamina  # noqa: PLC0415

    attempts = stamina.retry_context(
        on=_pause,
        attempts=ATTEMPTS,
        timeout=seconds,
        wait_initial=FIRST_PAUSE,
        wait_max=LONGEST_PAUSE,
        wait_jitter=FIRST_PAUSE,
    )
    try:
        async for attempt in attempts:
            with attempt:
                return await ask()
    except Passing as error:
        return _none(error)
    raise AssertionError("unreachable")


def _pause(error: Exception) -> bool | float:
    """Whether to ask again, and after how many seconds if the other end said so."""
    if not isinstance(error, Passing):
        return False
    return True if error.after is None else error.after


def _none(error: Passing) -> Score:
    return unscored(error.reason, str(error))
