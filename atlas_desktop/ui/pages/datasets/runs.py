"""The evaluation runs of the dataset at hand."""

from typing import TYPE_CHECKING

from atlas_desktop.ui.pages.datasets.section import Section

if TYPE_CHECKING:
    from atlas_desktop.contract.datasets import Dataset


class RunsSection(Section):
    """Newest first, each with its progress and results."""

    def show_dataset(self, dataset: "Dataset") -> None:
        """Its runs."""

    def clear(self) -> None:
        """None."""
