"""The feedback that counts for a call, and what the list shows of it."""

import apsw
import orjson

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.store.said import keep, opinion_of, shown


def raise_head(connection: apsw.Connection, call: int, revision: int, feedback: Feedback | None) -> bool:
    """Take over the effective feedback as of this revision; an older one changes nothing."""
    known = connection.execute("SELECT revision FROM head WHERE call = ?", (call,)).get
    if known is not None and known > revision:
        return False
    opinion = opinion_of(feedback)
    connection.execute(
        "INSERT OR REPLACE INTO head(call, revision, feedback_id, reviewer, shown, corrected, tags)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            call,
            revision,
            feedback.id if feedback else None,
            feedback.reviewer if feedback else None,
            shown(opinion),
            opinion.correction is not None,
            orjson.dumps(opinion.tags).decode() if opinion.tags else None,
        ),
    )
    return True


def raise_mine(
    connection: apsw.Connection, call: int, revision: int, feedback: Feedback | None, reviewer: str | None
) -> None:
    """Take over what the server has of mine, as far as the effective feedback tells it.

    Another reviewer's effective feedback tells nothing about mine; none at all tells that mine is gone.
    """
    if feedback is not None and feedback.reviewer != reviewer:
        return
    known = connection.execute("SELECT revision FROM mine WHERE call = ?", (call,)).get
    if known is not None and known > revision:
        return
    connection.execute(
        "INSERT OR REPLACE INTO mine(call, revision, feedback_id, said) VALUES (?, ?, ?, ?)",
        (call, revision, feedback.id if feedback else None, keep(opinion_of(feedback))),
    )


def show_again(connection: apsw.Connection, call: int) -> None:
    """Bring overlay and `call.shown` of one call in line with its lane and its head."""
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


def show(connection: apsw.Connection, call: int) -> None:
    """Set `call.shown`: what I say where I said something that is not sent yet, else what the head says."""
    connection.execute(
        "UPDATE call SET shown = coalesce((SELECT shown FROM overlay WHERE call = ?1),"
        " (SELECT shown FROM head WHERE call = ?1), 0) WHERE seq = ?1",
        (call,),
    )
