"""The process beside: what it does, and that it never outlives anybody."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from atlas_desktop.beside import Beside


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside("atlas_desktop.contract.text")
    yield made
    made.stop()


def test_work_is_done_in_another_process(beside: Beside) -> None:
    beside.start()
    assert beside.submit(os.getpid).result(30) != os.getpid()
    assert beside.ready
    assert beside.submit(eval, "'atlas_desktop.contract.text' in __import__('sys').modules").result(30)


def test_it_must_be_started_and_can_be_again(beside: Beside) -> None:
    with pytest.raises(RuntimeError, match="not started"):
        beside.submit(os.getpid)
    beside.start()
    first = beside.submit(os.getpid).result(30)
    beside.stop()
    beside.start()
    assert beside.submit(os.getpid).result(30) != first


def test_a_death_is_told(beside: Beside) -> None:
    beside.start()
    with pytest.raises(BrokenExecutor):
        beside.submit(os._exit, 3).result(30)
    with pytest.raises(BrokenExecutor):
        beside.submit(os.getpid)


def test_what_the_work_raises_comes_back(beside: Beside) -> None:
    beside.start()
    with pytest.raises(ValueError, match="invalid literal"):
        beside.submit(int, "seven").result(30)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_it_ends_when_its_parent_is_killed() -> None:
    script = (
        "import os, sys; from atlas_desktop.beside import Beside;"
        "beside = Beside(); beside.start(); print(beside.submit(os.getpid).result(), flush=True);"
        "sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, text=True) as parent:
        assert parent.stdout is not None
        assert int(parent.stdout.readline()) != parent.pid
        os.kill(parent.pid, signal.SIGKILL)
        # The process beside has the same stdout: this end is told only when both are gone.
        assert parent.stdout.read() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="a script stands for the bundle")
def test_a_bundle_started_once_more_does_the_work(tmp_path: Path) -> None:
    """In a bundle there is no interpreter to be started with ``-c``: it starts itself, which must not open a window."""
    bundle = tmp_path / "atlas-desktop"
    # Python's own watcher of left-over semaphores is started with -c; PyInstaller's bundles know that.
    bundle.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        "from atlas_desktop.cli import main\n"
        "sys.frozen = True\n"
        "exec(sys.argv[-1]) if '-c' in sys.argv else main()\n"
    )
    bundle.chmod(0o755)
    script = (
        "import multiprocessing, os, sys; from atlas_desktop.beside import Beside;"
        f"sys.frozen = True; multiprocessing.set_executable({str(bundle)!r});"
        "beside = Beside('atlas_desktop.contract.text'); beside.start();"
        "print(beside.submit(os.getpid).result(20) != os.getpid()); beside.stop()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr
