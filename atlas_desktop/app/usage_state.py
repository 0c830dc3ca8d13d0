"""What the Usage area shows, as values. Amounts are billionths of a US dollar."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, get_args

from atlas_desktop.app.asking import Phase
from atlas_desktop.app.problems import Problem
from atlas_desktop.app.trend_state import Span
from atlas_desktop.contract.analytics import GroupBy, UsageRow
from atlas_desktop.domain.buckets import Period
from atlas_desktop.domain.exporting.csv_text import csv_line
from atlas_desktop.domain.money import nano_of, plain_usd

USAGE_GROUPS: Final[tuple[GroupBy, ...]] = get_args(GroupBy)
_COLUMNS: Final = (
    "calls",
    "refunded_calls",
    "prompt_tokens",
    "completion_tokens",
    "gross_usd",
    "refunded_usd",
    "net_usd",
    "refunded_prompt_tokens",
    "refunded_completion_tokens",
)


@dataclass(frozen=True, slots=True)
class UsageChoice:
    """What is to be counted. ``period`` is for the span ``any``; None there: all time."""

    group_by: GroupBy = "customer"
    span: Span = "28d"
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """What one group used: calls (``refunded_calls`` of them not metered), gross tokens, and what was billed of them."""

    group: str | None = None
    calls: int = 0
    refunded_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    gross: int = 0
    refunded: int = 0
    refunded_prompt_tokens: int = 0
    refunded_completion_tokens: int = 0

    @property
    def net(self) -> int:
        """What is metered."""
        return self.gross - self.refunded


def used_of(row: UsageRow) -> Used:
    """A row of the server, exact."""
    return Used(
        row.group, row.calls, row.refunded_calls, row.prompt_tokens, row.completion_tokens,
        nano_of(row.gross_usd), nano_of(row.refunded_usd),
        row.refunded_prompt_tokens, row.refunded_completion_tokens,
    )  # fmt: skip


def total_used(rows: Sequence[Used]) -> Used:
    """All of them together."""
    return Used(
        None,
        sum(row.calls for row in rows),
        sum(row.refunded_calls for row in rows),
        sum(row.prompt_tokens for row in rows),
        sum(row.completion_tokens for row in rows),
        sum(row.gross for row in rows),
        sum(row.refunded for row in rows),
        sum(row.refunded_prompt_tokens for row in rows),
        sum(row.refunded_completion_tokens for row in rows),
    )


@dataclass(frozen=True, slots=True)
class UsageState:
    """``rows`` answer ``shown``, which is an older choice while it is ``loading``, or when the server is away."""

    choice: UsageChoice = field(default_factory=UsageChoice)
    shown: UsageChoice | None = None
    phase: Phase = "nothing"
    rows: tuple[Used, ...] = ()
    at_ms: int | None = None
    """When the server said so."""
    period: Period | None = None
    """Which days; None: all time."""
    loading: bool = False
    problem: Problem | None = None

    @property
    def total(self) -> Used:
        """All groups."""
        return total_used(self.rows)


def usage_csv(group_by: GroupBy, rows: Sequence[Used]) -> str:
    """The table as CSV, a row a group and no total; where calls have no group the first cell is empty."""
    out = [csv_line([group_by, *_COLUMNS])]
    for row in rows:
        counts = (row.calls, row.refunded_calls, row.prompt_tokens, row.completion_tokens)
        cells = [csv_line([row.group]).decode().strip(), *map(str, counts)]
        cells += [plain_usd(amount) for amount in (row.gross, row.refunded, row.net)]
        cells += map(str, (row.refunded_prompt_tokens, row.refunded_completion_tokens))
        out.append(",".join(cells).encode() + b"\r\n")
    return b"".join(out).decode()
