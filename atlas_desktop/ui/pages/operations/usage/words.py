"""What the Usage area says: amounts, tokens, whose they are, of which days. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from atlas_desktop.domain.money import NANO, decimals_of
from atlas_desktop.ui.dates import full_day, short_day, to_the_minute
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.figure_model import Cell, Column, FigureRow
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.usage_state import UsageState, Used
    from atlas_desktop.contract.analytics import GroupBy
    from atlas_desktop.domain.buckets import Period

TOTAL: Final = "\0total"
"""The key of the row that sums the others: no group is called so."""
_TOKENS: Final = (2, 3)
"""Where the columns of tokens are, after the name."""
_NO_GROUP: Final = "\0none"
GROUP_WORDS: Final[dict["GroupBy", str]] = {
    "customer": mark("Customer"), "operation": mark("Operation"), "model": mark("Model"),
    "quantization": mark("Quantization"), "provider": mark("Provider"), "tier": mark("Tier"),
    "schema_version": mark("Schema version"),
}  # fmt: skip
_NONE: Final[dict["GroupBy", str]] = {
    "customer": mark("no customer"), "operation": mark("no operation"), "model": mark("no model"),
    "quantization": mark("no quantization"), "provider": mark("no provider"), "tier": mark("no tier"),
    "schema_version": mark("no schema version"),
}  # fmt: skip


def usd_text(nano: int, places: int) -> str:
    """An amount with so many decimal places, in the signs of the language: ``1,204.004100``."""
    return number(nano / NANO, places)


def amount_text(nano: int) -> str:
    """An amount by itself, exact, with its currency: ``0.0041 USD``."""
    return tr("{amount} USD", amount=usd_text(nano, decimals_of([nano])))


def columns(group_by: "GroupBy") -> tuple[Column, ...]:
    """The heads of the table."""
    return (
        Column(tr(GROUP_WORDS[group_by]), wide=True),
        Column(tr("Calls"), numeric=True),
        Column(
            tr("Not metered"), numeric=True, about=tr("Calls that were refunded: they scored below a gate")
        ),
        Column(tr("Tokens in"), numeric=True),
        Column(tr("Tokens out"), numeric=True),
        Column(tr("Gross USD"), numeric=True, about=tr("What the calls cost")),
        Column(tr("Refunded USD"), numeric=True, about=tr("Taken back, call by call")),
        Column(tr("Net USD"), numeric=True, about=tr("What is metered: gross without refunded")),
    )


def table_rows(group_by: "GroupBy", rows: "Sequence[Used]", total: "Used") -> list[FigureRow]:
    """The groups as they came, most calls first, and under them the sum where there is more than one."""
    shown = [*rows, total] if len(rows) > 1 else list(rows)
    places = decimals_of([amount for row in shown for amount in (row.gross, row.refunded, row.net)])
    made = [_row(group_by, row, places, total=False) for row in rows]
    return [*made, _row(group_by, total, places, total=True)] if len(rows) > 1 else made


def _row(group_by: "GroupBy", used: "Used", places: int, *, total: bool) -> FigureRow:
    named = used.group is not None or total
    name = tr("All") if total else tr(_NONE[group_by]) if used.group is None else one_line(used.group)
    back = usd_text(-used.refunded, places) if used.refunded else usd_text(0, places)
    figures = (
        (number(used.calls), used.calls),
        (number(used.refunded_calls), used.refunded_calls),
        (number(used.prompt_tokens), used.prompt_tokens),
        (number(used.completion_tokens), used.completion_tokens),
        (usd_text(used.gross, places), used.gross),
        (back, used.refunded),
        (usd_text(used.net, places), used.net),
    )
    unmetered = refunded_tokens_words(used)
    title = Cell(name, "text" if named else "muted", full=name if len(name) > 24 else "")
    cells = (
        title,
        *(
            Cell(text, "text" if value else "muted", full=unmetered if place in _TOKENS else "")
            for place, (text, value) in enumerate(figures)
        ),
    )
    key = TOTAL if total else _NO_GROUP if used.group is None else used.group
    return FigureRow(key, cells, f"{name}, {used_words(used)}", strong=total)


def used_words(used: "Used") -> str:
    """What a group used, in a sentence: ``12 calls, 1 not metered, 0.004 USD net of 0.005 USD``."""
    parts = [trn("{count:,} call", "{count:,} calls", used.calls)]
    if used.refunded_calls:
        parts.append(tr("{count:,} not metered", count=used.refunded_calls))
    net, gross = amount_text(used.net), amount_text(used.gross)
    parts.append(tr("{net} net of {gross}", net=net, gross=gross) if used.refunded else net)
    return ", ".join(parts)


def tokens_words(used: "Used") -> str:
    """``1,203,441 tokens in, 233,112 out``."""
    return tr(
        "{asked:,} tokens in, {answered:,} out", asked=used.prompt_tokens, answered=used.completion_tokens
    )


def refunded_tokens_words(used: "Used") -> str:
    """How many of the tokens are not metered; empty where all are."""
    asked, answered = used.refunded_prompt_tokens, used.refunded_completion_tokens
    if not asked and not answered:
        return ""
    return tr("of these not metered: {asked:,} in, {answered:,} out", asked=asked, answered=answered)


def days_words(period: "Period | None") -> str:
    """Which days."""
    if period is None:
        return tr("all time")
    if period.first == period.last:
        return full_day(period.last)
    return tr("{first} to {last}", first=short_day(period.first), last=full_day(period.last))


def as_of_words(state: "UsageState") -> str:
    """When the figures were so, where that is not now."""
    if state.at_ms is None or state.phase == "ready":
        return ""
    when = to_the_minute(state.at_ms)
    if state.problem is not None:
        return tr("As of {when}: {why}", when=when, why=state.problem.title)
    return tr("As of {when}: the server is not reached", when=when)
