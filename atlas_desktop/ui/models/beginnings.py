"""What the prompts of an operation have in common: rows leave it out, so that one sees what differs. Pure."""

from typing import Final

SHORTEST: Final = 40
"""A shorter common beginning is how people ask, not a template."""
_REST: Final = 8  # characters that must be left of both, or they are the same prompt
_LONGER: Final = 12  # by so much a new beginning must be longer than a known one to be worth the change
_MOST: Final = 6  # of one operation


class Beginnings:
    """Learns from the rows as they are made."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}
        self._last: dict[str, str] = {}

    def learn(self, operation: str, text: str) -> bool:
        """Whether this row taught a beginning: rows of the operation that were made before read better anew."""
        last = self._last.get(operation)
        self._last[operation] = text
        known = self._known.setdefault(operation, [])
        if last is None or last == text or len(known) >= _MOST:
            return False
        common = _common(last, text)
        enough = len(common) >= max(SHORTEST, len(self.of(operation, text)) + _LONGER)
        if not enough or min(len(last), len(text)) - len(common) < _REST:
            return False
        known.append(common)
        return True

    def of(self, operation: str, text: str) -> str:
        """The longest known beginning of this text; empty when it has none, or would have nothing left."""
        fits = [
            each
            for each in self._known.get(operation, ())
            if text.startswith(each) and len(text) - len(each) >= _REST
        ]
        return max(fits, key=len, default="")


def _common(one: str, other: str) -> str:
    """What both begin with, up to the end of a word."""
    pairs = enumerate(zip(one, other, strict=False))
    stop = next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))
    return one[: one.rfind(" ", 0, stop) + 1]
