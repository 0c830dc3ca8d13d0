"""The mean of weighted scores, exact until the last step. One rule for server, window and command line."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple


class Weighted(NamedTuple):
    """A score of 0..1, or None where nothing could be scored, and how much it counts (above 0)."""

    score: float | None
    weight: float = 1.0


def weighted_mean(scores: Iterable[tuple[float | None, float]]) -> float | None:
    """The mean over what has a score; None when nothing has. Pairs are (score, weight).

    Exact and rounded once: a thousand scores of 0.9 have the mean 0.9. With sums of floats it is
    0.8999999999999999, and a gate at 0.9 refuses what holds it.
    """
    total = Fraction(0)
    weights = Fraction(0)
    for (score, weight), many in Counter(scores).items():
        if score is not None:
            heavy = Fraction(weight) * many
            total += heavy * Fraction(score)
            weights += heavy
    return float(total / weights) if weights else None
