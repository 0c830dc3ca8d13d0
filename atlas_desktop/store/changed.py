"""What a write changed: the one value every screen looks at to see whether it is concerned."""

from dataclasses import dataclass
from typing import Final

MANY: Final = 5_000
"""Above this many calls a change names none of them and says ``all_calls``."""


@dataclass(frozen=True, slots=True)
class Changed:
    """``calls``: local ids of known calls whose row reads differently now (empty with ``all_calls`` when
    there are too many). ``added`` and ``removed`` count calls that came and went."""

    calls: frozenset[int] = frozenset()
    all_calls: bool = False
    added: int = 0
    removed: int = 0
    outbox: bool = False
    decisions: bool = False
    operations: bool = False

    def __or__(self, other: "Changed") -> "Changed":
        """Both changes as one."""
        calls = self.calls | other.calls
        many = self.all_calls or other.all_calls or len(calls) > MANY
        return Changed(
            calls=frozenset() if many else calls,
            all_calls=many,
            added=self.added + other.added,
            removed=self.removed + other.removed,
            outbox=self.outbox or other.outbox,
            decisions=self.decisions or other.decisions,
            operations=self.operations or other.operations,
        )

    def __bool__(self) -> bool:
        """Whether anything changed at all."""
        return self != NOTHING


NOTHING: Final = Changed()
