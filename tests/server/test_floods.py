"""What a connection sends beside bodies is bounded, before any key is looked at."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.server.test_process import CHILD, KEY, SECRET, Child, child, pipe, start

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKED = (
    b"POST /v1/feedback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Authorization: Bearer " + KEY.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
)
MOST = 8 * 1024 * 1024
"""Far more than a kernel buffers on loopback, far less than a computer has."""

FLOODS = {
    "a header that never ends": (HEAD + b"x: ", b"a" * 65536),
    "headers without end": (HEAD, b"x-a: b\r\n" * 8192),
    "an address that never ends": (b"GET /", b"a" * 65536),
    "a trailer that never ends": (CHUNKED + b"1\r\n{\r\n0\r\nx: ", b"a" * 65536),
    "trailers without end": (CHUNKED + b"1\r\n{\r\n0\r\n", b"x-a: b\r\n" * 8192),
    "a chunk whose head never ends": (CHUNKED + b"1;", b"a" * 65536),
    "requests that wait for no answer": (b"", (HEAD + b"\r\n") * 1024),
    "a request to speak something else": (HEAD + b"connection: upgrade\r\nupgrade: x\r\n\r\n", b"a" * 65536),
}


@pytest.fixture(scope="module")
def server(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    path = tmp_path_factory.mktemp("floods") / "atlas.db"
    path.write_bytes(template.read_bytes())
    with child(path) as started:
        yield started


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_hung_up_on(server: Child, name: str) -> None:
    start, more = FLOODS[name]
    before = _memory(server)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.settimeout(5)
        with pytest.raises(OSError) as ended:
            raw.sendall(start + more * (MOST // len(more)))
    assert not isinstance(ended.value, TimeoutError), "nobody reads it, and nobody hangs up"
    assert _memory(server) - before < 32 * 1024
    assert httpx.get(f"http://127.0.0.1:{server.port}/healthz").status_code == 200


def test_a_head_too_large_is_told_so(server: Child) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(HEAD + b"x: " + b"a" * 70_000)
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"x-request-id: req_" in answer
    assert b'"head_too_large"' in answer


def test_an_honest_head_and_a_few_requests_in_a_row_are_served(server: Child) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        large = HEAD + b"x: " + b"a" * 30_000 + b"\r\n\r\n"
        raw.sendall(large * 7 + large.replace(b"x: ", b"connection: close\r\nx: "))
        with raw.makefile("rb") as answers:
            assert answers.read().count(b"HTTP/1.1 200 OK") == 8


def test_nonsense_writes_no_log(template: Path, tmp_path: Path) -> None:
    shutil.copy(template, tmp_path / "atlas.db")
    hello = {"secret": SECRET, "key": KEY, "database": str(tmp_path / "atlas.db")}
    with (tmp_path / "log").open("wb") as log:
        process = start([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stderr=log)
        try:
            pipe(process.stdin).write(json.dumps(hello) + "\n")
            pipe(process.stdin).flush()
            port = json.loads(pipe(process.stdout).readline())["port"]
            for nonsense in (
                b"\x16\x03\x01\r\n\r\n",
                HEAD + b"connection: upgrade\r\nupgrade: websocket\r\n\r\n",
            ):
                with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
                    raw.sendall(nonsense)
                    assert raw.recv(4096)
        finally:
            pipe(process.stdin).close()
            process.wait(20)
            pipe(process.stdout).close()
    assert (tmp_path / "log").read_bytes() == b""


FEW = CHILD.replace(
    "import sys;",
    "import sys; from atlas_desktop.server import protocol; protocol.MOST_CONNECTIONS = 20;",
)


def test_connections_that_ask_for_nothing_keep_nobody_out(template: Path, tmp_path: Path) -> None:
    """The oldest of them makes room; what has asked for something is left alone."""
    shutil.copy(template, tmp_path / "atlas.db")
    with child(tmp_path / "atlas.db", FEW) as server, ExitStack() as stack:
        asking = _connect(server, stack)
        asking.sendall(CHUNKED)
        # Its answer says that the server has read what came before on that other connection.
        assert httpx.get(f"http://127.0.0.1:{server.port}/healthz").status_code == 200
        silent = [_connect(server, stack) for _ in range(40)]
        for half_open in silent[20:]:
            half_open.sendall(HEAD)
        assert httpx.get(f"http://127.0.0.1:{server.port}/healthz").status_code == 200
        assert silent[0].recv(1) == b""
        silent[-1].sendall(b"\r\n")
        assert silent[-1].recv(4096).startswith(b"HTTP/1.1 200")
        asking.sendall(b"2\r\n{}\r\n0\r\n\r\n")
        assert asking.recv(4096).startswith(b"HTTP/1.1 422")


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped for a while")
def test_of_connections_that_came_at_once_the_first_makes_room(template: Path, tmp_path: Path) -> None:
    """A busy server takes them all in one turn of its loop, at one time of its clock."""
    shutil.copy(template, tmp_path / "atlas.db")
    with child(tmp_path / "atlas.db", FEW) as server, ExitStack() as stack:
        server.process.send_signal(signal.SIGSTOP)
        silent = [_connect(server, stack) for _ in range(40)]
        server.process.send_signal(signal.SIGCONT)
        assert httpx.get(f"http://127.0.0.1:{server.port}/healthz").status_code == 200
        for early in silent[:20]:
            assert early.recv(1) == b""
        for late in silent[-19:]:
            late.sendall(HEAD + b"\r\n")
            assert late.recv(4096).startswith(b"HTTP/1.1 200")


def _connect(server: Child, stack: ExitStack) -> socket.socket:
    return stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))


def _memory(server: Child) -> int:
    """KiB the server has in memory."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found is not None
    return int(found[1])
