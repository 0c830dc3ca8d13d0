"""Gates of the dataset at hand: the fix list, promotion, runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.gate_acts import GateActs, RunActs

if TYPE_CHECKING:
    from atlas_desktop.app.commands.context import Context


def _on_gates(act: Callable[[GateActs], object]) -> Run:
    """Do this with the gates, which are shown first."""

    def run(context: "Context") -> None:
        context.datasets.show_section("gates")
        act(context.gates)

    return run


def _on_runs(act: Callable[[RunActs], object]) -> Run:
    """Do this with the runs, which are shown first."""

    def run(context: "Context") -> None:
        context.datasets.show_section("runs")
        act(context.runs)

    return run


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("gates.score", "Score for the gates", "Dataset", ("Ctrl+R",), "datasets",
                _on_gates(lambda gates: gates.score())),
        Command("gates.fix", "What would flip a gate", "Dataset", ("F",), "datasets",
                _on_gates(lambda gates: gates.fix())),
        Command("gates.promote", "Promote to golden", "Dataset", ("Shift+P",), "datasets",
                _on_gates(lambda gates: gates.promote())),
        Command("gates.training", "Request training…", "Dataset", ("Shift+T",), "datasets",
                _on_gates(lambda gates: gates.request_training())),
        Command("runs.new", "New run", "Dataset", ("Shift+R",), "datasets",
                _on_runs(lambda runs: runs.new_run())),
        Command("runs.compare", "Compare with the run before, or no more", "Dataset", ("C",), "datasets",
                _on_runs(lambda runs: runs.compare())),
        Command("runs.cancel", "Cancel the run", "Dataset", (), "datasets",
                _on_runs(lambda runs: runs.cancel_run())),
        Command("dataset.export", "Export the dataset…", "Dataset", ("Ctrl+Shift+E",), "datasets",
                lambda context: context.gates.export()),
        Command("calls.export", "Export these calls…", "List", ("Ctrl+Shift+E",), "calls",
                lambda context: context.export_calls()),
        Command("go.gates", "Gates of this operation", "Go", ("G A",), "calls",
                lambda context: context.show_gates()),
    )  # fmt: skip
