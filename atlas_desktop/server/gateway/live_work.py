"""Scoring the answers of many calls in the process beside: functions of plain values."""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import orjson

from atlas_desktop.domain.scoring.evaluator import score_local
from atlas_desktop.domain.scoring.score import Score
from atlas_desktop.server.evaluation_runs.material import Rule

PIECE_SECONDS: Final = 0.2
"""After so long the rest is left for the next time: whoever waits for the process waits no longer than this."""

Answer = tuple[str, tuple[int, ...]]
"""A text, and the numbers of the rules that it is scored by."""


def score_answers(rules: bytes, answers: Sequence[Answer]) -> list[tuple[Score, ...]]:
    """The scores of the first answers, as many as could be made in the time for a piece."""
    known = _rules(rules)
    until = time.monotonic() + PIECE_SECONDS
    made: list[tuple[Score, ...]] = []
    for text, numbers in answers:
        chosen = [known[number] for number in numbers]
        made.append(tuple(score_local(rule.kind, rule.config, text, rule.schema) for rule in chosen))
        if time.monotonic() > until:
            break
    return made


@lru_cache(32)
def _rules(rules: bytes) -> tuple[Rule, ...]:
    return tuple(Rule(*rule) for rule in orjson.loads(rules))
