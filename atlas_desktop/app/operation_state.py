"""What is known about operations, as the Operations screen shows it."""

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from atlas_desktop.app.asking import Phase
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.capabilities import JudgeAtServer
from atlas_desktop.contract.evaluators import Evaluator
from atlas_desktop.contract.operations import AuditEntry, Operation, OperationSchema

T = TypeVar("T")

Part = Literal["schemas", "history"]
"""What only the server knows, and is asked for when it is looked at."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """What the server said. ``away`` and ``limited``: what was known before is shown, if anything was."""

    phase: Phase = "nothing"
    rows: tuple[T, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class OperationLine:
    """One operation in the list; ``calls`` are those on this computer."""

    key: str
    name: str
    defined: bool
    calls: int
    gates: int = 0
    schema_version: str | None = None
    """Only where it has a schema."""


@dataclass(frozen=True, slots=True)
class BookState:
    """The list, and the operation at hand.

    ``operation`` is None for one that is only known from calls: the server was not asked since they came.
    ``judge`` is whom the server asks; ``judge_known`` is False until it said so.
    """

    loaded: bool = False
    lines: tuple[OperationLine, ...] = ()
    key: str | None = None
    operation: Operation | None = None
    evaluators: tuple[Evaluator, ...] = ()
    schemas: Rows[OperationSchema] = field(default_factory=Rows)
    history: Rows[AuditEntry] = field(default_factory=Rows)
    online: bool = False
    judge: JudgeAtServer | None = None
    judge_known: bool = False
    unsaved: frozenset[str] = frozenset()
    """The names of what was typed and not saved: see `OperationsBook.keep`."""

    @property
    def line(self) -> OperationLine | None:
        """The row of the operation at hand."""
        return next((line for line in self.lines if line.key == self.key), None)

    def is_unsaved(self, key: str) -> bool:
        """Whether something of this operation was typed and not saved."""
        return f"schema/{key}" in self.unsaved or f"gates/{key}" in self.unsaved

    @property
    def defined(self) -> bool:
        """Whether it may have a schema and gates."""
        return self.operation is not None and self.operation.registration == "defined"

    def evaluator(self, name: str) -> Evaluator | None:
        """The evaluator of this id, as far as it is known here."""
        return next((each for each in self.evaluators if each.id == name), None)

    def schema_of(self, version: str | None) -> Json:
        """The output schema that answers of this version were made for; the current one where that is not known."""
        if self.operation is None:
            return None
        if version is not None:
            for each in self.schemas.rows:
                if each.schema_version == version:
                    return each.output_schema
        return self.operation.output_schema

    def free_version(self) -> str:
        """A schema version nobody used yet: the next number."""
        known = {each.schema_version for each in self.schemas.rows}
        if self.operation is not None:
            known.add(self.operation.schema_version)
        numbers = [int(each) for each in known if each.isascii() and each.isdecimal() and len(each) < 10]
        number = max(numbers, default=0) + 1
        while str(number) in known:
            number += 1
        return str(number)
