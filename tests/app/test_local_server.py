"""The child process: a real one, started as the app starts it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import AuthenticationError
from atlas_desktop.app.local_server import LocalServer, Reachable
from atlas_desktop.app.problems import KnownError, Problem
from atlas_desktop.contract.capabilities import Health
from atlas_desktop.contract.secret import Secret
from tests.api.sockets import Listener, listening

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


async def ask_health(base_url: str, nonce: str) -> Health:
    async with AsyncAtlas(base_url, Secret("none")) as client:
        return await client.health(nonce)


def local(tmp_path: Path, *command: str) -> LocalServer:
    return LocalServer(
        tmp_path / "server.db", tmp_path / "server.log", ask_health, command=command or None, reviewer="ada"
    )


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[LocalServer]:
    made = local(tmp_path)
    yield made
    await made.stop()


def unexpected(problem: Problem) -> None:
    pytest.fail(problem.sentence)


async def test_it_is_ready_soon_proved_itself_and_takes_only_its_key(
    server: LocalServer, tmp_path: Path
) -> None:
    await server.start(unexpected)  # makes the database
    before = time.monotonic()
    reached = await server.start(unexpected)
    took = time.monotonic() - before
    async with AsyncAtlas(reached.base_url, reached.key) as client:
        capabilities = await client.capabilities()
        assert (capabilities.reviewer, capabilities.organization) == ("ada", "local")
    async with AsyncAtlas(reached.base_url, Secret("nm_live_abcdef_" + "0" * 40)) as client:
        with pytest.raises(AuthenticationError):
            await client.capabilities()
    # 1 s on a quiet machine is the aim; the limit here leaves room for two busy cores.
    assert took < 5
    assert reached.key.reveal() not in repr(server) + repr(reached) + repr(vars(server))


@posix
async def test_its_key_is_in_no_argument_environment_file_or_log(server: LocalServer, tmp_path: Path) -> None:
    reached = await server.start(unexpected)
    async with AsyncAtlas(reached.base_url, reached.key) as client:
        await client.calls.list()
    child = psutil.Process(server.pid)
    key = reached.key.reveal()
    assert key not in " ".join(child.cmdline())
    assert key not in json.dumps(child.environ())
    await server.stop()
    assert_in_no_file(key, tmp_path)


def assert_in_no_file(key: str, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert key.encode() not in path.read_bytes(), path


async def test_every_start_has_another_key_and_the_old_one_is_dead(server: LocalServer) -> None:
    first = await server.start(unexpected)
    second = await server.start(unexpected)
    assert first.key != second.key
    async with AsyncAtlas(second.base_url, first.key) as client:
        with pytest.raises(AuthenticationError):
            await client.capabilities()


async def test_stopping_leaves_no_process_no_zombie_no_thread(server: LocalServer) -> None:
    reached = await server.start(unexpected)
    pid = server.pid
    assert pid is not None
    await server.stop()
    await server.stop()
    assert not psutil.pid_exists(pid)
    assert server.pid is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(reached.base_url.split(":")[2].split("/")[0])), 1)


@posix
async def test_when_it_dies_by_itself_that_is_said_once(server: LocalServer) -> None:
    said: list[Problem] = []
    ended = asyncio.Event()

    def on_end(problem: Problem) -> None:
        said.append(problem)
        ended.set()

    await server.start(on_end)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        await ended.wait()
    assert [problem.code for problem in said] == ["local_ended"]
    assert (said[0].at, said[0].retry) == ("local", True)
    await server.start(on_end)
    await server.stop()
    assert len(said) == 1


SQUATTED = """
import json, sys
sys.stdin.readline()
print(json.dumps({{"port": {port}, "version": "0"}}), flush=True)
sys.stdin.read()
"""


async def test_a_squatter_on_the_port_never_gets_the_key(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = b'{"status":"ok","proof":"' + b"0" * 64 + b'"}'
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
        writer.write(b"content-length: %d\r\n\r\n%s" % (len(body), body))

    async with listening(answer) as squatter:
        server = local(tmp_path, sys.executable, "-c", SQUATTED.format(port=squatter.port))
        with pytest.raises(KnownError) as raised:
            await server.start(unexpected)
        assert raised.value.problem.code == "local_not_started"
        assert "another program" in raised.value.problem.detail
        assert server.pid is None
        assert_asked_without_key(squatter)


def assert_asked_without_key(squatter: Listener) -> None:
    assert len(squatter.requests) == 1
    (request,) = squatter.requests
    assert b"/healthz?nonce=" in request
    assert b"nm_live_" not in request


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(3)",
        "print('nonsense', flush=True); input()",
        'print(\'{"port": "x"}\', flush=True)',
        "print()",
    ],
)
async def test_a_child_that_does_not_come_up_is_said_and_gone(tmp_path: Path, program: str) -> None:
    server = local(tmp_path, sys.executable, "-c", f"input()\n{program}")
    with pytest.raises(KnownError) as raised:
        await server.start(unexpected)
    assert raised.value.problem.code == "local_not_started"
    assert server.pid is None


async def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as raised:
        await local(tmp_path, str(tmp_path / "nothing")).start(unexpected)
    assert raised.value.problem.code == "local_not_started"


PARENT = """
import asyncio, sys
from pathlib import Path
from tests.app.test_local_server import local, unexpected

async def main():
    server = local(Path(sys.argv[1]))
    await server.start(unexpected)
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@posix
def test_the_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        # An orphan's zombie is left to init, which not every container has.
        with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            child.wait(10)
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    finally:
        parent.kill()
        parent.wait()
        if parent.stdout is not None:
            parent.stdout.close()


ON_QASYNC = """
import asyncio, sys, threading
from pathlib import Path
import qasync
from PySide6.QtCore import QCoreApplication
from tests.app.test_local_server import local, unexpected

async def main():
    server = local(Path(sys.argv[1]))
    reached = await server.start(unexpected)
    assert reached.base_url
    await server.stop()
    left = [each for each in threading.enumerate() if each.name.startswith("local server")]
    for each in left:
        each.join(5)
    print([each.name for each in left if each.is_alive()])

app = QCoreApplication([])
with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
    runner.run(main())
"""


def test_it_works_on_the_loop_of_the_window_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ON_QASYNC, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


async def test_starting_can_be_given_up(tmp_path: Path) -> None:
    server = local(tmp_path, sys.executable, "-c", "input(); input()")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await server.start(unexpected)
    assert server.pid is None
    assert isinstance(Reachable("http://127.0.0.1:1/v1", Secret("x")), Reachable)
    assert "local server watch" not in {each.name for each in threading.enumerate()}
