"""Operations: named units of work, their output schema and their ship gates (seed *Operations*)."""

from typing import Annotated, Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Json, Request, Timestamp
from atlas_desktop.contract.ids import OPERATION_KEY
from atlas_desktop.contract.output_schema import OutputSchema


class ShipGate(Answer):
    """An evaluator and the least mean score (0..1) at which a dataset may be promoted."""

    evaluator_id: str = Field(min_length=1, max_length=100)
    min_score: float = Field(ge=0, le=1, allow_inf_nan=False)


class Operation(Answer):
    """A named, observable unit of work. ``key`` never changes; ``auto`` ones were seen, not defined.

    ``cache`` [ours]: the gateway may answer a request it has answered before from the record.
    """

    id: str
    object: Literal["operation"] = "operation"
    key: str
    name: str
    description: str | None = None
    output_schema: dict[str, Json] | None = None
    schema_version: str = "1"
    ship_gates: list[ShipGate] = []
    cache: bool = False
    registration: Literal["auto", "defined"]
    created_at: Timestamp | None = None


Name = Annotated[str, Field(min_length=1, max_length=200)]
SchemaVersion = Annotated[str, Field(min_length=1, max_length=64)]


class OperationCreate(Request):
    """Define an operation; on an auto-registered key this makes it ``defined``."""

    key: str = Field(pattern=OPERATION_KEY)
    name: Name | None = None
    description: str | None = Field(default=None, max_length=20_000)
    output_schema: OutputSchema | None = None
    schema_version: SchemaVersion = "1"
    ship_gates: list[ShipGate] = Field(default=[], max_length=100)
    cache: bool = False


class OperationUpdate(Request):
    """Change an operation. A changed schema needs a new version; a lower gate needs ``allow_loosening``."""

    name: Name | None = None
    description: str | None = Field(default=None, max_length=20_000)
    output_schema: OutputSchema | None = None
    schema_version: SchemaVersion | None = None
    ship_gates: list[ShipGate] | None = Field(default=None, max_length=100)
    cache: bool | None = None
    allow_loosening: bool = False


class OperationSchema(Answer):
    """A version of an operation's output schema. ``calls``: how many recorded calls carry this version."""

    object: Literal["operation.schema"] = "operation.schema"
    schema_version: str
    output_schema: dict[str, Json] | None = None
    current: bool = False
    calls: int | None = None
    created_at: Timestamp | None = None


class AuditEntry(Answer):
    """One change of an operation, or of an evaluator that its gates name: who, when, what.

    ``act``: ``operation_defined``, ``schema_changed`` (``from``, ``to``: versions), ``gate_added``,
    ``gate_tightened``, ``gate_loosened`` (``evaluator_id``, ``from``, ``to``: scores, null for none),
    ``cache_changed`` (``from``, ``to``) or ``evaluator_changed`` (``evaluator_id``, ``from``, ``to``: versions, ``keys``). Others may come.
    """

    object: Literal["audit.entry"] = "audit.entry"
    act: str
    actor: str
    created_at: Timestamp
    details: dict[str, Json] = {}
