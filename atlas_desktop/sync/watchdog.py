"""Notices when a loop that has work and an open way stops getting anywhere. Pure."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Watch:
    """``since`` is when the loop was last seen to move, or to have a reason not to (monotonic seconds)."""

    since: float
    finished: int = 0

    def seen(self, now: float, finished: int, *, should_move: bool) -> "Watch":
        """One look at the loop."""
        if finished != self.finished or not should_move:
            return Watch(now, finished)
        return self

    def stalled(self, now: float, limit: float) -> bool:
        """Whether it has been standing still for longer than any timeout explains."""
        return now - self.since > limit

    def restarted(self, now: float) -> "Watch":
        """The loop was started anew."""
        return replace(self, since=now)
