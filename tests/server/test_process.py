"""The real server in its own process: real clients, slow ones, and sudden ends."""

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import openai
import orjson
import pytest

from atlas_desktop.server.keys import create_key
from atlas_desktop.server.run import run_child
from tests.server.talk import call_line

CHILD = (
    "import sys; from atlas_desktop.server.run import run_child; sys.exit(run_child(sys.stdin, sys.stdout))"
)
SERVE = """
import sys
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.run import run_server
try:
    run_server(ServerConfig(database_url=sys.argv[1], body_timeout=0.5), port=int(sys.argv[2]), on_ready=lambda port: print(port, flush=True))
except OSError as error:
    sys.exit(f"refused: {error}")
"""
KEY = "nm_live_tttttt_" + "t" * 32
SECRET = "ab" * 16


@dataclass
class Child:
    process: "subprocess.Popen[str]"
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {KEY}"}, timeout=20)


def start(command: list[str], **more: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)


def pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@contextmanager
def child(database: Path, program: str = CHILD) -> Iterator[Child]:
    process = start([sys.executable, "-c", program], stdin=subprocess.PIPE)
    hello = {"secret": SECRET, "key": KEY, "database": str(database), "reviewer": "tess"}
    pipe(process.stdin).write(json.dumps(hello) + "\n")
    pipe(process.stdin).flush()
    try:
        ready = json.loads(pipe(process.stdout).readline())
        yield Child(process, ready["port"])
    finally:
        process.kill()
        process.wait(20)
        pipe(process.stdin).close()
        pipe(process.stdout).close()


@pytest.fixture
def database(tmp_path: Path, template: Path) -> Path:
    path = tmp_path / "atlas.db"
    shutil.copy(template, path)
    return path


def lines(count: int, start_at: int = 0) -> bytes:
    return b"".join(orjson.dumps(call_line(n)) + b"\n" for n in range(start_at, start_at + count))


def put_calls(client: httpx.Client, count: int) -> list[str]:
    answer = client.post(
        "/calls/import", content=lines(count), headers={"content-type": "application/x-ndjson"}
    )
    assert answer.json()["imported"] == count
    return [item["call"]["id"] for item in client.get(f"/calls/changes?limit={count}").json()["data"]]


def test_real_clients_are_served(database: Path) -> None:
    """One process for all of it: starting one takes half a second."""
    with child(database) as server:
        _curl(server)
        _openai(server)
        _proof(server)
        _floods(server)
        _what_is_not_http(server)
        pipe(server.process.stdin).close()
        assert server.process.wait(20) == 0
    assert [file.name for file in database.parent.iterdir()] == ["atlas.db"]


def _curl(server: Child) -> None:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    command = [program, "-sS", "-i", "-H", f"Authorization: Bearer {KEY}"]
    listed = subprocess.run(
        [*command, f"{server.url}/calls"], capture_output=True, text=True, timeout=20, check=True
    )
    assert listed.stdout.startswith("HTTP/1.1 200 OK")
    assert "x-request-id: req_" in listed.stdout
    file = Path("/dev/stdin")
    upload = [
        *command,
        "-H",
        "Content-Type: application/x-ndjson",
        "--data-binary",
        f"@{file}",
        f"{server.url}/calls/import",
    ]
    done = subprocess.run(upload, input=lines(3), capture_output=True, timeout=20, check=True)
    assert b'"imported":3' in done.stdout
    typed = [*command, "-d", '{"key": "by-form"}', f"{server.url}/operations"]
    form = subprocess.run(typed, capture_output=True, text=True, timeout=20, check=True)
    assert form.stdout.startswith("HTTP/1.1 415")
    head = subprocess.run(
        [*command, "-I", f"{server.url}/models"], capture_output=True, text=True, timeout=20, check=True
    )
    assert head.stdout.startswith("HTTP/1.1 200 OK")


