"""Amounts of US dollars, exact to the nano: what a token costs is a fraction of a cent."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

NANO: Final = 1_000_000_000
_FEWEST: Final = 2
_MOST: Final = 9


def nano_of(usd: float) -> int:
    """An amount as it comes over the wire, in billionths; exact below four million dollars (2**52 nano)."""
    # Not in floats: the product is rounded once more, and a nano is lost from 2**51 on.
    return int((Decimal(usd) * NANO).to_integral_value())


def decimals_of(amounts: Iterable[int]) -> int:
    """Decimal places that write every one of these exactly, 2 to 9: what makes a column of them align."""
    most = _FEWEST
    for amount in amounts:
        places, left = _MOST, abs(amount)
        while places > most and left % 10 == 0:
            places, left = places - 1, left // 10
        most = max(most, places)
    return most


def plain_usd(nano: int, decimals: int | None = None) -> str:
    """The amount with a point and no grouping: for a file, and for a language to put its signs in.

    Without ``decimals`` as many as it needs; with fewer than it needs it is rounded, half away from zero.
    """
    places = decimals_of([nano]) if decimals is None else min(max(decimals, 0), _MOST)
    step = 10 ** (_MOST - places)
    whole = (abs(nano) + step // 2) // step
    units, rest = divmod(whole, 10**places)
    sign = "-" if nano < 0 and whole else ""
    return f"{sign}{units}.{rest:0{places}d}" if places else f"{sign}{units}"
