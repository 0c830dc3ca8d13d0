"""What commands may ask of the Operations screen."""

from typing import Literal, Protocol

AreaName = Literal["operation", "providers", "usage"]
SectionName = Literal["gates", "schema", "history", "releases", "routing"]


class OperationActs(Protocol):
    """The list of operations, and the one at hand."""

    def show_area(self, name: AreaName) -> None:
        """Operations, providers or usage, with the keyboard in it."""
        ...

    def show_section(self, name: SectionName) -> None:
        """Its gates, its output schema, or who changed what."""
        ...

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way: of the list that has the focus."""
        ...

    def find_operation(self) -> None:
        """Narrow the list of operations by what is typed."""
        ...

    def go_to_operation(self, direction: Literal[1, -1]) -> None:
        """The next operation that way."""
        ...

    def open_current(self) -> None:
        """Into the operation; from there, the rule or the call at hand."""
        ...

    def edit_current(self) -> None:
        """Write: the schema, the rule, the least score, the description."""
        ...

    def add_gate(self) -> None:
        """The rule at hand as a gate."""
        ...

    def remove_gate(self) -> None:
        """The gate at hand."""
        ...

    def new_rule(self) -> None:
        """Begin a new rule."""
        ...

    def describe(self) -> None:
        """Write another name and description."""
        ...

    def switch_cache(self) -> None:
        """Answer equal requests from the record, or ask anew."""
        ...

    def what_changed(self) -> None:
        """Ask what changed, and go on from the answer."""
        ...

    def attempt(self) -> None:
        """Try what is written on recent answers."""
        ...

    def save(self) -> None:
        """Keep what is written."""
        ...

    def go_to_problem(self) -> None:
        """The cursor to the next problem of the schema."""
        ...
