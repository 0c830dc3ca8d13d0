"""The server killed (SIGKILL) while many drafts are promoted: each is golden with its row on record, or as it was."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import AtlasError
from atlas_desktop.contract.datasets import Dataset, DatasetCreate, DatasetItemCreate
from atlas_desktop.contract.operations import OperationCreate
from atlas_desktop.contract.secret import Secret
from tests.cli.running import KEY, command, environment

DRAFTS = 40


@contextmanager
def killable(home: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A real server process on the same database as before."""
    given = {"secret": "00" * 32, "key": KEY, "database": str(home / "served.db")}
    with subprocess.Popen(
        command("serve", "--child"),
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(given).encode() + b"\n")
        process.stdin.flush()
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}/v1", process
        process.kill()


async def drafts(url: str) -> list[str]:
    async with AsyncAtlas(url, Secret(KEY)) as client:
        await client.operations.create(OperationCreate(key="greet"))
        item = DatasetItemCreate(input={"messages": [{"role": "user", "content": "x"}]}, expected_output="y")
        made = []
        for number in range(DRAFTS):
            dataset = await client.datasets.create(DatasetCreate(operation_id="greet", name=str(number)))
            await client.datasets.items.add(dataset.id, [item])
            made.append(dataset.id)
        return made


async def promoted_until_killed(
    url: str, names: list[str], process: "subprocess.Popen[bytes]", after: int
) -> set[str]:
    """Those whose promotion was answered."""
    answered: set[str] = set()

    async def promote(client: AsyncAtlas, name: str) -> None:
        try:
            await client.datasets.promote(name, acknowledge_no_gates=True, idempotency_key=f"promote-{name}")
        except AtlasError:
            return
        answered.add(name)
        if len(answered) == after:
            process.kill()

    async with AsyncAtlas(url, Secret(KEY)) as client, asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(promote(client, name))
    return answered


async def look(url: str, names: list[str]) -> dict[str, tuple[Dataset, int]]:
    async with AsyncAtlas(url, Secret(KEY)) as client:
        return {
            name: (await client.datasets.get(name), len((await client.datasets.promotions(name)).data))
            for name in names
        }


async def promote_again(url: str, names: list[str]) -> None:
    async with AsyncAtlas(url, Secret(KEY)) as client:
        for name in names:
            again = await client.datasets.promote(
                name, acknowledge_no_gates=True, idempotency_key=f"promote-{name}"
            )
            assert again.status == "golden"


@pytest.mark.parametrize("after", [1, 7, 20])
def test_each_is_promoted_wholly_or_not_at_all(tmp_path: Path, after: int) -> None:
    with killable(tmp_path) as (url, process):
        names = asyncio.run(drafts(url))
        answered = asyncio.run(promoted_until_killed(url, names, process, after))
    assert len(answered) >= after
    with killable(tmp_path) as (url, _):
        for name, (dataset, rows) in asyncio.run(look(url, names)).items():
            golden = dataset.status == "golden"
            assert (rows, dataset.version, dataset.promoted_at is not None) == (golden, 1 + golden, golden)
            assert golden or name not in answered, "an answered promotion is gone"
        # Whoever does not know what became of it asks again with the same key, and it is done once.
        asyncio.run(promote_again(url, names))
        assert {rows for _, rows in asyncio.run(look(url, names)).values()} == {1}
