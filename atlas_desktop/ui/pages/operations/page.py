"""Operations: what keys and buttons do on the screen."""

from typing import Literal

from atlas_desktop.ui.pages.operations.area import Section
from atlas_desktop.ui.pages.operations.define_pane import DefinePane
from atlas_desktop.ui.pages.operations.evaluator_pane import EvaluatorPane
from atlas_desktop.ui.pages.operations.gates_pane import GatesPane
from atlas_desktop.ui.pages.operations.history_pane import HistoryPane
from atlas_desktop.ui.pages.operations.schema_pane import SchemaPane
from atlas_desktop.ui.pages.operations.view import OperationsView


class OperationsPage(OperationsView):
    """Implements ``OperationActs``."""

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row of the list that has the focus."""
        pane = self.stack.currentWidget()
        if self.list.has_focus():
            self.list.step(direction)
        elif isinstance(pane, GatesPane | SchemaPane | HistoryPane | EvaluatorPane | Section):
            pane.step(direction)

    def find_operation(self) -> None:
        """The cursor into what narrows the list of operations."""
        self.list.find_one()

    def show_gates_of(self, key: str | None) -> None:
        """The gates of this operation; of the one at hand where none is named."""
        if key is not None and self.workspace is not None:
            self.workspace.operations.select(key)
        self.show_section("gates")

    def go_to_operation(self, direction: Literal[1, -1]) -> None:
        """The next operation that way."""
        self.list.step(direction)

    def open_current(self) -> None:
        """Into the operation; from there, the rule or the call at hand."""
        pane = self.stack.currentWidget()
        if self.list.has_focus():
            self.into()
        elif isinstance(pane, GatesPane | Section):
            pane.open_current()
        elif pane is self.schema:
            self.schema.trial.list.open_current()
        elif pane is self.rule:
            self.rule.trial.list.open_current()

    def edit_current(self) -> None:
        """Write: the schema, the rule, the least score, the description."""
        pane = self.stack.currentWidget()
        if pane is self.gates:
            self.gates.edit_minimum()
        elif isinstance(pane, SchemaPane | EvaluatorPane | DefinePane):
            pane.take_focus()

    def add_gate(self) -> None:
        """The rule at hand as a gate."""
        if self.stack.currentWidget() is self.gates:
            self.gates.add()

    def remove_gate(self) -> None:
        """The gate at hand."""
        if self.stack.currentWidget() is self.gates:
            self.gates.remove()

    def new_rule(self) -> None:
        """Begin a new rule."""
        if self.state.defined:
            self.open_rule(None)

    def describe(self) -> None:
        """Write another name and description."""
        self.head.edit()

    def switch_cache(self) -> None:
        """Answer equal requests from the record, or ask anew: where one sees it."""
        if self.state.defined:
            self.show_section("routing")
        self.routing.cache.switch()

    def attempt(self) -> None:
        """Try what is written on recent answers."""
        if self.at_rule:
            self.desk.run_rule()
        elif self.section == "schema":
            self.schema.begin()

    def save(self) -> None:
        """Keep what is written."""
        pane = self.stack.currentWidget()
        if self.head.editing:
            self.head.save()
        elif isinstance(pane, GatesPane | SchemaPane | EvaluatorPane | DefinePane | Section):
            pane.save()

    def go_to_problem(self) -> None:
        """The cursor to the next problem of the schema."""
        if self.stack.currentWidget() is self.schema:
            self.schema.field.go_to_problem()
