"""Saying more than a verdict: tags, notes, later, the dataset draft; about the selection, or the call at hand."""

from collections.abc import Sequence

from atlas_desktop.app.review_state import Outcome
from atlas_desktop.app.signals import Signal


class Describe:
    """``workspace.describe``. Acts like `Review.decide`: one transaction, one undo step, asked above 25 calls."""

    changed: Signal[None]
    """Quick tags, the later list or the dataset drafts are different now."""

    async def tag(
        self, add: Sequence[str] = (), remove: Sequence[str] = (), *, confirmed: int | None = None
    ) -> Outcome:
        """Give tags and take them away. A tag that is none is said, and nothing is done."""
        raise NotImplementedError

    async def note(self, text: str) -> Outcome:
        """The comment on the call at hand; empty takes it back."""
        raise NotImplementedError

    @property
    def quick_tags(self) -> tuple[str, ...]:
        """Up to 9: the pinned ones, then those used most."""
        raise NotImplementedError

    async def quick(self, number: int) -> Outcome:
        """Quick tag 1 to 9; off again on a single call that has it."""
        raise NotImplementedError

    async def suggestions(self, prefix: str) -> list[str]:
        """Tags that begin like this or have a part that does, most used first."""
        raise NotImplementedError

    async def later(self) -> bool:
        """Put aside for later and go on; a single call that is on the list comes off it."""
        raise NotImplementedError

    def is_later(self, seq: int) -> bool:
        """Whether this call is on the later list."""
        raise NotImplementedError

    async def to_dataset(self) -> bool:
        """Add to the local dataset draft of the calls' operation."""
        raise NotImplementedError
