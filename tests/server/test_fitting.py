"""Items against a schema that costs seconds: the slow one is told so, the others are added, nobody waits."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import InvalidRequestError
from atlas_desktop.api.transport import in_process
from atlas_desktop.contract.datasets import DatasetCreate
from atlas_desktop.contract.operations import OperationCreate
from atlas_desktop.contract.secret import Secret
from atlas_desktop.domain.expected import fit_all
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url
from atlas_desktop.server.scoring import fitting
from atlas_desktop.server.scoring.scorer import Scorer
from tests.server.test_scoring import doubling

KEY = "nm_live_aaaaaa_" + "a" * 32
CHAT = {"messages": [{"role": "user", "content": "list them"}]}


async def test_only_the_item_that_takes_too_long_is_rejected(tmp_path: Path) -> None:
    app = create_app(ServerConfig(sqlite_url(tmp_path / "a.db"), static_keys=(StaticKey(KEY),)))
    outputs: list[Any] = [["a"], ["s"] * 200_000, ["b"]]
    waits = []
    try:
        async with AsyncAtlas("http://127.0.0.1:8400/v1", Secret(KEY), transport=in_process(app)) as client:
            await client.operations.create(OperationCreate(key="greet", output_schema=doubling(13)))
            dataset = await client.datasets.create(DatasetCreate(operation_id="greet", name="x"))
            adding = asyncio.ensure_future(
                client.datasets.items.add(
                    dataset.id, [{"input": CHAT, "expected_output": each} for each in outputs]
                )
            )
            while not adding.done():
                begun = time.perf_counter()
                await client.health()
                waits.append(time.perf_counter() - begun)
                await asyncio.wait([adding], timeout=0.01)
            answer = await adding
    finally:
        close_app(app)
    assert [item.expected_output for item in answer.added] == [["a"], ["b"]]
    (rejected,) = answer.rejected
    assert rejected.index == 1
    assert rejected.errors[0].path == "$.expected_output"
    assert "too long" in rejected.errors[0].message
    assert sorted(waits)[len(waits) * 9 // 10] < 0.05


@pytest.mark.parametrize(
    ("schema", "values", "at_once"),
    [
        (None, [["s"] * 200_000], True),
        ({"type": "object"}, [{}, "{}", "no JSON"], True),
        ({"type": "object"}, [{}] * 51, False),
        ({"type": "object"}, [{"a": "x" * 70_000}], False),
        (doubling(13), [["s"] * 1_000], False),
        ({"enum": ["x" * 5_000]}, [{}], False),
    ],
)
def test_what_is_cheap_is_done_at_once_and_said_alike(
    schema: dict[str, Any] | None, values: list[Any], at_once: bool
) -> None:
    begun = time.perf_counter()
    fits = fitting.fit_at_once(schema, values)
    assert time.perf_counter() - begun < 0.5
    assert (fits is not None) == at_once
    assert fits is None or fits == fit_all(schema, values)


async def test_when_all_of_them_take_too_long_the_request_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = Scorer(ServerConfig(sqlite_url(tmp_path / "a.db")))
    monkeypatch.setattr(fitting, "_SECONDS", 0.0)
    with pytest.raises(Exception, match="too_expensive"):
        await fitting.fit_beside(scorer, {"type": "object"}, [{}])
    scorer.stop()


async def test_the_sdk_says_what_was_wrong_with_each_item(tmp_path: Path) -> None:
    app = create_app(ServerConfig(sqlite_url(tmp_path / "a.db"), static_keys=(StaticKey(KEY),)))
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    try:
        async with AsyncAtlas("http://127.0.0.1:8400/v1", Secret(KEY), transport=in_process(app)) as client:
            await client.operations.create(OperationCreate(key="greet", output_schema=schema))
            dataset = await client.datasets.create(DatasetCreate(operation_id="greet", name="x"))
            with pytest.raises(InvalidRequestError) as refused:
                await client.datasets.items.add(dataset.id, [{"input": CHAT, "expected_output": {"a": "1"}}])
    finally:
        close_app(app)
    assert refused.value.code == "items_rejected"
    assert [detail.loc for detail in refused.value.details] == [["items", 0, "$.expected_output.a"]]
