"""What the server said, page by page: a page and its cursor are one transaction."""

from atlas_desktop.contract.calls import CallChanges
from atlas_desktop.database.database import Database
from atlas_desktop.store.rows import Applied


class Pull:
    """Writes server truth. Never touches the outbox or what I said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def apply(self, page: bytes | CallChanges, expected_after: int) -> Applied:
        """Store a page of ``GET /calls/changes`` that was asked with ``after=expected_after``.

        Bytes are parsed off the caller's thread. A page that does not follow the cursor is `stale` and
        does nothing. Records that cannot be read are kept raw, in quarantine. Raises UnreadablePage when
        the page as a whole is not what it should be.
        """
        raise NotImplementedError

    async def cursor(self) -> int:
        """The revision up to which everything is here."""
        raise NotImplementedError

    async def restart(self) -> None:
        """Pull everything again from the beginning; what is here stays and is compared."""
        raise NotImplementedError

    async def digest_and_total(self) -> tuple[str, int]:
        """The digest of `CallChanges` over the live calls (16 hex digits), and how many there are."""
        raise NotImplementedError
