"""Full-text search over calls: the one place that knows the dialect's index (FTS5 on SQLite)."""

import re
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.tables import call

TEXT_LIMIT: Final = 200_000
"""Characters of a call that are searched; a longer one is found by its beginning."""

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_INDEX: Final = sa.table("call_text", sa.column("rowid", sa.Integer), sa.column("body", sa.Text))
_DELETE: Final = sa.text("DELETE FROM call_text WHERE rowid = :seq")


def create_index(connection: sa.Connection) -> None:
    """The index of a new SQLite database."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE call_text USING fts5("
        "body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')"
    )
    # Merging 16 segments at a time instead of 4 takes a quarter off the cost of an import.
    connection.exec_driver_sql("INSERT INTO call_text (call_text, rank) VALUES ('automerge', 16)")


def add_texts(tenant: Tenant, texts: Sequence[dict[str, Any]]) -> None:
    """Index the text of new calls: ``{"rowid", "body"}`` each, where ``rowid`` is the call's number."""
    tenant.insert(_INDEX, texts)


def remove_texts(tenant: Tenant, seqs: Sequence[int]) -> None:
    """Forget the text of deleted calls."""
    tenant.run(_DELETE, [{"seq": seq} for seq in seqs])


def contains(query: str) -> sa.ColumnElement[bool]:
    """The condition that a call's text holds every word and "phrase" of the query, the last one as a prefix."""
    matching = sa.text("SELECT rowid FROM call_text WHERE call_text MATCH :match")
    expression = match_expression(query)
    if expression is None:
        return sa.false()
    return call.c.seq.in_(matching.bindparams(match=expression).columns(sa.column("rowid", sa.Integer)))


def match_expression(query: str) -> str | None:
    """The query in FTS5's own language, with everything quoted, so that no text is ever syntax."""
    terms: list[str] = []
    last_is_word = False
    for phrase, word in _WORDS.findall(query):
        term = (phrase or word).replace('"', '""')
        if any(character.isalnum() for character in term):
            terms.append(f'"{term}"')
            last_is_word = bool(word)
    if not terms:
        return None
    return " ".join(terms) + ("*" if last_is_word else "")
