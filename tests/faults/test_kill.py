"""``kill -9`` of the real processes, over and over, at any moment: what was decided is what the server has."""

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import apsw
import httpx
import orjson
import pytest

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.opinion import EMPTY, Opinion, with_verdict
from atlas_desktop.store.said import opinion_of
from tests.faults import invariants
from tests.faults.invariants import DeviceFile, ServerFile
from tests.faults.templates import call_line

KILLS = 1_000 if os.environ.get("ATLAS_LONG") else 20
CALLS = 25
KEY = "nm_live_killme_" + "k" * 32
ROOT = Path(__file__).resolve().parents[2]
CHILD = "tests.faults.kill_child"


class Serving:
    """The server process; it comes back on the same port with the same file."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "server.db"
        self.port = _free_port()
        self.log = (folder / "server.log").open("ab")
        self.process = self._start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def kill(self) -> None:
        _kill(self.process)

    def close(self) -> None:
        self.kill()
        self.log.close()

    def revive(self) -> None:
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        process = _child(self.log, "serve", str(self.port), str(self.database), KEY)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return process
            assert process.poll() is None, "the server ended at once"
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        raise AssertionError("the server does not answer")


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    server = Serving(tmp_path)
    try:
        lines = b"\n".join(orjson.dumps(call_line(number)) for number in range(CALLS))
        answer = httpx.post(
            f"{server.url}/calls/import",
            content=lines,
            headers={"authorization": f"Bearer {KEY}", "content-type": "application/x-ndjson"},
            trust_env=False,
        )
        assert answer.json()["imported"] == CALLS
        yield server
    finally:
        server.close()


@pytest.mark.timeout(3_600 if KILLS > 100 else 280)
def test_whatever_is_killed_the_server_has_exactly_what_was_decided(serving: Serving, tmp_path: Path) -> None:
    rng = random.Random(20261120)
    database, journal = tmp_path / "device.db", tmp_path / "journal"
    with (tmp_path / "device.log").open("ab") as log:
        for number in range(KILLS):
            device = _child(log, "review", serving.url, str(database), KEY, str(journal))
            _until_journal(journal, _lines(journal) + rng.randrange(40), device)
            if number % 5 == 2:
                serving.kill()
            _kill(device)
            if number % 5 == 2:
                serving.revive()
        said = _drain(log, serving.url, database)
    assert said == {"needs_you": 0, "bugs": 0}, (tmp_path / "device.log").read_text()[-2000:]
    _check(serving, database, journal)


def _check(serving: Serving, database: Path, journal: Path) -> None:
    server, device = _server_file(serving), _device_file(database)
    committed, possible = _replay(journal)
    newest = {row.call_id: opinion_of(row) for row in server.feedback}
    for call, opinion in committed.items():
        assert newest.get(call, EMPTY) in {opinion, *possible.get(call, ())}, call
    assert len(committed) == CALLS
    assert not list(invariants.i1_no_loss(device, server, {op.id for op in device.ops if op.fate == 0}))
    assert not list(invariants.i2_no_duplicate([device], server))
    assert not list(invariants.i5_lane_order(device, server))
    assert not list(invariants.i10_convergence(device, server))
    assert not list(invariants.payloads_are_frozen(device))
    assert max(Counter(row.id for row in server.feedback).values()) == 1
    assert len(device.receipts) == len(server.feedback) > KILLS


def _replay(journal: Path) -> tuple[dict[str, Opinion], dict[str, set[Opinion]]]:
    """What each call was certainly decided to be, and what acts cut off since may have made of it."""
    committed: dict[str, Opinion] = {}
    possible: dict[str, set[Opinion]] = {}
    for line in journal.read_bytes().splitlines():
        try:
            step, calls, verdict = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue  # cut off in the middle by the kill
        for call in calls:
            opinion = with_verdict(EMPTY, verdict)
            if step == "try":
                possible.setdefault(call, set()).add(opinion)
            else:
                committed[call] = opinion
                possible[call] = set()
    return committed, possible


def _drain(log: IO[bytes], url: str, database: Path) -> object:
    drained = subprocess.run(
        [sys.executable, "-m", CHILD, "review", url, str(database), KEY, "-"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=log,
        timeout=90,
        check=True,
    )
    return orjson.loads(drained.stdout)


def _server_file(serving: Serving) -> ServerFile:
    connection = apsw.Connection(str(serving.database), flags=apsw.SQLITE_OPEN_READONLY)
    rows: list[Any] = list(connection.execute("SELECT document FROM feedback ORDER BY seq"))
    calls: list[Any] = list(
        connection.execute("SELECT id, revision, feedback, feedback_count FROM call WHERE NOT deleted")
    )
    connection.close()
    return ServerFile(
        tuple(Feedback.model_validate_json(document) for (document,) in rows),
        {
            call: (revision, orjson.loads(head)["id"] if head else None, count)
            for call, revision, head, count in calls
        },
    )


def _device_file(database: Path) -> DeviceFile:
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return invariants.read_device(0, "me", connection, {})
    finally:
        connection.close()


def _lines(journal: Path) -> int:
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def _until_journal(journal: Path, lines: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while _lines(journal) <= lines:
        assert process.poll() is None, "the device ended by itself"
        assert time.monotonic() < until, "the device does nothing"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.003)


def _child(log: IO[bytes], *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", CHILD, *arguments], cwd=ROOT, stdout=log, stderr=log)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
