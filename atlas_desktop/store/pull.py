"""What the server said, page by page: a page and its cursor are one transaction."""

import apsw

from atlas_desktop.contract.calls import CallChanges
from atlas_desktop.database.database import Database
from atlas_desktop.store import facts
from atlas_desktop.store.arrivals import Arrivals
from atlas_desktop.store.changed import NOTHING
from atlas_desktop.store.digest import in_hex
from atlas_desktop.store.page import Page, UnreadablePage, read_page
from atlas_desktop.store.rows import Applied

__all__ = ["Pull", "UnreadablePage"]


class Pull:
    """Writes server truth. Never touches the outbox or what I said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def apply(
        self, page: bytes | CallChanges, expected_after: int, *, at_ms: int | None = None
    ) -> Applied:
        """Store a page of ``GET /calls/changes`` that was asked with ``after=expected_after``.

        Bytes are parsed off the caller's thread. A page that does not follow the cursor is `stale` and
        does nothing. With ``at_ms``, the wall time now, a last page after which both sides hold the same calls
        leaves it for `synced_at_ms`. Records that cannot be read are kept raw, in quarantine. Raises UnreadablePage when
        the page as a whole is not what it should be.
        """
        # On a reading thread: the writer stays free for decisions meanwhile.
        prepared = await self._database.read(lambda _: read_page(page))
        if prepared.next_after < expected_after or (
            prepared.has_more and prepared.next_after == expected_after
        ):
            raise UnreadablePage(f"it goes from {expected_after} to {prepared.next_after}")
        return await self._database.write(lambda writer: _apply(writer, prepared, expected_after, at_ms))

    async def cursor(self) -> int:
        """The revision up to which everything is here."""
        return await self._database.read(lambda reader: facts.read_int(reader, "cursor"))

    async def synced_at_ms(self) -> int | None:
        """The wall time of the last complete pull; None when there was none yet."""
        return await self._database.read(lambda reader: facts.read_int(reader, "synced_at_ms") or None)

    async def synced(self, at_ms: int) -> None:
        """A pull is complete that no page of changes tells the end of."""
        await self._database.write(lambda writer: facts.write(writer, "synced_at_ms", at_ms))

    async def restart(self) -> None:
        """Pull everything again from the beginning; what is here stays and is compared."""
        await self._database.write(lambda writer: facts.write(writer, "cursor", 0))

    async def digest_and_total(self) -> tuple[str, int]:
        """The digest of `CallChanges` over the live calls (16 hex digits), and how many there are.

        A quarantined record counts when its id and revision could be read.
        """
        return await self._database.read(_digest_and_total)

    async def quarantined(self) -> int:
        """How many records could not be read and are kept raw."""
        return await self._database.read(
            lambda reader: int(reader.execute("SELECT count(*) FROM quarantine").get)
        )


def _digest_and_total(reader: apsw.Connection) -> tuple[str, int]:
    return facts.read_text(reader, "digest") or in_hex(0), facts.read_int(reader, "total")


def _agrees(page: Page, digest: str, total: int) -> bool:
    return page.digest in {None, digest} and page.total in {None, total}


def _apply(writer: apsw.Connection, page: Page, expected_after: int, at_ms: int | None) -> Applied:
    if facts.read_int(writer, "cursor") != expected_after:
        return Applied(NOTHING, page.next_after, page.has_more, stale=True)
    arrivals = Arrivals(writer, expected_after)
    for record in page.records:
        arrivals.take(record)
    arrivals.finish()
    facts.write(writer, "cursor", page.next_after)
    if at_ms is not None and not page.has_more and _agrees(page, *_digest_and_total(writer)):
        facts.write(writer, "synced_at_ms", at_ms)
    return Applied(
        arrivals.changed(),
        page.next_after,
        page.has_more,
        quarantined=arrivals.quarantined,
        total=page.total,
        digest=page.digest,
    )
