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

    def export(self) -> None:
        """Offer to take the dataset out."""
        ...

    def request_training(self) -> None:
        """The cursor into the notes for a training."""
        ...


class RunActs(Protocol):
    """The evaluation runs of the dataset at hand."""

    def new_run(self) -> None:
        """Begin a run with what is chosen over the list."""
        ...

    def compare(self) -> None:
        """The run at hand with the one before it; or no more."""
        ...

    def cancel_run(self) -> None:
        """Stop the run at hand."""
        ...
