"""How providers have answered lately: whom to ask last, and what to tell whoever looks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from atlas_desktop.server.config import Clock

DOWN_AFTER: Final = 3
"""Failures to connect in a row, after which others are asked first."""
DOWN_SECONDS: Final = 10.0


@dataclass(slots=True)
class Health:
    """Of one provider."""

    error: str | None = None
    error_at: datetime | None = None
    worked_at: datetime | None = None
    missed: int = 0
    down_until: float = 0.0


class HealthBook:
    """By the provider's name in the table."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: dict[str, Health] = {}
        self._down: frozenset[str] = frozenset()
        self._until = 0.0

    def of(self, entry: str) -> Health:
        """How this one has answered."""
        return self._of.setdefault(entry, Health())

    def worked(self, entry: str) -> None:
        """It answered."""
        health = self.of(entry)
        health.worked_at = self._clock.now()
        if health.missed:
            health.missed, health.down_until = 0, 0.0
            self._until = 0.0

    def failed(self, entry: str, words: str, *, unreachable: bool) -> None:
        """It gave no usable answer; ``unreachable``: nothing could be sent."""
        health = self.of(entry)
        health.error, health.error_at = words, self._clock.now()
        health.missed = health.missed + 1 if unreachable else 0
        if health.missed >= DOWN_AFTER:
            health.down_until = self._clock.monotonic() + DOWN_SECONDS
        self._until = 0.0

    @property
    def down(self) -> frozenset[str]:
        """Those who could not be reached a moment ago."""
        if not self._of:
            return self._down
        now = self._clock.monotonic()
        if now >= self._until:
            self._down = frozenset(entry for entry, health in self._of.items() if health.down_until > now)
            ends = [health.down_until for health in self._of.values() if health.down_until > now]
            self._until = min(ends, default=now + DOWN_SECONDS)
        return self._down

    def keep(self, entries: set[str]) -> None:
        """Forget those that are in the table no more."""
        self._of = {entry: health for entry, health in self._of.items() if entry in entries}
        self._until = 0.0
