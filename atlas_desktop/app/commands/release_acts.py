"""What commands may ask of the releases of the operation at hand."""

from typing import Protocol


class ReleaseActs(Protocol):
    """The release on its way. Each goes to the section first, wherever on the screen one is."""

    def begin(self) -> None:
        """Write which model is to be released."""
        ...

    def advance(self) -> None:
        """To the next stage, after a question; why not, where it cannot."""
        ...

    def widen(self) -> None:
        """The cursor into the canary's share."""
        ...

    def roll_back(self) -> None:
        """Write why it is taken out of the traffic."""
        ...
