"""Datasets: the list, the builder, the items of the one at hand."""

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.dataset_acts import SectionName


def _section(name: SectionName) -> Run:
    return lambda context: context.datasets.show_section(name)


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("dataset.items", "Items", "Dataset", ("1",), "datasets", _section("items")),
        Command("dataset.gates", "Gates", "Dataset", ("2",), "datasets", _section("gates")),
        Command("dataset.runs", "Runs", "Dataset", ("3",), "datasets", _section("runs")),
        Command("dataset.versions", "Versions", "Dataset", ("4",), "datasets", _section("versions")),
    )  # fmt: skip
