"""Pulling what the organization defined: its operations, and the evaluators that judge them."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from atlas_desktop.contract.base import Page
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.sync.answers import Queue, Scope
from atlas_desktop.sync.line import Failed, Line, Turn

T = TypeVar("T")

_MOST_LISTS: Final = 100
"""Of 200 rows each: a server that always has more would keep the calls away."""


class Definitions:
    """Both lists, whole, every few minutes."""

    def __init__(self, store: Store, line: Line, turn: Turn, tell: Callable[[Changed], None]) -> None:
        self._store = store
        self._line = line
        self._turn = turn
        self._tell = tell
        self._next = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time to ask again."""
        return self._line.clock.monotonic() >= self._next

    async def pull(self) -> None:
        """Ask for both and keep what came. What the turn makes of a failure says when it is tried again."""
        client = self._line.client
        operations = await self._all(partial(client.operations.list, limit=200), "page")
        if isinstance(operations, Failed):
            if operations.judgement.queue is Queue.SMALLER:
                # Calls matter more than the definitions of operations: those can wait.
                self._later()
            return
        changed = await self._store.operations.replace(operations)
        if self._line.way is not None and self._line.way.evaluators:
            # As an item: a server that has none, or keeps them to itself, is no reason to wait with the calls.
            evaluators = await self._all(partial(client.evaluators.list, limit=200), "item")
            if not isinstance(evaluators, Failed):
                changed |= await self._store.evaluators.replace(evaluators)
            elif evaluators.judgement.queue is not Queue.GO_ON:
                self._tell(changed)
                return
        self._tell(changed)
        self._later()

    async def _all(self, list_from: Callable[..., Awaitable[Page[T]]], scope: Scope) -> list[T] | Failed:
        found: list[T] = []
        cursor: str | None = None
        for _ in range(_MOST_LISTS):
            page = await self._turn.ask(partial(list_from, cursor=cursor), scope)
            if isinstance(page, Failed):
                return page
            found += page.data
            if not page.has_more or page.next_cursor in {None, cursor}:
                break
            cursor = page.next_cursor
        return found

    def _later(self) -> None:
        self._next = self._line.clock.monotonic() + self._line.pace.operations_every