def _openai(server: Child) -> None:
    with openai.OpenAI(base_url=server.url, api_key=KEY, max_retries=0) as client:
        assert client.models.list().data == []
    with openai.OpenAI(base_url=server.url, api_key=KEY + "x", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as refused:
            client.models.list()
        assert refused.value.code == "invalid_key"
        assert (refused.value.request_id or "").startswith("req_")


def _proof(server: Child) -> None:
    answer = httpx.get(f"http://127.0.0.1:{server.port}/healthz?nonce=00")
    assert len(answer.json()["proof"]) == 64


def _floods(server: Child) -> None:
    """17 MiB that never end are cut off; the server lives and serves the next one."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        head = f"POST /v1/feedback HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n"
        raw.sendall(f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        answered = threading.Event()
        sender = threading.Thread(target=_pour, args=(raw, answered))
        sender.start()
        answer = raw.recv(4096)
        answered.set()
        sender.join(20)
    assert answer.startswith(b"HTTP/1.1 413")
    with server.client() as client:
        assert client.get("/models").status_code == 200


def _pour(raw: socket.socket, answered: threading.Event) -> None:
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    try:
        for _ in range(40):
            if answered.is_set():
                return
            raw.sendall(chunk)
    except OSError:
        return


def _what_is_not_http(server: Child) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"x-request-id: req_" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "invalid_http"


@pytest.mark.parametrize(
    "hello", ["", "not json", "{}", "[]", '{"secret": "zz", "key": "k", "database": "/d"}']
)
def test_a_child_that_is_not_told_what_it_needs_ends(hello: str) -> None:
    said = io.StringIO()
    assert run_child(io.StringIO(hello + "\n"), said) == 2
    assert said.getvalue() == ""


def test_a_served_database_a_slow_body_and_a_taken_port(database: Path) -> None:
    url = f"sqlite:///{database}"
    key = create_key(url, name="kim")
    process = start([sys.executable, "-c", SERVE, url, "0"])
    try:
        port = int(pipe(process.stdout).readline())
        answer = httpx.get(
            f"http://127.0.0.1:{port}/v1/capabilities", headers={"authorization": f"Bearer {key}"}
        )
        assert answer.json()["reviewer"] == "kim"
        assert "server" not in answer.headers
        with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
            head = f"POST /v1/feedback HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
            raw.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
            with raw.makefile("rb") as answered:
                assert b"body_timeout" in answered.read()
        second = subprocess.run(
            [sys.executable, "-c", SERVE, url, str(port)], capture_output=True, text=True, timeout=20
        )
        assert (second.returncode, second.stdout) == (1, "")
        assert "refused" in second.stderr
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        pipe(process.stdout).close()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_what_was_acknowledged_survives_kill_9(database: Path) -> None:
    acknowledged: dict[str, dict[str, Any]] = {}
    for round_number in range(3):
        enough = threading.Event()
        with child(database) as server:
            with server.client() as client:
                known = sorted({row["call_id"] for row in acknowledged.values()})
                calls = known or put_calls(client, 40)
            threads = [
                threading.Thread(
                    target=_rate, args=(server, calls, f"{round_number}_{n}", acknowledged, enough)
                )
                for n in range(4)
            ]
            for thread in threads:
                thread.start()
            assert enough.wait(30)
            server.process.kill()
            for thread in threads:
                thread.join(20)
    with child(database) as server, server.client() as client:
        stored: dict[str, Any] = {}
        target = "/feedback?limit=1000"
        page = client.get(target).json()
        while True:
            stored |= {row["id"]: row for row in page["data"]}
            if not page["has_more"]:
                break
            page = client.get(f"{target}&cursor={page['next_cursor']}").json()
        assert {key: stored.get(key) for key in acknowledged} == acknowledged
        changes = client.get("/calls/changes?limit=1000").json()
        assert sum(item["call"]["feedback_count"] for item in changes["data"]) == len(stored)


def _rate(
    server: Child,
    calls: list[str],
    name: str,
    acknowledged: dict[str, dict[str, Any]],
    enough: threading.Event,
) -> None:
    """Rate until the server is gone; after 25 acknowledgements it may be killed, in the middle of others."""
    with server.client() as client:
        for number in range(100_000):
            body = {"call_id": calls[number % len(calls)], "rating": "thumbs_up", "id": f"fb_{name}_{number}"}
            try:
                answer = client.post("/feedback", json=body)
            except httpx.TransportError:
                return
            if answer.status_code == 200:
                acknowledged[body["id"]] = answer.json()
            else:
                assert answer.status_code == 429
            if number == 25:
                enough.set()


def test_a_head_that_never_ends_is_hung_up_on(database: Path) -> None:
    program = CHILD.replace(
        "import sys;", "import sys; from atlas_desktop.server import protocol; protocol.HEAD_SECONDS = 0.3;"
    )
    process = start([sys.executable, "-c", program], stdin=subprocess.PIPE)
    try:
        pipe(process.stdin).write(
            json.dumps({"secret": SECRET, "key": KEY, "database": str(database)}) + "\n"
        )
        pipe(process.stdin).flush()
        port = json.loads(pipe(process.stdout).readline())["port"]
        with socket.create_connection(("127.0.0.1", port), timeout=20) as silent:
            assert silent.recv(10) == b""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as dripping:
            began = time.monotonic()
            with pytest.raises(OSError):  # noqa: PT012 - whichever of the two hears of it first
                while time.monotonic() - began < 10:
                    dripping.sendall(b"GET / HTTP/1.1\r\n"[:1])
                    dripping.settimeout(0.05)
                    try:
                        if dripping.recv(10) == b"":
                            raise ConnectionResetError
                    except TimeoutError:
                        continue
            assert time.monotonic() - began < 5
    finally:
        pipe(process.stdin).close()
        process.wait(20)
        pipe(process.stdout).close()
