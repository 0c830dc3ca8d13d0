"""What I decided: one act is one transaction and one step of undo, however many calls it is about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from atlas_desktop.database.database import Database
from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import Selection
from atlas_desktop.store.rows import Decided, Progress, Undone

_SHOWN: Mapping[int, str | None] = MappingProxyType({})


class Decisions:
    """Every method returns after COMMIT: what it returned for is on the disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decide(
        self,
        target: Selection | Sequence[int],
        verdict: Verdict,
        *,
        now: datetime,
        bases: Mapping[int, str | None] = _SHOWN,
    ) -> Decided:
        """Say this about these calls. ``bases``: the feedback id that was on screen, where a correction
        of mine rides along; by default the one the store has."""
        raise NotImplementedError

    async def undo(self, now: datetime) -> Undone | None:
        """Take back the newest act that stands. None when there is none."""
        raise NotImplementedError

    async def redo(self, now: datetime) -> Undone | None:
        """Do again what was undone last. A new decision ends this possibility."""
        raise NotImplementedError

    async def can_undo(self) -> bool:
        """Whether there is something to undo."""
        raise NotImplementedError

    async def can_redo(self) -> bool:
        """Whether there is something to redo."""
        raise NotImplementedError

    async def progress(self, query: Query) -> Progress:
        """How much of a filter is rated, its rating part left out."""
        raise NotImplementedError

    async def decided_since(self, ms: int) -> int:
        """How many calls I decided since this moment (epoch milliseconds), undone ones not counted."""
        raise NotImplementedError

    async def repeat_source(self) -> Verdict | None:
        """The verdict of the newest act that stands."""
        raise NotImplementedError
