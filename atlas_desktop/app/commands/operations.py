"""Operations: schemas, evaluators, gates."""

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.operation_acts import SectionName


def _section(name: SectionName) -> Run:
    return lambda context: context.operations.show_section(name)


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("operation.gates", "Ship gates", "Operation", ("1",), "operations", _section("gates")),
        Command("operation.schema", "Output schema", "Operation", ("2",), "operations", _section("schema")),
        Command("operation.history", "History of the operation", "Operation", ("3",), "operations", _section("history")),
        Command("operation.routing", "Routing of the operation", "Operation", ("5",), "operations", _section("routing")),
        Command("operation.next", "Next row of the operation", "Operation", ("J", "Down"), "operations",
                lambda context: context.operations.step(1), repeats=True),
        Command("operation.previous", "Previous row of the operation", "Operation", ("K", "Up"), "operations",
                lambda context: context.operations.step(-1), repeats=True),
        Command("operation.find", "Find an operation", "Operation", ("/",), "operations",
                lambda context: context.operations.find_operation()),
        Command("operation.next_operation", "Next operation", "Operation", ("]",), "operations",
                lambda context: context.operations.go_to_operation(1), repeats=True),
        Command("operation.previous_operation", "Previous operation", "Operation", ("[",), "operations",
                lambda context: context.operations.go_to_operation(-1), repeats=True),
        Command("operation.open", "Open the evaluator or the call", "Operation", ("Enter",), "operations",
                lambda context: context.operations.open_current()),
        Command("operation.edit", "Write into it", "Operation", ("E",), "operations",
                lambda context: context.operations.edit_current()),
        Command("operation.describe", "Describe the operation", "Operation", ("N",), "operations",
                lambda context: context.operations.describe()),
        Command("operation.what_changed", "What changed?", "Operation", ("W",), "operations",
                lambda context: context.operations.what_changed()),
        Command("operation.new_rule", "New evaluator", "Operation", ("R",), "operations",
                lambda context: context.operations.new_rule()),
        Command("operation.add_gate", "Add the evaluator as a gate", "Operation", ("A",), "operations",
                lambda context: context.operations.add_gate()),
        Command("operation.remove_gate", "Remove the gate", "Operation", ("Delete",), "operations",
                lambda context: context.operations.remove_gate()),
        Command("operation.cache", "Answer equal requests from the record, or ask anew", "Operation", ("C",), "operations",
                lambda context: context.operations.switch_cache()),
        Command("operation.try", "Try on recent calls", "Operation", ("Ctrl+R",), "operations",
                lambda context: context.operations.attempt()),
        Command("operation.save", "Save what is written", "Operation", ("Ctrl+Enter",), "operations",
                lambda context: context.operations.save()),
        Command("operation.judge", "Set up the judge of the local Atlas", "Operation", (), "anywhere",
                lambda context: context.show_judge(), needs_call=False),
        Command("operation.problem", "Next problem of the schema", "Operation", ("F8",), "operations",
                lambda context: context.operations.go_to_problem()),
    )  # fmt: skip
