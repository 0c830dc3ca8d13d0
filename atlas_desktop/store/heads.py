"""What counts for a call: the feedback, the correction, and what the list shows of them.

Each is kept twice: mine where it counts, and beneath it what counts of the other reviewers as far as it was ever
heard. So what others said shows again as soon as I take mine back, without a server. A row of mine that only
describes stands beside theirs, which judges.
"""

from dataclasses import dataclass
from typing import Final, Literal

import apsw
import orjson

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.opinion import EMPTY
from atlas_desktop.store.said import keep, opinion_of, shown

Layer = Literal["head", "correction"]
LAYERS: Final[tuple[Layer, ...]] = ("head", "correction")

_PUT: Final[dict[Layer, str]] = {
    "head": (
        "INSERT OR REPLACE INTO head(call, own, feedback_id, reviewer, revision, shown, tags) VALUES (?, ?, ?, ?, ?, ?, ?)"
    ),
    "correction": (
        "INSERT OR REPLACE INTO correction(call, own, feedback_id, reviewer, text, created_ms) VALUES (?, ?, ?, ?, ?, ?)"
    ),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What the server says of a call as of a revision.

    ``retracted``: another reviewer may have taken something back since I spoke, so what is kept beneath mine
    is not sure any more. ``mine``: what I say where that is neither of the two rows; ``tells_mine``: whether the server
    tells that at all.
    """

    call: int
    revision: int
    feedback: Feedback | None
    correction: Feedback | None
    retracted: bool
    mine: Feedback | None = None
    tells_mine: bool = False


def hear(connection: apsw.Connection, heard: Heard, reviewer: str | None) -> None:
    """Take over what the server says. Mine stays as it is where I said something newer since."""
    call = heard.call
    known = connection.execute("SELECT revision FROM mine WHERE call = ?", (call,)).get
    newer = known is not None and known > heard.revision
    if not newer:
        _hear_mine(connection, heard, reviewer)
    for layer in LAYERS:
        counts = heard.feedback if layer == "head" else heard.correction
        is_mine = counts is not None and counts.reviewer == reviewer
        if counts is not None and not (is_mine and newer):
            _put(connection, layer, call, int(is_mine), counts)
        if not (is_mine or newer) and not (layer == "head" and _stands_beside(connection, heard)):
            _drop(connection, layer, call, 1)
        if counts is None or (is_mine and heard.retracted):
            _drop(connection, layer, call, 0)
        elif is_mine and layer == "head":
            _drop_outranked(connection, call, counts)
        elif is_mine and layer == "correction" and heard.feedback is not None:
            # Whoever judged last without a correction took an older one of theirs back.
            _drop_of(connection, layer, call, heard.feedback.reviewer)


def _rank(feedback: Feedback) -> tuple[bool, int]:
    """Of two rows that stand, the higher counts."""
    return opinion_of(feedback).judges, feedback.revision


def _stands_beside(connection: apsw.Connection, heard: Heard) -> bool:
    """Whether a row of mine only describes, and stands beside theirs, which counts; as far as is known."""
    call, counts = heard.call, heard.feedback
    if counts is None:
        return False
    if heard.mine is not None and not opinion_of(heard.mine).judges:
        _put(connection, "head", call, 1, heard.mine)
        return True
    row: tuple[int, int | None] | None = connection.execute(
        "SELECT head.revision, shown FROM head JOIN mine USING (call, feedback_id) WHERE call = ? AND own = 1",
        (call,),
    ).fetchone()
    return row is not None and row[1] is None and (False, row[0]) < _rank(counts)


def _is_gone(connection: apsw.Connection, call: int, counts: Feedback) -> bool:
    """Whether I took mine back elsewhere: it is newer than what counts, and judges as that does, or neither does.

    A server may also let any newer row count, whatever it says: then one that only describes tells nothing.
    """
    sql = "SELECT EXISTS (SELECT 1 FROM head WHERE call = ? AND own = 1 AND (shown IS NOT NULL) = ? AND revision > ?)"
    return bool(connection.execute(sql, (call, *_rank(counts))).get)


def _drop_outranked(connection: apsw.Connection, call: int, counts: Feedback) -> None:
    """What would count instead of mine was taken back, or it would."""
    connection.execute(
        "DELETE FROM head WHERE call = ? AND own = 0 AND (shown IS NOT NULL, revision) > (?, ?)",
        (call, *_rank(counts)),
    )


def _hear_mine(connection: apsw.Connection, heard: Heard, reviewer: str | None) -> None:
    """What the server has of mine, as far as it tells: a row of mine that counts in either way is my newest.

    Another reviewer's effective feedback tells nothing about mine, unless mine would count instead of it; that, and
    none at all, tells that mine is gone.
    """
    counts = (heard.feedback, heard.correction)
    mine = next((one for one in counts if one is not None and one.reviewer == reviewer), heard.mine)
    told = mine is not None or (heard.tells_mine and reviewer is not None)
    if told or heard.feedback is None or _is_gone(connection, heard.call, heard.feedback):
        _remember(connection, heard.call, heard.revision, mine, keep(opinion_of(mine)))


def acknowledged(connection: apsw.Connection, call: int, said: str | None, feedback: Feedback) -> None:
    """The server stored a row of mine, which says ``said``. Lowers nothing that was heard since."""
    known = connection.execute("SELECT revision FROM mine WHERE call = ?", (call,)).get
    if known is not None and known > feedback.revision:
        return
    _remember(connection, call, feedback.revision, feedback, said)
    pulled = connection.execute("SELECT revision FROM call WHERE seq = ?", (call,)).get
    opinion = opinion_of(feedback)
    if pulled is not None and pulled >= feedback.revision:
        # A pull that was faster has said what counts since; of what only describes it says nothing.
        connection.execute(
            "DELETE FROM head WHERE call = ? AND own = 1 AND feedback_id <> ?", (call, feedback.id)
        )
        if opinion != EMPTY and not opinion.judges and _is_judged(connection, call):
            _put(connection, "head", call, 1, feedback)
        return
    for layer in LAYERS:
        if opinion.correction is not None if layer == "correction" else opinion != EMPTY:
            _put(connection, layer, call, 1, feedback)
        else:
            _drop(connection, layer, call, 1)
        # Heard before it was known that this reviewer is me.
        _drop_of(connection, layer, call, feedback.reviewer)


def _is_judged(connection: apsw.Connection, call: int) -> bool:
    """Whether another reviewer judges, as far as it was heard."""
    sql = "SELECT EXISTS (SELECT 1 FROM head WHERE call = ? AND own = 0 AND shown IS NOT NULL)"
    return bool(connection.execute(sql, (call,)).get)


def _remember(
    connection: apsw.Connection, call: int, revision: int, feedback: Feedback | None, said: str | None
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO mine(call, revision, feedback_id, said) VALUES (?, ?, ?, ?)",
        (call, revision, feedback.id if feedback else None, said),
    )


def _put(connection: apsw.Connection, layer: Layer, call: int, own: int, feedback: Feedback) -> None:
    opinion = opinion_of(feedback)
    if layer == "correction":
        created_ms = round(feedback.created_at.timestamp() * 1000)
        values: tuple[int | str | None, ...] = (opinion.correction, created_ms)
    else:
        tags = orjson.dumps(opinion.tags).decode() if opinion.tags else None
        values = (feedback.revision, shown(opinion), tags)
    connection.execute(_PUT[layer], (call, own, feedback.id, feedback.reviewer, *values))


def _drop(connection: apsw.Connection, layer: Layer, call: int, own: int) -> None:
    connection.execute(f"DELETE FROM {layer} WHERE call = ? AND own = ?", (call, own))  # noqa: S608


def _drop_of(connection: apsw.Connection, layer: Layer, call: int, reviewer: str) -> None:
    connection.execute(
        f"DELETE FROM {layer} WHERE call = ? AND own = 0 AND reviewer = ?",  # noqa: S608
        (call, reviewer),
    )


def forget(connection: apsw.Connection, call: int) -> None:
    """Everything the server said about a call that is gone."""
    for table in (*LAYERS, "mine"):
        connection.execute(f"DELETE FROM {table} WHERE call = ?", (call,))  # noqa: S608  # names of ours


def show_again(connection: apsw.Connection, call: int) -> None:
    """Bring overlay and what one call shows in line with its lane and its head."""
    last = connection.execute(
        "SELECT seq, said, shown FROM outbox WHERE call = ? ORDER BY seq DESC LIMIT 1", (call,)
    ).get
    if last is None:
        connection.execute("DELETE FROM overlay WHERE call = ?", (call,))
    else:
        connection.execute(
            "INSERT OR REPLACE INTO overlay(call, outbox, said, shown) VALUES (?, ?, ?, ?)", (call, *last)
        )
    show(connection, call)


SHOWN: Final = """coalesce(
    (SELECT shown FROM overlay WHERE overlay.call = {0}),
    (SELECT shown FROM head WHERE head.call = {0} AND shown IS NOT NULL
        AND own <= (NOT EXISTS (SELECT 1 FROM overlay WHERE overlay.call = {0})) ORDER BY own DESC LIMIT 1),
    0)"""
"""What a call shows: my judgement where it is not sent yet; else what counts, without me when I take mine back."""
CORRECTED: Final = """(
    EXISTS (SELECT 1 FROM correction WHERE correction.call = {0} AND own = 0)
    OR CASE WHEN EXISTS (SELECT 1 FROM overlay WHERE overlay.call = {0})
        THEN EXISTS (SELECT 1 FROM overlay WHERE overlay.call = {0} AND json_extract(said, '$.correction') IS NOT NULL)
        ELSE EXISTS (SELECT 1 FROM correction WHERE correction.call = {0}) END)"""
"""Whether a call shows a correction, likewise."""
_SHOW: Final = (
    f"UPDATE call SET shown = {SHOWN.format('?1')}, corrected = {CORRECTED.format('?1')} WHERE seq = ?1"  # noqa: S608
)


def show(connection: apsw.Connection, call: int) -> None:
    """Set what a call shows: `shown` and `corrected`."""
    connection.execute(_SHOW, (call,))
