"""Which items to fix so that a gate holds: the fewest that can do it, worst first. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from atlas_desktop.domain.means import weighted_mean


@dataclass(frozen=True, slots=True)
class Scored:
    """An item as an evaluator scored it, 0..1; None where it could not. ``weight`` is above 0."""

    item_id: str
    score: float | None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class FixList:
    """What stands between a gate and its minimum.

    ``needed`` is the smallest set that flips it when each of its items comes to score 1; empty when the gate holds.
    Items without a score come first: while there is one, no mean meets a gate. Then those that bring most.
    ``others`` are the rest of what is below 1. ``mean`` is over what is scored now, ``reached`` what it would be
    with ``needed`` fixed; None where nothing is scored.
    """

    needed: tuple[str, ...]
    others: tuple[str, ...]
    unscored: int
    mean: float | None
    reached: float | None

    @property
    def holds(self) -> bool:
        """Whether the gate holds as it is."""
        return not self.needed and self.mean is not None

    @property
    def walk(self) -> tuple[str, ...]:
        """Every item that can be better, those that are needed first."""
        return (*self.needed, *self.others)


def fix_list(items: Sequence[Scored], min_score: float) -> FixList:
    """The fewest items whose fixing makes the gate hold: every item scored, and a weighted mean of ``min_score``.

    Fixed means scored 1. What an item brings is the same whichever others are fixed, so taking those that bring
    most is the best there is.
    """
    unscored = sorted((item for item in items if item.score is None), key=lambda i: (-i.weight, i.item_id))
    below = sorted((item for item in items if item.score is not None and item.score < 1), key=_worth)
    first = len(unscored)
    order = (*unscored, *below)

    def holds(more: int) -> bool:
        mean = _mean(items, order[: first + more])
        return mean is not None and mean >= min_score

    many = first + bisect_left(range(len(below)), True, key=holds)
    names = tuple(item.item_id for item in order)
    return FixList(
        needed=names[:many],
        others=names[many:],
        unscored=first,
        mean=_mean(items, ()),
        reached=_mean(items, order[:many]),
    )


def _worth(item: Scored) -> tuple[Fraction, float, str]:
    """Those that bring most first; among equals the worse score."""
    score = item.score or 0.0
    return -Fraction(item.weight) * (1 - Fraction(score)), score, item.item_id


def _mean(items: Sequence[Scored], fixed: Sequence[Scored]) -> float | None:
    names = {item.item_id for item in fixed}
    return weighted_mean((1.0 if item.item_id in names else item.score, item.weight) for item in items)
