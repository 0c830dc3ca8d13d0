"""How the app's process shares interpreter and memory among its threads."""

import ctypes
import sys
from typing import Any, Final

# So long a thread that parses pages may keep the interpreter while the screen waits for it, several times a frame.
# Key to next call during a sync, p95: 67 to 84 ms with Python's own 5 ms, 44 to 57 with this; the sync is as fast.
_SWITCH_SECONDS: Final = 0.001
# glibc gives each thread a heap of its own, and each keeps what was freed in it: 15 to 20 MB less with two for all.
_HEAPS: Final = 2
_M_ARENA_MAX: Final = -8  # malloc.h
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
_GLIBC: Final = _LIBC if hasattr(_LIBC, "malloc_trim") else None


def share_well() -> None:
    """Short turns at the interpreter, few heaps. Before any thread starts."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    if _GLIBC is not None:
        _GLIBC.mallopt(_M_ARENA_MAX, _HEAPS)


def read_no_sources() -> None:
    """Keep PySide6 from reading the source of every module that is imported after it. Before any of those.

    It looks whether a module names PySide6, which matters to who switches features such as snake_case on (nobody
    here), and every line stays in the memory of `linecache`: 480 files, 14 MB, 60 ms.
    """
    import PySide6.QtCore  # noqa: F401, PLC0415 - brings the reader along

    reader: Any = sys.modules.get("shibokensupport.feature")
    if hasattr(reader, "_mod_uses_pyside"):
        reader._mod_uses_pyside = lambda _: False  # noqa: SLF001 - there is no switch for it


def give_back() -> None:
    """Hand freed memory to the system, which glibc does not by itself: 26 MB after some long texts, in 2 ms."""
    if _GLIBC is not None:
        _GLIBC.malloc_trim(0)
