"""Corrections being written: apart from what is submitted, and never touched by a pull.

Texts are kept as the bytes they are: UTF-8, with half characters as they came (``surrogatepass``).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from atlas_desktop.database.database import Database

Kind = Literal["prose", "json"]
Why = Literal["written", "begun", "submitted", "discarded", "merged"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A correction not submitted yet. ``start`` is the text it started from, ``base`` the id of the feedback
    that counted for the call then (None: none); ``caret`` counts characters."""

    call: int
    text: str
    caret: int
    start: str
    base: str | None
    kind: Kind
    saved_ms: int


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier state of a draft."""

    number: int
    text: str
    saved_ms: int
    why: Why


class Drafts:
    """Every method returns after COMMIT."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, draft: Draft, *, why: Why = "written") -> None:
        """Keep this as the draft of its call. A text that equals its start is no draft: it is dropped."""
        raise NotImplementedError

    async def get(self, call: int) -> Draft | None:
        """The draft of this call."""
        raise NotImplementedError

    async def drop(self, call: int, *, why: Why, now: datetime) -> None:
        """There is no draft any more; its last text stays in the history."""
        raise NotImplementedError

    async def history(self, call: int) -> list[Version]:
        """Earlier states, newest first."""
        raise NotImplementedError

    async def all(self) -> list[Draft]:
        """Every draft, last written first."""
        raise NotImplementedError
