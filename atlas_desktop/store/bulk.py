"""Carrying out one act over many calls: at once, or in steps that a restart goes on with."""

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import apsw

from atlas_desktop.domain.opinion import KEEP, Edit, Opinion, edited, fits
from atlas_desktop.store.acts import Act, perform, plan, standings
from atlas_desktop.store.said import keep, recall, recall_edit

STEP: Final = 500
"""Calls a step of a large act: about 20 ms, the longest that another write waits."""
AT_ONCE: Final = 2_000
"""Up to so many calls are one transaction."""
DO, UNDO, REDO = range(3)


@dataclass(frozen=True, slots=True)
class Doing:
    """One act being carried out: which decision, in which direction."""

    decision: int
    direction: int
    at_ms: int
    new_op_id: Callable[[], str]
    full: list[int] = field(default_factory=list)
    """Calls left as they are, because the tags would not fit into a row of feedback."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was known to who decided: by call, the newest correction of others that was seen, the text a
    correction of mine started from, and an edit of its own where each call has one."""

    bases: Mapping[int, str | None] = field(default_factory=dict)
    started: Mapping[int, str] = field(default_factory=dict)
    each: Mapping[int, Edit] = field(default_factory=dict)


NOT_KNOWN: Final = Written()


def carry_out(
    connection: apsw.Connection, doing: Doing, calls: "array[int]", written: Written = NOT_KNOWN
) -> list[int]:
    """Say it to these calls now. Returns those whose row changed."""
    if doing.direction == DO:
        acts = _deciding(connection, doing, calls, written)
        remember(connection, doing.decision, acts, written.started)
    else:
        acts = _restoring(connection, doing, calls)
    perform(connection, acts, doing.decision, doing.at_ms, doing.new_op_id)
    return [act.standing.call for act in acts]


def _deciding(connection: apsw.Connection, doing: Doing, calls: "array[int]", written: Written) -> list[Act]:
    edit = recall_edit(connection.execute("SELECT edit FROM decision WHERE id = ?", (doing.decision,)).get)
    acts = []
    for standing in standings(connection, calls):
        after = edited(standing.opinion, written.each.get(standing.call, edit))
        if not fits(after, standing.opinion):
            doing.full.append(standing.call)
            continue
        act = plan(standing, after, base=written.bases.get(standing.call, KEEP))
        if act is not None:
            acts.append(act)
    return acts


def remember(connection: apsw.Connection, decision: int, acts: list[Act], started: Mapping[int, str]) -> None:
    """Write down what these acts change, so that it can be undone."""
    connection.executemany(
        "INSERT INTO decision_item(decision, call, before, after, base, started) VALUES (?, ?, ?, ?, ?, ?)",
        [_item(decision, act, started.get(act.standing.call)) for act in acts],
    )


def _item(decision: int, act: Act, started: str | None) -> tuple[object, ...]:
    before = act.standing.opinion
    corrects = before.correction is not None or act.after.correction is not None
    base = act.base if corrects else None
    return decision, act.standing.call, keep(before), keep(act.after), base, started


def _restoring(connection: apsw.Connection, doing: Doing, calls: "array[int]") -> list[Act]:
    column = "before" if doing.direction == UNDO else "after"
    wanted: dict[int, tuple[Opinion, str | None]] = {
        call: (recall(said), base)
        for call, said, base in connection.execute(
            f"SELECT call, {column}, base FROM carray(?) AS asked"  # noqa: S608  # one of two names
            " CROSS JOIN decision_item ON decision = ? AND call = asked.value",
            (apsw.carray(calls), doing.decision),
        )
    }
    acts = []
    for standing in standings(connection, calls):
        after, base = wanted[standing.call]
        act = plan(standing, after, undoing=doing.direction == UNDO, base=base)
        if act is not None:
            acts.append(act)
    return acts


def begin(connection: apsw.Connection, doing: Doing, calls: "array[int]") -> None:
    """Write down a large act before its first step: from this commit on it will be carried out."""
    connection.execute(
        "INSERT INTO unfinished(only, decision, direction, at_ms) VALUES (1, ?, ?, ?)",
        (doing.decision, doing.direction, doing.at_ms),
    )
    connection.executemany(
        "INSERT INTO unfinished_step(calls) VALUES (?)",
        [(calls[start : start + STEP].tobytes(),) for start in range(0, len(calls), STEP)],
    )


def step(
    connection: apsw.Connection, new_op_id: Callable[[], str], full: list[int] | None = None
) -> tuple[list[int], bool]:
    """Carry out the next part of the unfinished act. Returns the calls changed, and whether more is left."""
    row = connection.execute(
        "SELECT decision, direction, at_ms, number, calls FROM unfinished CROSS JOIN unfinished_step"
        " ORDER BY number LIMIT 1"
    ).get
    if row is None:
        connection.execute("DELETE FROM unfinished")
        return [], False
    decision, direction, at_ms, number, calls = row
    doing = Doing(decision, direction, at_ms, new_op_id, [] if full is None else full)
    changed = carry_out(connection, doing, array("q", calls))
    connection.execute("DELETE FROM unfinished_step WHERE number = ?", (number,))
    return changed, True


def is_unfinished(connection: apsw.Connection) -> bool:
    """Whether a crash, or a running act, left steps to do."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM unfinished)").get)


def finish(connection: apsw.Connection, new_op_id: Callable[[], str]) -> list[int]:
    """Carry out all that is left: a newer act must find the older one done."""
    changed, more = step(connection, new_op_id)
    while more:
        part, more = step(connection, new_op_id)
        changed += part
    return changed
