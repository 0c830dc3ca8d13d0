"""Runs when the ground gives way: a database that takes nothing, a row that is damaged, a server that dies before it begins."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from atlas_desktop.contract.evaluations import EvaluationCreate
from atlas_desktop.contract.ids import new_id
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.config import CommitHooks, ServerConfig, sqlite_url
from atlas_desktop.server.evaluation_runs import stubborn
from atlas_desktop.server.storage import evaluations
from atlas_desktop.server.storage.evaluations import By
from tests.server.loop import item
from tests.server.talk import ALICE

PII = {"id": "ev_pii", "kind": "regex", "config": {"pattern": "ssn", "must_match": False}}
Ask = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def serving(folder: Path, **more: Any) -> AsyncIterator[tuple[Ask, Atlas]]:
    """Requests to a server with all its threads and processes, and the server itself."""
    app = create_app(ServerConfig(sqlite_url(folder / "a.db"), static_keys=(ALICE,), **more))
    atlas: Atlas = app.state.atlas
    headers = {"authorization": f"Bearer {ALICE.key}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8400", headers=headers
    ) as client:

        async def ask(method: str, path: str, body: Any = None) -> Any:
            answer = await client.request(method, f"/v1{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield ask, atlas
    await atlas.runs.close()
    close_app(app)


async def dataset_of(ask: Ask, items: int) -> str:
    await ask("POST", "/evaluators", PII)
    await ask("POST", "/operations", {"key": "greet"})
    made = await ask("POST", "/datasets", {"operation_id": "greet", "name": "G"})
    await ask("POST", f"/datasets/{made['id']}/items", [item(n) for n in range(items)])
    return str(made["id"])


async def over(ask: Ask, name: str) -> Any:
    async with asyncio.timeout(30):
        while True:
            run = await ask("GET", f"/evaluations/{name}")
            if run["status"] in ("completed", "failed", "cancelled"):
                return run
            await asyncio.sleep(0.02)


class Disk:
    """Full while ``refusing`` is above 0; that many commits fail."""

    def __init__(self) -> None:
        self.refusing = 0
        self.refused = 0

    def commit(self) -> None:
        if self.refusing > 0:
            self.refusing -= 1
            self.refused += 1
            raise sa.exc.OperationalError("COMMIT", None, Exception("database or disk is full"))


async def test_a_full_disk_is_waited_for_and_nothing_is_scored_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stubborn, "PAUSES", (0.01,))
    disk = Disk()
    async with serving(tmp_path, hooks=CommitHooks(before=disk.commit)) as (ask, _):
        dataset = await dataset_of(ask, 40)
        run = await ask("POST", "/evaluations?wait=0", {"dataset_id": dataset, "evaluator_ids": ["ev_pii"]})
        disk.refusing = 20
        done = await over(ask, run["id"])
        found = (await ask("GET", f"/evaluations/{run['id']}/results?limit=1000"))["data"]
    assert (done["status"], done["progress"]) == ("completed", {"done": 40, "total": 40})
    assert len({row["item_id"] for row in found}) == len(found) == 40
    assert disk.refused == 20


async def test_a_run_with_a_damaged_item_fails_and_says_so_and_the_next_is_done(tmp_path: Path) -> None:
    async with serving(tmp_path) as (ask, atlas):
        broken, sound = await dataset_of(ask, 3), None
        made = await ask("POST", "/datasets", {"operation_id": "greet", "name": "G2"})
        await ask("POST", f"/datasets/{made['id']}/items", [item(9)])
        sound = made["id"]
        (scope,) = atlas.storage.registry.organizations()
        damage = sa.text("UPDATE dataset_item SET document = '{' WHERE seq = 2")
        await atlas.storage.write(scope, lambda tenant: tenant.run(damage))
        body = {"dataset_id": broken, "evaluator_ids": ["ev_pii"]}
        failed = await ask("POST", "/evaluations", body)
        assert (failed["status"], failed["summaryScores"]) == ("failed", {})
        assert "log" in failed["error"]
        assert failed["completed_at"] is not None
        again = await ask("POST", "/evaluations", body | {"dataset_id": sound})
        assert again["status"] == "completed"


async def test_a_run_that_was_begun_and_never_taken_up_is_found(tmp_path: Path) -> None:
    """As when the server died right after it was written: the next one takes it up at its start."""
    async with serving(tmp_path) as (ask, atlas):
        dataset = await dataset_of(ask, 5)
        (scope,) = atlas.storage.registry.organizations()
        asked = EvaluationCreate(dataset_id=dataset, evaluator_ids=["ev_pii"])
        gone = By("999999999@elsewhere/0", lambda *_: None)
        await atlas.storage.write(scope, lambda tenant: evaluations.create(tenant, asked, new_id, gone))
        free = sa.text("UPDATE evaluation SET owned_until = 0")
        await atlas.storage.write(scope, lambda tenant: tenant.run(free))
    async with serving(tmp_path) as (ask, atlas):
        atlas.runs.start()
        (run,) = (await ask("GET", "/evaluations"))["data"]
        done = await over(ask, run["id"])
    assert (done["status"], done["progress"]["done"]) == ("completed", 5)
