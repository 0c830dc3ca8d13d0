"""A call row as the short texts the list paints. Made once a row, not once a frame. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from atlas_desktop.domain.veil import veiled_preview
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.columns import ColumnId
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.store.rows import CallRow

Mark = Literal["good", "bad", "unsure", "none", "mixed"]
Spans = tuple[tuple[int, int], ...]
Found = Callable[[str], Spans]
"""Where in a text the words searched for stand."""

_PREVIEW: Final = 240
_ON_VIEW: Final = 28  # characters of a preview that a narrow list shows
_BEFORE: Final = 12
_NAME: Final = 200  # as long as an Atlas lets a name be; another server may send 5 MB
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


def mark_word(mark: Mark) -> str:
    """What a mark is called."""
    return {
        "good": tr("good"),
        "bad": tr("bad"),
        "unsure": tr("unsure"),
        "none": tr("not rated"),
        "mixed": tr("rated differently"),
    }[mark]


@dataclass(frozen=True, slots=True)
class RowText:
    """What the delegate paints for a call, ready: every string is one safe line.

    ``found`` are the places of the words searched for in ``preview``. ``copies`` calls are folded into this row.
    """

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
    copies: int = 1
    found: Spans = ()
    cells: Mapping[ColumnId, str] = field(default_factory=dict)

    @property
    def spoken(self) -> str:
        """What a screen reader says of the row."""
        words = [self.operation, self.customer, self.model, mark_word(self.mark)]
        words += [tr("corrected")] if self.corrected else []
        words += [tr("needs you")] if self.needs_you else [tr("not sent yet")] if self.pending else []
        words += [trn("{count} equal call", "{count} equal calls", self.copies)] if self.copies > 1 else []
        return ", ".join([*words, self.preview])


def _nothing(_: str) -> Spans:
    return ()


def row_text(row: "CallRow", found: Found = _nothing, *, veil: bool = False, beginning: str = "") -> RowText:
    """Make a row's texts safe and short. Of request and answer the one that has the words searched for is shown.

    ``veil``: personal data in them is covered. ``beginning``: what all such requests begin with, left out.
    """
    request, answer = (
        one_line(veiled_preview(text[:_PREVIEW]) if veil else text[:_PREVIEW])
        for text in (row.preview or row.output_preview, row.output_preview)
    )
    preview, spans = request, found(request)
    if not spans and (in_answer := found(answer)):
        preview, spans = answer, in_answer
    if beginning and not spans and preview.startswith(beginning):
        preview = f"…{preview[len(beginning) :]}"
    preview, spans = _from_found(preview, spans)
    return RowText(
        seq=row.seq,
        created_ms=row.created_ms,
        operation=operation_text(row.operation),
        customer=one_line(row.customer[:_NAME]),
        model=one_line(row.model[:_NAME]),
        preview=preview,
        mark="mixed" if row.mixed else mark_of(row.rating, row.unsure),
        corrected=row.corrected,
        pending=row.pending,
        needs_you=row.needs_you,
        copies=row.copies,
        found=spans,
        cells=_cells(row, answer),
    )


def operation_text(operation: str | None) -> str:
    """What an operation is called in a row."""
    return one_line((operation or tr("no operation"))[:_NAME])


def _from_found(text: str, spans: Spans) -> tuple[str, Spans]:
    """The text from a little before the first word found, where that would not be on view."""
    if not spans or spans[0][0] < _ON_VIEW:
        return text, spans
    start = text.rfind(" ", 0, max(spans[0][0] - _BEFORE, 0)) + 1
    moved = 1 - start
    return f"…{text[start:]}", tuple((first + moved, last + moved) for first, last in spans)


def _cells(row: "CallRow", answer: str) -> dict[ColumnId, str]:
    return {
        "output": answer,
        "tags": one_line("  ".join(row.tags)[:_NAME]),
        "latency": duration(row.latency_ms),
        "cost": money(row.cost_usd),
        "size": volume(row.size_bytes),
        "gates": "" if row.passed is None else tr("passed") if row.passed else tr("failed"),
        "provider": one_line((row.provider or "")[:_NAME]),
        "quantization": one_line((row.quantization or "")[:_NAME]),
        "tier": one_line((row.tier or "")[:_NAME]),
        "finish": one_line((row.finish or "")[:_NAME]),
        "reviews": str(row.feedback_count) if row.feedback_count else "",
    }


def mark_of(rating: str | None, unsure: bool) -> Mark:
    """The shape that stands for a rating."""
    if rating is None:
        return "unsure" if unsure else "none"
    return "good" if rating == "thumbs_up" else "bad"


def ago(then_ms: int, now_ms: int) -> str:
    """How long since, in one short word: ``now``, ``5 min``, ``3 h``, ``2 d``, ``5 w``, ``1 y``."""
    past = max(now_ms - then_ms, 0)
    if past < _MINUTE:
        return tr("now")
    if past < _HOUR:
        return tr("{count} min", count=past // _MINUTE)
    if past < _DAY:
        return tr("{count} h", count=past // _HOUR)
    days = past // _DAY
    if days < 14:
        return tr("{count} d", count=days)
    return tr("{count} w", count=days // 7) if days < 365 else tr("{count} y", count=days // 365)


def duration(ms: float | None) -> str:
    """``840 ms``, ``1.2 s``, ``3 min``; nothing when it is not known."""
    if ms is None:
        return ""
    if ms < 1_000:
        return tr("{count} ms", count=round(ms))
    return (
        tr("{count} s", count=f"{ms / 1000:.1f}")
        if ms < 2 * _MINUTE
        else tr("{count} min", count=round(ms / _MINUTE))
    )


def money(usd: float | None) -> str:
    """``$0.0031``: as many decimals as a call's price needs."""
    if usd is None:
        return ""
    return f"${usd:,.2f}" if usd >= 1 or usd == 0 else f"${usd:.4f}" if usd >= 0.0001 else "<$0.0001"


def volume(size: int) -> str:
    """``512 B``, ``25 kB``, ``1.4 MB``."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1_000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
