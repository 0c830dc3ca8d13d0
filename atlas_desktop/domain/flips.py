"""Two runs over the same items: what flipped, and whether that can be chance. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final, Literal

Cell = Literal["kept", "fixed", "broke", "still"]
CELLS: Final[tuple[Cell, ...]] = ("kept", "fixed", "broke", "still")
_NEGLIGIBLE: Final = 1e-18


@dataclass(frozen=True, slots=True)
class Flips:
    """Item ids by what became of them between a first run and a second.

    ``kept`` pass in both, ``fixed`` only in the second, ``broke`` only in the first, ``still`` fail in both;
    ``apart`` were judged in one run only. ``p_value`` is McNemar's, exact and two-sided.
    """

    kept: tuple[str, ...]
    fixed: tuple[str, ...]
    broke: tuple[str, ...]
    still: tuple[str, ...]
    apart: tuple[str, ...]

    @property
    def compared(self) -> int:
        """How many items both runs judged."""
        return sum(len(self.cell(name)) for name in CELLS)

    @property
    def p_value(self) -> float:
        """How likely a difference of flips as large as this is when neither run is better."""
        return mcnemar(len(self.fixed), len(self.broke))

    def cell(self, name: Cell) -> tuple[str, ...]:
        """The items of one cell."""
        found: tuple[str, ...] = getattr(self, name)
        return found


def flips(first: Mapping[str, bool | None], second: Mapping[str, bool | None]) -> Flips:
    """Compare by item id; the order is the second run's. None is: not judged."""
    cells: dict[str, list[str]] = {name: [] for name in (*CELLS, "apart")}
    for item in {**second, **first}:
        cells[_cell(first.get(item), second.get(item))].append(item)
    return Flips(**{name: tuple(items) for name, items in cells.items()})


def _cell(before: bool | None, after: bool | None) -> str:
    if before is None or after is None:
        return "apart"
    if before:
        return "kept" if after else "broke"
    return "fixed" if after else "still"


def mcnemar(one: int, other: int) -> float:
    """The exact two-sided p-value of ``one`` flips this way and ``other`` that way (a binomial test at one half)."""
    total, fewer = one + other, min(one, other)
    if one == other:
        return 1.0
    # From the largest term down, each a fraction of the one before: a million flips take a few dozen steps.
    largest = lgamma(total + 1) - lgamma(fewer + 1) - lgamma(total - fewer + 1) - total * log(2)
    tail = term = 1.0
    for count in range(fewer, 0, -1):
        term *= count / (total - count + 1)
        tail += term
        if term < _NEGLIGIBLE * tail:
            break
    return min(1.0, 2 * exp(largest) * tail)
