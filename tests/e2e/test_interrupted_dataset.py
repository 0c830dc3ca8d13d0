"""The application is killed while it sends a dataset; started again it goes on, and nothing is there twice."""

import asyncio
import json
from pathlib import Path

import apsw
import pytest

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.contract.secret import Secret
from tests.cli import running
from tests.e2e.drive import App
from tests.e2e.test_connecting import fill_in

CALLS = 3_000
"""Three requests."""
OPERATION = "classify"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    file = tmp_path / "calls.jsonl"
    with file.open("w") as out:
        for number in range(CALLS):
            asked = {"role": "user", "content": f"message number {number}"}
            line = {"source_id": f"call/{number}", "operation": OPERATION, "model": "m", "messages": [asked]}
            answers = {"output": f"wrong {number}", "expected_output": f"right {number}"}
            out.write(json.dumps(line | answers) + "\n")
    return file


@pytest.mark.parametrize("sent", [0, 1_000])
def test_killed_while_sending(tmp_path: Path, calls: Path, secret_service: str, sent: int) -> None:
    """As soon as it is on its way, and after the first answer."""
    server, home = tmp_path / "server", tmp_path / "home"
    server.mkdir()
    with running.serving(server) as url:
        assert running.run(server, "import", calls, "--url", url, NEWMEN_API_KEY=running.KEY).code == 0
        with App(home) as app:
            fill_in(app, url, running.KEY)
            app.keys("Enter")
            app.until(open=True, link="online", synced=True, painted=True, listed=CALLS, seconds=60)
            app.keys("Shift+D")
            app.until(screen="datasets", building=True, buildable=CALLS, seconds=60)
            app.keys("Ctrl+Enter")
            app.until(sending=True, on_its_way=True, sent=sent, seconds=60)
            app.kill()
        with App(home) as app:
            before = _to_send(home)
            app.until(open=True, link="online", seconds=60)
            app.keys("G", "D")
            app.until(dataset=["draft", 1, CALLS], items=CALLS, seconds=60)
            app.quit()
        assert before is None or 0 < before <= CALLS - sent
        assert _to_send(home) is None
        asyncio.run(_check(url))
    assert secret_service


def _to_send(home: Path) -> int | None:
    """How many items the store of the killed application still has to send; None: there is nothing being sent."""
    (file,) = home.rglob("atlas.db")
    store = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        if not store.execute("SELECT count(*) FROM dataset_sending").get:
            return None
        found: int = store.execute("SELECT count(*) FROM dataset_sending_item WHERE state = 0").get
        return found
    finally:
        store.close()


async def _check(url: str) -> None:
    """One dataset, each call in it once, with what is expected."""
    async with AsyncAtlas(url, Secret(running.KEY)) as client:
        (dataset,) = (await client.datasets.list()).data
        items = [each async for each in client.datasets.items.iterate(dataset.id)]
    assert len(items) == CALLS == len({each.source_call_id for each in items})
    assert {each.expected_output for each in items} == {f"right {number}" for number in range(CALLS)}
