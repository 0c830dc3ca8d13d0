"""The real thing: a process that decides is killed at any moment; what it was told is stored is stored."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from atlas_desktop.domain.query import Query
from atlas_desktop.store import audit
from tests.store.making import open_store, with_calls

ROUNDS = 200 if os.environ.get("ATLAS_LONG") else 12
CALLS = 400
DECIDER = """
import asyncio, sys
from pathlib import Path
from atlas_desktop.store.store import Store
from tests.store.making import NOW

async def main() -> None:
    store = Store.open(Path(sys.argv[1]))
    for seq in range(int(sys.argv[2]), int(sys.argv[3])):
        decided = await store.decisions.decide([seq], ("up", "down")[seq % 2], now=NOW)
        sys.stdout.write(f"{seq}\\n")
        sys.stdout.flush()

asyncio.run(main())
"""


async def test_every_acknowledged_decision_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "w" / "atlas.db"
    await (await with_calls(path, CALLS)).close()
    told: set[int] = set()
    start = 1
    for round_ in range(ROUNDS):
        last = _decide_and_die(path, start, answers=1 + (round_ * 7) % 23)
        told |= set(range(start, last + 1))
        start = last + 2
        store = open_store(path)
        assert store.report.repair is None
        assert await store.database.read(audit.violations) == []
        rows = {row.seq: row.rating for row in await store.calls.rows(sorted(told))}
        assert rows == {seq: ("thumbs_up", "thumbs_down")[seq % 2] for seq in told}
        assert {row.lane for row in await store.outbox.eligible(CALLS, 1 << 30)} >= told
        unrated = len(await store.calls.ids(Query(rating="none")))
        assert CALLS - len(told) - (round_ + 1) <= unrated <= CALLS - len(told), (
            "at most one untold act a kill"
        )
        await store.close()
        if start > CALLS - 30:
            break


def _decide_and_die(path: Path, start: int, answers: int) -> int:
    process = subprocess.Popen(
        [sys.executable, "-c", DECIDER, str(path), str(start), str(CALLS)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    with process.stdout as out:
        for _ in range(answers):
            out.readline()
        process.send_signal(signal.SIGKILL)
        told = [line for line in out.read().split(b"\n") if line]
    process.wait()
    return int(told[-1]) if told else start + answers - 1
