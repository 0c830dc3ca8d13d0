"""Numbered forward-only SQL, applied in one transaction after a backup."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Migration:
    """The SQL that takes a file from version ``number - 1`` to ``number``."""

    number: int
    name: str
    sql: str
