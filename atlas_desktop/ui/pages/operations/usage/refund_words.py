"""What is said of a refund. Pure."""

from time import time
from typing import TYPE_CHECKING, Final

from atlas_desktop.domain.money import decimals_of
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.figure_model import Cell, Column, FigureRow
from atlas_desktop.ui.models.row_text import ago
from atlas_desktop.ui.pages.operations.usage.words import amount_text, usd_text
from atlas_desktop.ui.pages.operations.words import least_text
from atlas_desktop.wording import mark, number, tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atlas_desktop.app.refunds import RefundsState
    from atlas_desktop.contract.refunds import RefundRow, RefundState
    from atlas_desktop.ui.models.line_model import Token

STATE_WORDS: Final[dict["RefundState", str]] = {
    "open": mark("to be decided"),
    "confirmed": mark("confirmed"),
    "overturned": mark("overturned"),
}
_ICONS: Final[dict["RefundState", tuple[str, "Token"]]] = {
    "open": ("pending", "muted"),
    "confirmed": ("good", "good"),
    "overturned": ("same", "warn"),
}
_DIGITS: Final = 2


def columns() -> tuple[Column, ...]:
    """The heads of the list."""
    return (
        Column(tr("State")),
        Column(tr("Operation"), wide=True),
        Column(tr("Customer"), wide=True),
        Column(tr("Evaluator"), wide=True),
        Column(tr("Scored"), numeric=True),
        Column(
            tr("At least"),
            numeric=True,
            about=tr("The least score of the gate, as it was when the call was made"),
        ),
        Column(tr("Refunded USD"), numeric=True),
        Column(tr("When")),
    )


def list_rows(rows: "Sequence[RefundRow]", names: dict[str, str]) -> list[FigureRow]:
    """As they came; ``names`` are those of the evaluators."""
    places = decimals_of([row.amount_nano for row in rows])
    now_ms = round(time() * 1000)
    return [_row(row, names, places, now_ms) for row in rows]


def _row(row: "RefundRow", names: dict[str, str], places: int, now_ms: int) -> FigureRow:
    icon, tone = _ICONS[row.state]
    made_ms = ms(row.created_at)
    score, least = score_pair(row)
    evaluator = one_line(names.get(row.evaluator_id, row.evaluator_id))
    state = tr(STATE_WORDS[row.state])
    cells = (
        Cell(state, "text" if row.state == "open" else "muted", icon=icon, icon_tone=tone),
        Cell(one_line(row.operation_id), full=one_line(row.call_id)),
        Cell(one_line(row.customer)),
        Cell(evaluator),
        Cell(score),
        Cell(least, "muted"),
        Cell(usd_text(row.amount_nano, places), "muted" if row.state == "overturned" else "text"),
        Cell(ago(made_ms, now_ms), "muted", full=to_the_minute(made_ms)),
    )
    return FigureRow(row.call_id, cells, f"{state}, {why_words(row, names)}, {amount_text(row.amount_nano)}")


def score_pair(row: "RefundRow") -> tuple[str, str]:
    """The score and the least, with as many digits as it takes to see that one is below the other."""
    digits = _DIGITS
    while digits < 6 and round(row.score, digits) >= round(row.min_score, digits):
        digits += 1
    return number(row.score, digits), least_text(row.min_score)


def why_words(row: "RefundRow", names: dict[str, str]) -> str:
    """``extract_invoice: No SSN scored 0.00, below 1.00``."""
    score, least = score_pair(row)
    return tr(
        "{operation}: {evaluator} scored {score}, below {least}",
        operation=one_line(row.operation_id),
        evaluator=one_line(names.get(row.evaluator_id, row.evaluator_id)),
        score=score,
        least=least,
    )


def decided_words(row: "RefundRow") -> str:
    """Who decided, when, and why; nothing while nobody did."""
    if row.state == "open" or row.decided_at is None:
        return ""
    who, when = one_line(row.reviewer or tr("somebody")), to_the_minute(ms(row.decided_at))
    said = (
        tr("{who} confirmed it on {when}", who=who, when=when)
        if row.state == "confirmed"
        else tr("{who} overturned it on {when}", who=who, when=when)
    )
    return tr("{said}: {reason}", said=said, reason=one_line(row.note)) if row.note else said


def consequence_words(row: "RefundRow") -> str:
    """What overturning does."""
    return tr(
        "The call is metered again: {amount}. Your reason is kept with it. This cannot be taken back.",
        amount=amount_text(row.amount_nano),
    )


def count_words(state: "RefundsState") -> str:
    """How many are listed, and what they come to."""
    if not state.rows:
        return ""
    many = number(len(state.rows)) + ("+" if state.more else "")
    worth = amount_text(sum(row.amount_nano for row in state.rows))
    return tr("{many} listed, {worth}", many=many, worth=worth)


def ms(at: "datetime") -> int:
    """Milliseconds since 1970."""
    return round(at.timestamp() * 1000)
