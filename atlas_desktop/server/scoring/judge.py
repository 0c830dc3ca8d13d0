"""A model as judge, asked over the net."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import JudgeConfig
from atlas_desktop.domain.scoring.judge import (
    REPLY_FORMAT,
    fresh_fence,
    judge_messages,
    judge_score,
    too_large,
)
from atlas_desktop.domain.scoring.score import Finding, Score, unscored
from atlas_desktop.server.scoring.address import AddressRefused
from atlas_desktop.server.scoring.endpoint import JUDGE, ModelEndpoint
from atlas_desktop.server.scoring.provider import Failed, Passing, Who, ask

_LARGEST_REPLY: Final = 256 * 1024
_MOST_TOKENS: Final = 1_000
_WHO: Final = Who("the judge", "judge_failed")
_NONE: Final = f"no judge is configured: give the server {', '.join(JUDGE)}"


def score_judge(
    endpoint: ModelEndpoint | None,
    config: JudgeConfig,
    output: str,
    messages: Sequence[Mapping[str, Any]],
    expected: str | None,
) -> Score:
    """The judge's score, or none with the reason. Blocks, at most ``endpoint.seconds`` and a little.

    Raises Passing when asking again may help.
    """
    model = config.judge_model or (endpoint.model if endpoint else None)
    if endpoint is None:
        return unscored("no_judge", _NONE)
    if model is None:
        return unscored("no_judge", "neither the evaluator nor the server names a judge's model")
    if too_large(output, messages, expected):
        return unscored("too_large", "the conversation is too long for a judge")
    said = judge_messages(config, output, fresh_fence(), messages=messages, expected=expected)
    if said is None:
        return Score(0.0, details=(Finding(f"there is no {config.field} in the output"),))
    try:
        return judge_score(_ask(endpoint, model, said))
    except AddressRefused as refused:
        return unscored("no_judge", f"the judge's address was refused: {refused}")
    except Passing:
        raise
    except Failed as failed:
        return unscored(failed.reason, str(failed))


def _ask(endpoint: ModelEndpoint, model: str, messages: Json) -> str:
    asked = {"model": model, "messages": messages}
    limits = {"temperature": 0, "max_tokens": _MOST_TOKENS, "response_format": REPLY_FORMAT}
    reply = ask(endpoint, "/chat/completions", asked | limits, who=_WHO, most=_LARGEST_REPLY)
    if reply.status in (400, 422):
        # Not every model takes these; that JSON is wanted is said in words as well.
        reply = ask(endpoint, "/chat/completions", asked, who=_WHO, most=_LARGEST_REPLY)
    if reply.status != 200:
        raise Failed(_WHO, f"answered with status {reply.status}")
    try:
        content = orjson.loads(reply.body)["choices"][0]["message"]["content"]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        raise Failed(_WHO, "did not answer with a chat completion") from None
    if not isinstance(content, str):
        raise Failed(_WHO, "answered without text")
    return content
