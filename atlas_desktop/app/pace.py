"""How fast one decides: decisions an hour, a pause counting as a minute at most. Pure."""

from collections import deque
from typing import Final

IDLE_SECONDS: Final = 60.0
"""What a longer pause counts for: tea is not work, but a call that is hard to judge is."""
_LAST: Final = 200
_LEAST: Final = 5


class Pace:
    """Takes the moments of decisions, in seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=_LAST)
        self._before: float | None = None

    def decided(self, now: float) -> None:
        """A decision was taken."""
        if self._before is not None:
            self._gaps.append(min(max(now - self._before, 0.0), IDLE_SECONDS))
        self._before = now

    @property
    def an_hour(self) -> int | None:
        """Decisions an hour, of the last 200; None until five were taken, when it would be a guess."""
        spent = sum(self._gaps)
        if len(self._gaps) < _LEAST - 1 or spent <= 0:
            return None
        return round(len(self._gaps) * 3600 / spent)
