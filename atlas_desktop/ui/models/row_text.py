"""A call row as the short texts the list paints. Made once a row, not once a frame. Pure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from atlas_desktop.ui.hostile_text import one_line

if TYPE_CHECKING:
    from atlas_desktop.store.rows import CallRow

Mark = Literal["good", "bad", "unsure", "none"]
MARK_WORDS: Final[dict[Mark, str]] = {
    "good": "good",
    "bad": "bad",
    "unsure": "unsure",
    "none": "not rated",
}
_PREVIEW: Final = 240
_NAME: Final = 200  # as long as an Atlas lets a name be; another server may send 5 MB
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class RowText:
    """What the delegate paints for a call, ready: every string is one safe line."""

    seq: int
    created_ms: int
    operation: str
    customer: str
    model: str
    preview: str
    mark: Mark
    corrected: bool
    pending: bool
    needs_you: bool

    @property
    def spoken(self) -> str:
        """What a screen reader says of the row."""
        words = [self.operation, self.customer, self.model, MARK_WORDS[self.mark]]
        words += ["corrected"] if self.corrected else []
        words += ["needs you"] if self.needs_you else ["not sent yet"] if self.pending else []
        return ", ".join([*words, self.preview])


def row_text(row: "CallRow") -> RowText:
    """Make a row's texts safe and short."""
    return RowText(
        seq=row.seq,
        created_ms=row.created_ms,
        operation=one_line((row.operation or "no operation")[:_NAME]),
        customer=one_line(row.customer[:_NAME]),
        model=one_line(row.model[:_NAME]),
        preview=one_line((row.preview or row.output_preview)[:_PREVIEW]),
        mark=mark_of(row.rating, row.unsure),
        corrected=row.corrected,
        pending=row.pending,
        needs_you=row.needs_you,
    )


def mark_of(rating: str | None, unsure: bool) -> Mark:
    """The shape that stands for a rating."""
    if rating is None:
        return "unsure" if unsure else "none"
    return "good" if rating == "thumbs_up" else "bad"


def ago(then_ms: int, now_ms: int) -> str:
    """How long since, in one short word: ``now``, ``5 min``, ``3 h``, ``2 d``, ``5 w``, ``1 y``."""
    past = max(now_ms - then_ms, 0)
    if past < _MINUTE:
        return "now"
    if past < _HOUR:
        return f"{past // _MINUTE} min"
    if past < _DAY:
        return f"{past // _HOUR} h"
    days = past // _DAY
    if days < 14:
        return f"{days} d"
    return f"{days // 7} w" if days < 365 else f"{days // 365} y"
