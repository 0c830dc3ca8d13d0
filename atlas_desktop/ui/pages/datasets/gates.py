"""The ship gates of the dataset at hand."""

from typing import TYPE_CHECKING

from atlas_desktop.ui.pages.datasets.section import Section

if TYPE_CHECKING:
    from atlas_desktop.contract.datasets import Dataset


class GatesSection(Section):
    """Each gate a row; promotion on the same panel."""

    def show_dataset(self, dataset: "Dataset") -> None:
        """Its gates."""

    def clear(self) -> None:
        """None."""
