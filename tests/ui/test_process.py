"""The process: short turns at the interpreter, memory that is given back, and what is never loaded."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from atlas_desktop.ui.process import give_back, share_well

_BLOCKS, _SIZE = 4_000, 8_000


@pytest.fixture
def interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("interval")
def test_turns_are_short() -> None:
    share_well()
    assert sys.getswitchinterval() == pytest.approx(0.001)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heap")
def test_freed_memory_goes_back() -> None:
    held = [bytes(_SIZE) for _ in range(_BLOCKS)]
    # The last block stays, so that glibc cannot shorten its heap from the end.
    keeper = bytes(_SIZE)
    del held
    before = psutil.Process().memory_info().rss
    give_back()
    assert before - psutil.Process().memory_info().rss > _BLOCKS * _SIZE // 2
    assert len(keeper) == _SIZE


def test_no_sources_are_read() -> None:
    """A module that is imported after Qt costs its code, not its text as well."""
    code = "import linecache, atlas_desktop.ui.window; print(*linecache.cache)"
    read = _run(code).split()
    assert not [path for path in read if "atlas_desktop" in path]
    assert len(read) < 10


def test_the_window_and_a_connection_bring_no_rich_along() -> None:
    """5 MB for tracebacks in colour, and as much for the command line of httpx."""
    code = "import sys, atlas_desktop.ui.window, atlas_desktop.api.transport; print(*sys.modules)"
    assert not {"rich", "pygments", "click"} & set(_run(code).split())


def _run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
