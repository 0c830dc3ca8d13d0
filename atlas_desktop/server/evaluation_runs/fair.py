"""Whose turn it is: nobody waits for what another has asked too much of (sync.md, threat 31). Pure."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Turns(Generic[K]):
    """Takes turns between those who want something, so that each gets the same time.

    Whoever joins late starts level with the others: neither ahead of them for having waited, nor ahead for
    having left and come back.
    """

    def __init__(self) -> None:
        self._used: dict[K, float] = {}
        self._here: set[K] = set()
        self._level = 0.0

    def join(self, key: K) -> None:
        """From now on this one takes turns."""
        if not self._here:
            self._used.clear()
            self._level = 0.0
        if key not in self._here:
            self._here.add(key)
            self._used[key] = max(self._used.get(key, 0.0), self._level)

    def leave(self, key: K) -> None:
        """This one wants nothing any more."""
        self._here.discard(key)

    def next(self, ready: Iterable[K]) -> K | None:
        """Of those that are ready the one that had least; of equals the first. None when nobody is."""
        chosen = min((key for key in ready if key in self._here), key=self._used.__getitem__, default=None)
        if chosen is not None:
            self._level = max(self._level, min(self._used[key] for key in self._here))
        return chosen

    def charge(self, key: K, seconds: float) -> None:
        """What a turn took. Below zero: less than was charged for it before."""
        if key in self._used:
            self._used[key] += seconds
