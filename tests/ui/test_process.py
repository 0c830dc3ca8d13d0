"""The process: short turns at the interpreter, memory that is given back, and Qt imported last."""

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


def test_qt_comes_after_what_needs_no_qt() -> None:
    code = (
        "import sys, atlas_desktop.ui.main; loaded = list(sys.modules); "
        "print(loaded.index('atlas_desktop.app.session') < loaded.index('PySide6'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # Otherwise PySide6 reads the source of each of the modules: 15 MB more (ui/__init__.py).
    assert done.stdout == "True\n"
