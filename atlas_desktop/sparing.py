"""Libraries bring others along that this program never asks for: imported as if those were not installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """What is imported inside does not find these modules, and goes on without, as it may.

    Whoever asks for them later finds them; one that is there already is found inside as well.
    """
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # https://docs.python.org/3/reference/import.html#the-module-cache
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
