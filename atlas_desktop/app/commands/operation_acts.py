"""What commands may ask of the Operations screen."""

from typing import Protocol


class OperationActs(Protocol):
    """The list of operations, and the one at hand."""
