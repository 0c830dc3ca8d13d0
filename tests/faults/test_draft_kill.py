"""``kill -9`` while somebody types: what is restored is a state of the last second, of the right call (I8)."""

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import orjson
import pytest

from atlas_desktop.database.database import Inline
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.domain.query import Query
from atlas_desktop.store.drafts import Draft
from atlas_desktop.store.store import Store
from tests.app.desk import pull, some_calls

KILLS = 1_000 if os.environ.get("ATLAS_LONG") else 12
ROOT = Path(__file__).resolve().parents[2]
SECOND = 1.0


@pytest.mark.timeout(7_200 if KILLS > 100 else 200)
async def test_a_killed_editor_gives_back_a_text_of_the_last_second(tmp_path: Path) -> None:
    database, journal = tmp_path / "device.db", tmp_path / "journal"
    store = Store.open(database, threads=Inline())
    await pull(store, some_calls(4))
    await store.close()
    rng, typed, looked = random.Random(8), 0, 0
    with (tmp_path / "child.log").open("ab") as log:
        for _ in range(KILLS):
            begun = _lines(journal)
            child = _start(log, database, journal)
            _until(journal, begun + rng.randrange(5, 500), child)
            child.kill()
            died = time.monotonic()
            child.wait()
            states = _states(journal)
            typed += len(states)
            left = await _left(database)
            for call, (draft, stands) in left.items():
                looked += draft is not None
                _check(call, draft, stands, states, died)
            with journal.open("ab") as lines:
                for call, (draft, stands) in left.items():
                    text = stands if draft is None else draft.text
                    lines.write(b"\n" + orjson.dumps([time.monotonic(), "left", call, text]) + b"\n")
    assert typed > KILLS * 20, (tmp_path / "child.log").read_text()[-2000:]
    assert looked > KILLS // 2


def _check(call: int, draft: Draft | None, stands: str, states: list[list[Any]], died: float) -> None:
    """I8: what is restored stood there at some moment of the last second; nothing that stood longer is missing."""
    mine = [(at, text) for at, _, seq, text in states if seq == call]
    stood = {text for number, (_, text) in enumerate(mine) if _until_when(mine, number) >= died - SECOND}
    text = stands if draft is None else draft.text
    ages = [round(died - at, 3) for at, other in mine if text == other]
    assert not stood or text in stood, f"call {call}: {text!r} was there {ages or 'never'} seconds before"


def _until_when(mine: list[tuple[float, str]], number: int) -> float:
    return mine[number + 1][0] if number + 1 < len(mine) else float("inf")


async def _left(database: Path) -> dict[int, tuple[Draft | None, str]]:
    """By call: its draft, and the text that stands without one."""
    store = Store.open(database, threads=Inline())
    try:
        drafts, left = {draft.call: draft for draft in await store.drafts.all()}, {}
        for seq in await store.calls.ids(Query()):
            opened = await store.calls.open_call(seq)
            assert opened is not None
            answer = answer_text(opened.call.response.message)
            left[seq] = (drafts.get(seq), opened.correction.text if opened.correction else answer)
        return left
    finally:
        await store.close()


def _states(journal: Path) -> list[list[Any]]:
    found = []
    for line in journal.read_bytes().splitlines():
        with contextlib.suppress(orjson.JSONDecodeError):  # cut off in the middle by the kill
            found.append(orjson.loads(line))
    return found


def _lines(journal: Path) -> int:
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def _start(log: IO[bytes], database: Path, journal: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.faults.draft_child", str(database), str(journal)]
    return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)


def _until(journal: Path, lines: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while _lines(journal) <= lines:
        assert process.poll() is None, "the editor ended by itself"
        assert time.monotonic() < until, "the editor does nothing"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.003)
