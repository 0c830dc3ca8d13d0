"""What of an item is scored, and against what. Pure."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.domain.scoring.score import Score, unscored
from atlas_desktop.wording import tr

EXPECTED: Final = "expected"
RECORDED: Final = "recorded"
PREDICTIONS: Final = frozenset({EXPECTED, RECORDED})
"""What needs no model to answer anew."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The answer to score (None: there is none), the one it is compared with, and the question."""

    answer: str | None
    expected: str | None
    messages: list[dict[str, Any]]


def texts_of(document: bytes, predictions: str) -> Texts:
    """The texts of a stored item. Scoring its expected output, there is nothing to compare that with."""
    item = orjson.loads(document)
    expected = as_text(item.get("expected_output"))
    messages = (item.get("input") or {}).get("messages")
    shown = messages if isinstance(messages, list) else []
    if predictions == EXPECTED:
        return Texts(expected, None, shown)
    return Texts(as_text(item.get("predicted")), expected, shown)


def as_text(value: Json) -> str | None:
    """An output as the text it is: JSON unless it is a string."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def impossible(kind: EvaluatorKind, predictions: str) -> Score | None:
    """Why this kind can score no item of such a run, if it cannot."""
    if kind == "embedding_match" and predictions == EXPECTED:
        return unscored(
            "nothing_to_compare", tr("the expected outputs themselves have nothing to compare with")
        )
    return None


def missing() -> Score:
    """The score of an item that has no answer."""
    return unscored("no_prediction", tr("no answer of the model was recorded with this item"))
