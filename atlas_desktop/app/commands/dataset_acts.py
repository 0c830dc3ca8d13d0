"""What commands may ask of the Datasets screen."""

from typing import Literal, Protocol

SectionName = Literal["items", "gates", "runs", "versions"]
"""The parts of what is known about one dataset, in the order of their tabs."""


class DatasetActs(Protocol):
    """The list of datasets and drafts, and the one at hand."""

    def show_section(self, name: SectionName) -> None:
        """This part of the dataset at hand."""
        ...

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way, in the part that is shown."""
        ...

    def go_to_dataset(self, direction: Literal[1, -1]) -> None:
        """The next dataset or draft that way."""
        ...

    def open_current(self) -> None:
        """What the row at hand is about."""
        ...

    def edit_current(self) -> None:
        """Change the row at hand."""
        ...

    def drop_current(self) -> None:
        """Take the row at hand out of its dataset or draft; asks first."""
        ...

    def keep_current(self) -> None:
        """Of a contradiction keep only the row at hand."""
        ...

    def undo(self) -> None:
        """What was left out of the draft, or taken out of the dataset, at hand last is back."""
        ...

    def next_split(self) -> None:
        """The item at hand into the other part."""
        ...

    def weigh(self) -> None:
        """The cursor into the weight of the item at hand."""
        ...

    def go_to_call(self) -> None:
        """The call that the row at hand is of."""
        ...

    def new_dataset(self) -> None:
        """A dataset of the calls that are selected on Review, or in its filter."""
        ...

    def branch(self) -> None:
        """A new draft with the items of the dataset at hand."""
        ...

    def send(self) -> None:
        """Make the dataset of the draft at hand."""
        ...

    def edit_item(self, item_id: str) -> None:
        """Show this item of the dataset at hand with the cursor in its expected output."""
        ...
