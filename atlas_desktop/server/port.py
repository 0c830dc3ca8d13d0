"""The port of the app's own Atlas stays the same from start to start: programs are pointed at it."""

import os
import socket
from typing import Final

from atlas_desktop.server.storage.storage import Storage

_NAME: Final = "port"


class RememberedPort:
    """The port a server had last, kept in its database."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._last = _port(storage.setting(_NAME))

    def free(self, host: str) -> int:
        """The last port, where nobody listens there; else 0, which is any."""
        if self._last == 0:
            return 0
        with socket.socket() as trial:
            # As asyncio will bind it: connections of the server before this one may still be closing.
            if os.name == "posix":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, self._last))
            except OSError:
                return 0
        return self._last

    def remember(self, port: int) -> None:
        """Keep it, if it is another one."""
        if port != self._last:
            self._storage.keep_setting(_NAME, b"%d" % port)
            self._last = port


def _port(kept: bytes | None) -> int:
    return int(kept) if kept is not None and kept.isdigit() and 0 < int(kept) < 65536 else 0
