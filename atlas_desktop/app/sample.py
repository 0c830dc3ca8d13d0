"""The recorded calls that come with the program, and what defines good answers to some of them."""

from contextlib import suppress
from pathlib import Path
from typing import Final

import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import ConflictError
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationCreate
from atlas_desktop.resources import resource_path

_DEFINITIONS: Final = ("samples", "definitions.json")


def sample_files() -> list[Path]:
    """The files of recorded calls."""
    return sorted(resource_path("samples").glob("*.jsonl"))


async def import_sample(client: AsyncAtlas) -> None:
    """Record the calls, and define the operations whose answers have rules; what is there already stays.

    Raises AtlasError.
    """
    for path in sample_files():
        await client.calls.import_lines(path.read_bytes())
    definitions = orjson.loads(resource_path(*_DEFINITIONS).read_bytes())
    for evaluator in definitions["evaluators"]:
        with suppress(ConflictError):
            await client.evaluators.create(EvaluatorCreate.model_validate(evaluator))
    for operation in definitions["operations"]:
        with suppress(ConflictError):
            await client.operations.create(OperationCreate.model_validate(operation))
