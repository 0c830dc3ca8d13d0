"""The app's own child server: keys over the pipe, its operator, the table where it is told to be."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from atlas_desktop.server.config import sqlite_url
from atlas_desktop.server.keys import create_key
from tests.server.gateway.house import CANARY, SAY
from tests.server.test_process import CHILD, KEY, SECRET, pipe, start

TABLE = """
[[provider]]
name = "stub"
base_url = "http://127.0.0.1:{port}/v1"
key = {{ keyring = "provider.stub" }}
[[provider.model]]
id = "stub-1"
"""


@contextmanager
def stub() -> Iterator[int]:
    """The provider in a process of its own."""
    process = start([sys.executable, "-m", "tests.server.gateway.stub_provider"], stdin=subprocess.PIPE)
    try:
        yield int(pipe(process.stdout).readline())
    finally:
        process.kill()
        process.wait(20)
        pipe(process.stdin).close()
        pipe(process.stdout).close()


@contextmanager
def child(hello: Mapping[str, Any], **environment: str) -> Iterator[tuple[httpx.Client, int]]:
    process = start([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, env=os.environ | environment)
    pipe(process.stdin).write(json.dumps(hello) + "\n")
    pipe(process.stdin).flush()
    try:
        port = json.loads(pipe(process.stdout).readline())["port"]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", timeout=20, trust_env=False) as client:
            yield client, process.pid
    finally:
        process.kill()
        process.wait(20)
        pipe(process.stdin).close()
        pipe(process.stdout).close()


def test_a_key_over_the_pipe_is_used_and_seen_nowhere(tmp_path: Path) -> None:
    """Not in the command line and not in the environment of the process, where other programs can look."""
    database = tmp_path / "atlas.db"
    hello = {"secret": SECRET, "key": KEY, "database": str(database), "provider_keys": {"stub": CANARY}}
    table = tmp_path / "else" / "table.toml"
    table.parent.mkdir()
    with stub() as port:
        table.write_text(TABLE.format(port=port))
        with child(hello, ATLAS_PROVIDERS=str(table)) as (client, pid):
            client.headers["authorization"] = f"Bearer {KEY}"
            listed = client.get("/providers").json()
            assert (listed["path"], listed["writable"]) == (str(table), True)
            assert listed["data"][0]["status"]["key_from"] == "given"
            answer = client.post("/chat/completions", json={"model": "stub-1", "messages": SAY})
            assert answer.status_code == 200, answer.text
            assert CANARY not in _seen_by_others(pid)
            ordinary = create_key(sqlite_url(database), name="ordinary")
            client.headers["authorization"] = f"Bearer {ordinary}"
            refused = client.put("/providers", json={"revision": listed["revision"], "providers": []})
            assert refused.status_code == 403


def _seen_by_others(pid: int) -> str:
    process = Path(f"/proc/{pid}")
    if not process.exists():
        return ""
    return (process / "cmdline").read_text() + (process / "environ").read_text()
