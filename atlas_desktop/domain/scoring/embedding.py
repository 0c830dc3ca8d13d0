"""How near an output comes to the expected one, as an embedding model sees it.

It cannot see a changed fact, and the model that comes with the program knows English (house.md).
"""

from collections.abc import Callable, Sequence
from math import isfinite, sqrt

from atlas_desktop.contract.evaluators import EmbeddingConfig
from atlas_desktop.domain.scoring.pointer import part_of
from atlas_desktop.domain.scoring.score import LARGEST_OUTPUT, Finding, Score, unscored
from atlas_desktop.wording import tr

Embed = Callable[[list[str]], Sequence[Sequence[float]]]
"""One vector for each text. May raise what it likes: it is a model."""


def score_embedding(config: EmbeddingConfig, output: str, expected: str | None, embed: Embed) -> Score:
    """The cosine of both texts, from -1..1 to 0..1. Not passed below the threshold; without one, undecided."""
    if expected is None:
        return unscored("no_expected_output", tr("there is no expected output to compare with"))
    if max(len(output), len(expected)) > LARGEST_OUTPUT:
        return unscored("too_large", tr("the output is larger than 1 MiB"))
    here, there = part_of(output, config.field), part_of(expected, config.field)
    if there is None:
        return unscored(
            "no_expected_output", tr("there is no {field} in the expected output", field=config.field)
        )
    if here is None:
        missing = Finding(tr("there is no {field} in the output", field=config.field))
        return Score(0.0, _passed(0.0, config), details=(missing,))
    value = 1.0 if here == there else _likeness(*embed([here, there]))
    if value is None:
        return unscored("no_model", tr("the embedding model says nothing about such a text"))
    return Score(value, _passed(value, config))


def _passed(value: float, config: EmbeddingConfig) -> bool | None:
    return None if config.threshold is None else value >= config.threshold


def _likeness(first: Sequence[float], second: Sequence[float]) -> float | None:
    """The cosine as 0..1; None where a vector has no direction."""
    # Scaled first: squares of what a provider sends (1e200) leave the range of floats.
    one, other = _scaled(first), _scaled(second)
    product = sum(a * b for a, b in zip(one, other, strict=True))
    # One root: of equal vectors the cosine is 1 then, not the float before it, and a gate at 1.0 holds.
    size = sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    if size == 0.0 or not isfinite(size) or not isfinite(product):
        return None
    return min(1.0, max(0.0, (product / size + 1) / 2))


def _scaled(vector: Sequence[float]) -> list[float]:
    """The same direction, its largest number 1."""
    numbers = [float(number) for number in vector]
    largest = max(map(abs, numbers), default=0.0)
    return [number / largest for number in numbers] if largest else numbers
