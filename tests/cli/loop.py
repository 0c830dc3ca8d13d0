"""A dataset with gates on a real server, made through the SDK."""

from dataclasses import dataclass
from typing import Any

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.contract.datasets import DatasetCreate
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationCreate, ShipGate
from atlas_desktop.contract.secret import Secret
from tests.cli.running import KEY

MAIL = "jane.doe@example.com"


@dataclass(frozen=True)
class Made:
    """What was made."""

    dataset: str
    items: tuple[str, ...]


def items(right: int, wrong: int) -> list[dict[str, Any]]:
    """So many that hold the gate of a digit, and so many that do not."""
    return [
        {
            "input": {"messages": [{"role": "user", "content": f"number {n}? {MAIL}"}]},
            "expected_output": str(n) if n < right else f"=none{'x' * n}",
            "predicted": "none",
            "split": "test" if n % 3 == 0 else "train",
        }
        for n in range(right + wrong)
    ]


async def make(url: str, right: int, wrong: int, *, least: float = 1.0, name: str = "Numbers") -> Made:
    """A draft of these items; the gate ``ev_digit`` at ``least``."""
    async with AsyncAtlas(url, Secret(KEY)) as client:
        if not [each async for each in client.evaluators.iterate()]:
            digit = EvaluatorCreate(id="ev_digit", kind="regex", config={"pattern": "^[0-9]+$"})
            await client.evaluators.create(digit)
            gates = [ShipGate(evaluator_id="ev_digit", min_score=least)]
            await client.operations.create(OperationCreate(key="count", ship_gates=gates))
        dataset = await client.datasets.create(DatasetCreate(operation_id="count", name=name))
        added = await client.datasets.items.add(dataset.id, items(right, wrong)) if right + wrong else None
        return Made(dataset.id, tuple(item.id for item in added.added) if added else ())
