"""Scoring many items in the process beside: functions of plain values."""

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson

from atlas_desktop.domain.scoring.evaluator import score_local
from atlas_desktop.domain.scoring.score import Finding, Score
from atlas_desktop.server.evaluation_runs.material import Item, Result, Rule, Scored
from atlas_desktop.server.evaluation_runs.texts import Texts, missing, texts_of
from atlas_desktop.server.scoring.work import embedded

PIECE_SECONDS: Final = 0.25
"""After so long a piece goes back half done: whoever waits for the process waits no longer than this and one item."""
_MOST_FINDINGS: Final = 20
_LONGEST_WORDS: Final = 500
_NOTHING: Final = b"{}"


def score_items(rules: bytes, predictions: str, items: Sequence[Item]) -> Scored:
    """The items that could be scored within the time for a piece, by all of the rules."""
    return _within(items, predictions, [_local(rule) for rule in _rules(rules)])


def embed_items(rules: bytes, predictions: str, items: Sequence[Item]) -> Scored:
    """The same by an embedding model."""
    return _within(items, predictions, [_embedding(rule) for rule in _rules(rules)])


def result_of(item: Item, rule: str, score: Score) -> Result:
    """A score as it is kept."""
    return item.id, rule, score.value, score.passed, item.weight, _document(score)


_Named = tuple[str, Callable[[Texts], Score]]


def _local(rule: Rule) -> _Named:
    """The rule as a function of an item's texts."""
    return rule.id, lambda texts: score_local(rule.kind, rule.config, texts.answer or "", rule.schema)


def _embedding(rule: Rule) -> _Named:
    return rule.id, lambda texts: embedded(rule.config, texts.answer or "", texts.expected)


def _within(items: Sequence[Item], predictions: str, rules: Sequence[_Named]) -> Scored:
    began = time.monotonic()
    results: list[Result] = []
    done = 0
    for item in items:
        texts = texts_of(item.document, predictions)
        for name, score in rules:
            made = missing() if texts.answer is None else score(texts)
            results.append(result_of(item, name, made))
        done += 1
        if time.monotonic() - began > PIECE_SECONDS:
            break
    return done, results, time.monotonic() - began


@lru_cache(16)
def _rules(rules: bytes) -> tuple[Rule, ...]:
    return tuple(Rule(*rule) for rule in orjson.loads(rules))


def _document(score: Score) -> bytes:
    if not score.details and score.reason is None:
        return _NOTHING
    said: dict[str, Any] = {}
    if score.reason is not None:
        said |= {"reason": score.reason, "message": score.words[:_LONGEST_WORDS]}
    if score.details:
        said["details"] = [_finding(finding) for finding in score.details[:_MOST_FINDINGS]]
    return orjson.dumps(said)


def _finding(finding: Finding) -> dict[str, Any]:
    found = {
        "message": finding.message[:_LONGEST_WORDS],
        "path": list(finding.path),
        "keyword": finding.keyword,
        "property": finding.property,
        "start": finding.start,
        "end": finding.end,
    }
    return {name: value for name, value in found.items() if value not in (None, [])}
