"""What commands may ask of the gates of the dataset at hand."""

from typing import Protocol


class GateActs(Protocol):
    """Gates, the fix list, promotion, runs."""
