"""Who a server process is among those that share a database, and whether another one still runs."""

import os
import secrets
import socket
from typing import Final

_HERE: Final = socket.gethostname()


def this_process() -> str:
    """A name for this server, never given twice."""
    return f"{os.getpid()}@{_HERE}/{secrets.token_hex(8)}"


def is_gone(owner: str) -> bool:
    """Whether that process has certainly ended. False where it cannot be told: on another computer, on Windows."""
    pid, _, rest = owner.partition("@")
    if os.name != "posix" or rest.rpartition("/")[0] != _HERE or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
