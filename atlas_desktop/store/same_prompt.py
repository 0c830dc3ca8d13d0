"""Calls that were asked the same and answered differently."""

from array import array
from dataclasses import dataclass
from typing import Final

import apsw

from atlas_desktop.store.row_reading import read_rows, rows_of
from atlas_desktop.store.rows import CallRow
from atlas_desktop.store.said import DOWN, UNSURE, UP

_MOST: Final = 2_000
"""Calls that are looked at: a prompt sent every minute needs no more to be judged."""
# An exchange without content is equal to none: each such call is an answer of its own.
_ALIKE: Final = """
SELECT seq, coalesce(exchange, -seq), shown FROM call
WHERE gone = 0 AND prompt = (SELECT prompt FROM call WHERE seq = ?)
ORDER BY created_ms DESC, seq DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class SameAnswer:
    """One answer to a prompt: the newest call that gave it, all that did (newest first), how they are rated."""

    row: CallRow
    seqs: tuple[int, ...]
    good: int = 0
    bad: int = 0
    unsure: int = 0


def same_prompt(reader: apsw.Connection, seq: int) -> tuple[SameAnswer, ...]:
    """The answers to the prompt of this call, its own first, then those given most. None for a call without prompt."""
    answers: dict[int, list[tuple[int, int]]] = {}
    for found, exchange, shown in rows_of(reader, _ALIKE, seq, _MOST):
        answers.setdefault(exchange, []).append((found, shown))
    rows = {
        row.seq: row for row in read_rows(reader, array("q", [calls[0][0] for calls in answers.values()]))
    }
    made = [_answer(rows[calls[0][0]], calls) for calls in answers.values() if calls[0][0] in rows]
    return tuple(sorted(made, key=lambda answer: (seq not in answer.seqs, -len(answer.seqs))))


def _answer(row: CallRow, calls: list[tuple[int, int]]) -> SameAnswer:
    shown = [each for _, each in calls]
    return SameAnswer(
        row, tuple(seq for seq, _ in calls), shown.count(UP), shown.count(DOWN), shown.count(UNSURE)
    )
