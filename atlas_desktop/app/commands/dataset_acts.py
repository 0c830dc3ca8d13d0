"""What commands may ask of the Datasets screen."""

from typing import Literal, Protocol

SectionName = Literal["items", "gates", "runs", "versions"]
"""The parts of what is known about one dataset, in the order of their tabs."""


class DatasetActs(Protocol):
    """The list of datasets and drafts, and the one at hand."""

    def show_section(self, name: SectionName) -> None:
        """This part of the dataset at hand."""
        ...

    def edit_item(self, item_id: str) -> None:
        """Show this item of the dataset at hand with the cursor in its expected output."""
        ...
