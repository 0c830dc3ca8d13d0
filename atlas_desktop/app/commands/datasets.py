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
        Command("dataset.next", "Next row", "Dataset", ("J", "Down"), "datasets",
                lambda context: context.datasets.step(1), repeats=True),
        Command("dataset.previous", "Previous row", "Dataset", ("K", "Up"), "datasets",
                lambda context: context.datasets.step(-1), repeats=True),
        Command("dataset.open", "Open the row", "Dataset", ("Enter",), "datasets",
                lambda context: context.datasets.open_current()),
        Command("dataset.edit", "Edit the row", "Dataset", ("E",), "datasets",
                lambda context: context.datasets.edit_current()),
        Command("dataset.drop", "Take the row out", "Dataset", ("Delete",), "datasets",
                lambda context: context.datasets.drop_current()),
        Command("dataset.keep", "Of a contradiction keep only this", "Dataset", ("A",), "datasets",
                lambda context: context.datasets.keep_current()),
        Command("dataset.undo", "Put back what was taken out", "Dataset", ("Z",), "datasets",
                lambda context: context.datasets.undo()),
        Command("dataset.split", "Train, test, or no split", "Dataset", ("T",), "datasets",
                lambda context: context.datasets.next_split()),
        Command("dataset.weight", "Weight", "Dataset", ("W",), "datasets",
                lambda context: context.datasets.weigh()),
        Command("dataset.call", "Go to its call", "Dataset", ("L",), "datasets",
                lambda context: context.datasets.go_to_call()),
        Command("dataset.next_dataset", "Next dataset", "Dataset", ("]",), "datasets",
                lambda context: context.datasets.go_to_dataset(1), repeats=True),
        Command("dataset.previous_dataset", "Previous dataset", "Dataset", ("[",), "datasets",
                lambda context: context.datasets.go_to_dataset(-1), repeats=True),
        Command("dataset.send", "Make the dataset", "Dataset", ("Ctrl+Enter",), "datasets",
                lambda context: context.datasets.send()),
        Command("dataset.branch", "Branch", "Dataset", ("B",), "datasets",
                lambda context: context.datasets.branch()),
        Command("dataset.new", "New dataset from these calls", "Dataset", ("Shift+D",), "calls",
                lambda context: context.datasets.new_dataset()),
        Command("dataset.versions", "Versions", "Dataset", ("4",), "datasets", _section("versions")),
    )  # fmt: skip
