"""How Python itself runs in a process that is there for the server alone."""

import gc
import sys
from typing import Final

_SWITCH_SECONDS: Final = 0.0005
"""A thread that wants Python's lock gets it after this: the loop waited 5 ms for the thread that writes."""

_THRESHOLDS: Final = (10_000, 20, 20)


def stand() -> None:
    """What was imported is never garbage: looking through it took 100 ms and more, in the middle of a request."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.set_threshold(*_THRESHOLDS)
    gc.freeze()
    # It was off while all this was loaded.
    gc.enable()


def stand_again() -> None:
    """The same after more was imported; nothing in a process that is not the server's."""
    if gc.get_freeze_count() and gc.get_threshold() == _THRESHOLDS:
        gc.freeze()
