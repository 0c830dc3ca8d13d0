"""The small facts of the `meta` table."""

from typing import Literal

import apsw

Fact = Literal["cursor", "digest", "total", "reviewer", "synced_at_ms"]


def read_int(connection: apsw.Connection, fact: Fact) -> int:
    """A number; 0 when it was never written."""
    value = connection.execute("SELECT value FROM meta WHERE key = ?", (fact,)).get
    return value if isinstance(value, int) else 0


def read_text(connection: apsw.Connection, key: str) -> str | None:
    """A text, or None."""
    value = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).get
    return value if isinstance(value, str) else None


def write(connection: apsw.Connection, key: str, value: int | str) -> None:
    """Keep a value."""
    connection.execute("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (key, value))
