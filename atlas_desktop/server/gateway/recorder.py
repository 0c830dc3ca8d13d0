"""Recording live calls: first into the spool, then in groups into the database."""

from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.gateway.live_scoring import LiveScoring
from atlas_desktop.server.gateway.seams import Ending, LiveCall
from atlas_desktop.server.storage.storage import Storage


class LiveRecorder:
    """Used on the server's event loop. Inline, what is done is committed on return."""

    def __init__(self, config: ServerConfig, storage: Storage, scoring: LiveScoring) -> None:
        self._storage = storage
        self._scoring = scoring
        self._inline = config.executor == "inline"

    async def start(self) -> None:
        """Record what a server before this one did not commit, then score what it did not."""

    def begin(self, call: LiveCall) -> None:
        """The call is about to be sent upstream. Raises SpoolError: then it must not be."""

    def done(self, call: LiveCall, ending: Ending) -> None:
        """It ended: written here before the client gets its last byte, committed soon. Once for each ``begin``."""

    @property
    def pending(self) -> bool:
        """Whether a call that was done is not committed yet."""
        return False

    async def settled(self) -> None:
        """Every call that was done is committed, so that whoever reads finds it."""

    async def close(self) -> None:
        """Commit what is pending; a call that has only begun is recorded as interrupted."""
