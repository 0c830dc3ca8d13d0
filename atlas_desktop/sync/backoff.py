"""When to try again, and how often that is fair to the server. Pure."""

import random
from dataclasses import dataclass, field, replace

from atlas_desktop.sync.pace import Pace

_STEEPEST = 32  # 0.5·2³² is far over any cap: larger exponents only overflow


def delay(attempts: int, rng: random.Random, pace: Pace, retry_after: float | None = None) -> float:
    """Seconds until attempt ``attempts + 1``: full jitter, never sooner than the server asked for."""
    ceiling = min(pace.cap, pace.base * 2 ** min(max(attempts, 0), _STEEPEST))
    return max(rng.uniform(0, ceiling), floor(retry_after, pace))


def floor(retry_after: float | None, pace: Pace) -> float:
    """What the server asked for in seconds, within reason: a year must not wedge us, nor a negative number."""
    if retry_after is None or retry_after != retry_after:
        return 0.0
    return min(max(retry_after, 0.0), pace.longest_retry_after)


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens for retries. Empty: a retry is still made, but only every ``cap`` seconds (offline lasts weeks)."""

    pace: Pace
    tokens: int

    @classmethod
    def full(cls, pace: Pace) -> "Budget":
        """What a session starts with."""
        return cls(pace, pace.tokens)

    def earned(self) -> "Budget":
        """After a success."""
        return replace(self, tokens=min(self.pace.tokens, self.tokens + 1))

    def spent(self, *, timed_out: bool) -> tuple["Budget", bool]:
        """After a failure that will be retried: the rest, and whether there was enough for it."""
        cost = self.pace.timeout_cost if timed_out else self.pace.retry_cost
        if self.tokens < cost:
            return self, False
        return replace(self, tokens=self.tokens - cost), True


@dataclass(slots=True)
class Lanes:
    """Which calls wait before their next attempt, and until when (monotonic seconds)."""

    until: dict[int, float] = field(default_factory=dict)
    streaks: dict[int, int] = field(default_factory=dict)

    def failed(self, lane: int) -> int:
        """One more failure of this lane in a row; how many there were before."""
        streak = self.streaks.get(lane, 0)
        self.streaks[lane] = streak + 1
        return streak

    def ended(self, lane: int) -> None:
        """This lane got an answer that settles its head."""
        self.until.pop(lane, None)
        self.streaks.pop(lane, None)

    def hold(self, lane: int, until: float) -> None:
        """This lane waits; a longer wait that was asked for before stays."""
        self.until[lane] = max(until, self.until.get(lane, until))

    def waiting(self, now: float) -> frozenset[int]:
        """The lanes that are not due; those that are due are forgotten."""
        for lane in [lane for lane, until in self.until.items() if until <= now]:
            del self.until[lane]
        return frozenset(self.until)

    def next_due(self) -> float | None:
        """When the first lane is due again."""
        return min(self.until.values(), default=None)

    def clear(self) -> None:
        """A person wants it now."""
        self.until.clear()
        self.streaks.clear()
