"""Which bucket a moment is in, said in SQL, so that rows are summed where they are read."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import sqlalchemy as sa

from atlas_desktop.domain.buckets import Stretch

_LIFT: Final = 1_000_000
"""Buckets added before a division and taken off after it: SQL cuts towards 0, and moments before 1970 are negative."""


def number_of(at: "sa.Column[int]", stretches: Sequence[Stretch]) -> sa.ColumnElement[int]:
    """The number of the bucket; each row finds its stretch among hundreds in eight comparisons."""
    # As text: made of SQLAlchemy's parts, the 240 stretches of a zone took longer to go through than a step of sums.
    return sa.literal_column(_sql(f"{at.table.name}.{at.name}", tuple(stretches)), sa.BigInteger)


@lru_cache(maxsize=64)
def _sql(at: str, stretches: tuple[Stretch, ...]) -> str:
    return _chosen(at, stretches)


def _chosen(at: str, stretches: tuple[Stretch, ...]) -> str:
    if len(stretches) == 1:
        _, add, step, base = stretches[0]
        return f"(({at} + {add + _LIFT * step}) / {step} + {base - _LIFT})"
    middle = len(stretches) // 2
    sooner, later = _chosen(at, stretches[:middle]), _chosen(at, stretches[middle:])
    return f"CASE WHEN {at} < {stretches[middle].since_ms} THEN {sooner} ELSE {later} END"
