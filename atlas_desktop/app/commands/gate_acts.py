"""What commands may ask of the gates and the runs of the dataset at hand."""

from typing import Protocol


class GateActs(Protocol):
    """Gates, the fix list, promotion, training."""

    def score(self) -> None:
        """Score what the gates lack; when they lack nothing, all of it again."""
        ...

    def promote(self) -> None:
        """Make the dataset golden; where gates do not hold, open what would flip them."""
        ...

    def fix(self) -> None:
        """Open what would flip the first gate that does not hold, or close it."""
        ...

    def request_training(self) -> None:
        """The cursor into the notes for a training."""
        ...
