"""Which bucket a moment is in, said in SQL, so that rows are summed where they are read."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from atlas_desktop.domain.buckets import Stretch

_LIFT: Final = 1_000_000
"""Buckets added before a division and taken off after it: SQL cuts towards 0, and moments before 1970 are negative."""


def number_of(at: sa.ColumnElement[int], stretches: Sequence[Stretch]) -> sa.ColumnElement[int]:
    """The number of the bucket; a row of thousands finds its stretch among hundreds in eight comparisons."""
    if len(stretches) == 1:
        (only,) = stretches
        step = only.step_ms
        return (at + _number(only.add_ms + _LIFT * step)) // _number(step) + _number(only.base - _LIFT)
    middle = len(stretches) // 2
    later = number_of(at, stretches[middle:])
    return sa.case((at < _number(stretches[middle].since_ms), number_of(at, stretches[:middle])), else_=later)


def _number(value: int) -> sa.ColumnElement[int]:
    # Not a parameter: the same expression must be recognised as the same.
    return sa.literal_column(str(value), sa.BigInteger)
