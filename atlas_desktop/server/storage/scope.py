"""The wall: what one request may see, and the only object that holds a connection for it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

Row = sa.Row[Any]

PAGE_BYTES: Final = 8 * 1024 * 1024
"""A page ends with the row that takes it past this: 200 calls of 8 MiB would fit neither us nor a client."""

_BLOCKS: Final = (100, 32, 8, 3, 1)
"""Rows a statement inserts at once. The driver takes Python's lock back after each statement, and gets it only when
the thread that parses the next part lets go: row by row, writing and parsing took turns. Of few sizes only: each is
another statement to be prepared."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks: an organization, in it perhaps one customer only, and the reviewer's name.

    ``operator``: the app of this computer, whose server this is. No key of the database says so.
    """

    org: int
    organization: str
    organization_id: str
    customer: str | None
    reviewer: str
    operator: bool = False

    @property
    def salt(self) -> str:
        """What makes ids derived in this scope meet no id of another."""
        return self.organization_id if self.customer is None else f"{self.organization_id}/{self.customer}"


class Tenant:
    """One scope's view of the database inside one transaction.

    Repositories get a Tenant and never a connection; each of their statements on a tenant's table takes
    its WHERE from :meth:`mine` (a test reads every statement the routes send and checks it).
    """

    def __init__(self, connection: sa.Connection, scope: Scope, now: datetime) -> None:
        self._connection = connection
        self.scope = scope
        self.now = now
        self.now_ms = int(now.timestamp() * 1000)

    def mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """The condition under which a row of this table belongs to the scope."""
        belongs: sa.ColumnElement[bool] = table.c.org == self.scope.org
        if self.scope.customer is not None and "customer" in table.c:
            belongs = sa.and_(belongs, table.c.customer == self.scope.customer)
        return belongs

    def attempt(self) -> sa.NestedTransaction:
        """A part of the transaction that an exception undoes alone."""
        return self._connection.begin_nested()

    def all(self, statement: sa.Executable) -> Sequence[Row]:
        """Every row."""
        return self._connection.execute(statement).all()

    def page(
        self, statement: sa.Select[Any], limit: int, size: Callable[[Row], int]
    ) -> tuple[Sequence[Row], bool]:
        """At most ``limit`` rows and about ``PAGE_BYTES`` of them (but one), and whether there are more."""
        shown: list[Row] = []
        total = 0
        with closing(self._connection.execute(statement.limit(limit + 1))) as rows:
            for row in rows:
                if len(shown) == limit or total >= PAGE_BYTES:
                    return shown, True
                shown.append(row)
                total += size(row)
        return shown, False

    def first(self, statement: sa.Executable) -> Row | None:
        """The first row, or None."""
        return self._connection.execute(statement).first()

    def one(self, statement: sa.Executable) -> Row:
        """The one row there is."""
        return self._connection.execute(statement).one()

    def run(self, statement: sa.Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Execute, once or for each of ``rows``; the number of rows touched."""
        if rows is None:
            return self._connection.execute(statement).rowcount
        if not rows:
            return 0
        return self._connection.execute(statement, rows).rowcount

    def insert(self, table: sa.TableClause, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows that have the same columns, past SQLAlchemy's handling of each parameter."""
        if not rows:
            return
        names = tuple(rows[0])
        sql, order = _insert_sql(self._connection.dialect, table, names)
        if order is None:
            self._connection.execute(sa.insert(table), rows)
            return
        take = itemgetter(*order)
        values = [take(row) for row in rows]
        at = 0
        for rows_at_once in _BLOCKS:
            while at + rows_at_once <= len(values):
                flat = tuple(chain.from_iterable(values[at : at + rows_at_once]))
                self._connection.exec_driver_sql(_block_sql(sql, rows_at_once), flat)
                at += rows_at_once


@lru_cache
def _block_sql(sql: str, many: int) -> str:
    """The insert of one row as the insert of a block of rows."""
    head, word, row = sql.partition(" VALUES ")
    return head + word + ", ".join([row] * many)


@lru_cache
def _insert_sql(
    dialect: sa.Dialect, table: sa.TableClause, names: tuple[str, ...]
) -> tuple[str, tuple[str, ...] | None]:
    """The statement and the order of its parameters; None for a driver that takes them by name."""
    compiled = sa.insert(table).compile(dialect=dialect, column_keys=list(names))
    return str(compiled), tuple(compiled.positiontup) if compiled.positiontup else None
