"""Writing the write-ahead log back into the file, beside the work instead of in its way.

A commit that also has to write 64 MB of log back takes 80 to 300 ms. A passive checkpoint on a connection of
its own stops neither the writer nor the readers.
"""

import logging
import threading
from typing import Final

import apsw

_log = logging.getLogger(__name__)
_WORTH_FOLDING: Final = 1_000  # pages
_FAR_TOO_LONG: Final = 64_000  # pages, 256 MB: then the writer does it itself


class Folding:
    """A thread that folds the log back whenever the writer has made it long."""

    def __init__(self, writer: apsw.Connection, folder: apsw.Connection) -> None:
        self._folder = folder
        self._wanted = threading.Event()
        self._ending = False
        writer.set_wal_hook(self._committed)
        self._thread = threading.Thread(target=self._work, name="atlas-folding", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Called after the writer is done. Waits at most for one checkpoint."""
        self._ending = True
        self._wanted.set()
        self._thread.join()

    def _committed(self, writer: apsw.Connection, _database: str, pages: int) -> int:
        if pages >= _FAR_TOO_LONG:
            _fold(writer)
        elif pages >= _WORTH_FOLDING:
            self._wanted.set()
        return int(apsw.SQLITE_OK)

    def _work(self) -> None:
        while not self._ending:
            self._wanted.wait()
            self._wanted.clear()
            if not self._ending:
                _fold(self._folder)
        self._folder.close()


def _fold(connection: apsw.Connection) -> None:
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    except apsw.BusyError:
        # The other connection is folding already.
        return
    except apsw.Error:
        # Housekeeping: the log keeps everything, and the next write says what is wrong with the disk.
        _log.warning("could not fold the write-ahead log back", exc_info=True)
