"""The columns of the table: which there are, and how one person has arranged them. Pure, remembered as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast, get_args

from atlas_desktop.domain.query import Column as Sorted
from atlas_desktop.wording import tr

ColumnId = Literal[
    "state", "time", "operation", "customer", "model", "preview", "output", "tags", "latency", "cost",
    "size", "gates", "provider", "quantization", "tier", "finish", "reviews",
]  # fmt: skip
COLUMNS: Final[tuple[ColumnId, ...]] = get_args(ColumnId)
NUMERIC: Final[frozenset[ColumnId]] = frozenset({"time", "latency", "cost", "size", "reviews"})
NARROWEST: Final = 44
_WIDEST: Final = 1_200
_WIDTHS: Final[Mapping[ColumnId, int]] = {
    "state": 76, "time": 72, "operation": 168, "customer": 128, "model": 136, "preview": 280, "output": 240,
    "tags": 128, "latency": 80, "cost": 80, "size": 80, "gates": 84, "provider": 104, "quantization": 112,
    "tier": 88, "finish": 80, "reviews": 72,
}  # fmt: skip
_HIDDEN: Final[frozenset[ColumnId]] = frozenset(
    {"output", "size", "provider", "quantization", "tier", "finish", "reviews"}
)
_STRETCHES: Final[ColumnId] = "preview"
SORTS: Final[Mapping[ColumnId, Sorted]] = {
    "state": "rating", "time": "time", "operation": "operation", "customer": "customer", "model": "model",
    "provider": "provider", "gates": "passed", "latency": "latency", "cost": "cost", "size": "size",
}  # fmt: skip
"""What the list is sorted by when a column's title is clicked; the others cannot be sorted by."""


def title(column: ColumnId) -> str:
    """What stands over the column."""
    return {
        "state": tr("Rating"),
        "time": tr("Time"),
        "operation": tr("Operation"),
        "customer": tr("Customer"),
        "model": tr("Model"),
        "preview": tr("Request"),
        "output": tr("Answer"),
        "tags": tr("Tags"),
        "latency": tr("Latency"),
        "cost": tr("Cost"),
        "size": tr("Size"),
        "gates": tr("Gates"),
        "provider": tr("Provider"),
        "quantization": tr("Quantization"),
        "tier": tr("Tier"),
        "finish": tr("Finish"),
        "reviews": tr("Reviews"),
    }[column]


@dataclass(frozen=True, slots=True)
class Cell:
    """A column where it stands: ``x`` from the start side of the view, in pixels; ``pinned`` ones lie on top."""

    column: ColumnId
    x: int
    width: int
    pinned: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """An arrangement. ``order`` names every column once; pinned ones stand first and do not scroll.

    ``state`` (the rating) is always there, pinned, first: one always sees what is decided.
    """

    order: tuple[ColumnId, ...] = COLUMNS
    hidden: frozenset[ColumnId] = _HIDDEN
    pinned: frozenset[ColumnId] = frozenset({"state"})
    widths: Mapping[ColumnId, int] = field(default_factory=lambda: dict(_WIDTHS))

    @property
    def shown(self) -> tuple[ColumnId, ...]:
        """The columns on view, from the start side: pinned ones first."""
        visible = [each for each in self.order if each not in self.hidden]
        return tuple(sorted(visible, key=lambda each: each not in self.pinned))

    @property
    def width(self) -> int:
        """What all shown columns need."""
        return sum(self.widths[each] for each in self.shown)

    def cells(self, room: int, scrolled: int = 0) -> tuple[Cell, ...]:
        """Where each shown column stands in a view this wide; what is left over goes to one that can use it.

        Pinned cells come last, since they are painted over the others.
        """
        shown = self.shown
        spare = max(room - self.width, 0)
        takes = _STRETCHES if _STRETCHES in shown else shown[-1]
        pinned: list[Cell] = []
        free: list[Cell] = []
        x = 0
        for each in shown:
            width = self.widths[each] + (spare if each == takes else 0)
            stays = each in self.pinned
            (pinned if stays else free).append(Cell(each, x if stays else x - scrolled, width, stays))
            x += width
        return (*free, *pinned)

    def toggled(self, column: ColumnId) -> "Columns":
        """Hide a column, or show it again. The rating stays."""
        return self if column == "state" else replace(self, hidden=self.hidden ^ {column})

    def pinned_or_not(self, column: ColumnId) -> "Columns":
        """Pin a column to the start, or let it scroll again. The rating stays pinned."""
        return self if column == "state" else replace(self, pinned=self.pinned ^ {column})

    def moved(self, column: ColumnId, steps: int) -> "Columns":
        """So many places on among the shown ones of its kind (pinned or not)."""
        group = [each for each in self.shown if (each in self.pinned) == (column in self.pinned)]
        if column not in group or column == "state":
            return self
        place = min(max(group.index(column) + steps, 0), len(group) - 1)
        return self.placed(column, group[place], after=steps > 0)

    def placed(self, column: ColumnId, beside: ColumnId, *, after: bool) -> "Columns":
        """Put a column before (or after) another one."""
        if "state" in (column, beside if not after else column) or column == beside:
            return self
        others = [each for each in self.order if each != column]
        at = others.index(beside) + int(after)
        return replace(self, order=(*others[:at], column, *others[at:]))

    def resized(self, column: ColumnId, width: int) -> "Columns":
        """Make a column this wide, within reason."""
        return replace(self, widths={**self.widths, column: min(max(width, NARROWEST), _WIDEST)})

    def saved(self) -> dict[str, Any]:
        """As JSON, for the settings."""
        return {
            "order": list(self.order),
            "hidden": sorted(self.hidden),
            "pinned": sorted(self.pinned),
            "widths": dict(self.widths),
        }


def columns_from(saved: object) -> Columns:
    """What was remembered, as far as it makes sense: a newer version may have other columns."""
    if not isinstance(saved, dict):
        return Columns()
    order = tuple(dict.fromkeys([*_known(saved.get("order")), *COLUMNS]))
    hidden = frozenset(_known(saved.get("hidden"))) if "hidden" in saved else _HIDDEN
    known = Columns(
        order=("state", *(each for each in order if each != "state")),
        hidden=hidden - {"state"},
        pinned=frozenset(_known(saved.get("pinned"))) | {"state"},
    )
    widths = saved.get("widths")
    for name, width in widths.items() if isinstance(widths, dict) else ():
        if name in COLUMNS and isinstance(width, int) and not isinstance(width, bool):
            known = known.resized(cast(ColumnId, name), width)
    return known


def _known(names: object) -> Iterator[ColumnId]:
    for each in names if isinstance(names, list) else ():
        if isinstance(each, str) and each in COLUMNS:
            yield each
