"""Expected outputs being written: on the disk while one types, apart from what the server has."""

from dataclasses import dataclass
from typing import Any, Final

import apsw

from atlas_desktop.database.database import Database

CARRIED: Final = -1
"""The base of a text that was carried over: whatever revision the item has when it is first seen."""


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A text not saved yet. ``start`` is what it began from, ``base`` the item's revision then."""

    dataset: str
    item: str
    text: str
    start: str
    base: int
    saved_ms: int


class ItemDrafts:
    """Every method returns after COMMIT. Half characters are kept as they came."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, draft: ItemDraft) -> None:
        """Keep this as the draft of its item. A text that equals its start is no draft: it is dropped."""
        await self._database.write(lambda writer: _put(writer, draft), soon=True)

    async def drop(self, dataset: str, item: str) -> None:
        """There is no draft any more."""
        sql = "DELETE FROM item_draft WHERE dataset = ? AND item = ?"
        await self._database.write(lambda w: w.execute(sql, (dataset, item)).fetchall(), soon=True)

    async def carry(self, dataset: str, branch: str) -> None:
        """Texts over items of a dataset go on over those of its branch, which begin with the same ids."""
        sql = "UPDATE OR IGNORE item_draft SET dataset = ?, base = ? WHERE dataset = ?"
        await self._database.write(lambda w: w.execute(sql, (branch, CARRIED, dataset)).fetchall())

    async def of(self, dataset: str) -> dict[str, ItemDraft]:
        """The drafts of a dataset's items."""
        sql = "SELECT dataset, item, text, start, base, saved_ms FROM item_draft WHERE dataset = ?"
        return await self._database.read(
            lambda reader: {row[1]: _draft(row) for row in reader.execute(sql, (dataset,))}
        )


def _put(writer: apsw.Connection, draft: ItemDraft) -> None:
    if draft.text == draft.start:
        writer.execute("DELETE FROM item_draft WHERE dataset = ? AND item = ?", (draft.dataset, draft.item))
        return
    writer.execute(
        "INSERT OR REPLACE INTO item_draft(dataset, item, text, start, base, saved_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (
            draft.dataset, draft.item, draft.text.encode("utf-8", "surrogatepass"),
            draft.start.encode("utf-8", "surrogatepass"), draft.base, draft.saved_ms,
        ),
    )  # fmt: skip


def _draft(row: tuple[Any, ...]) -> ItemDraft:
    dataset, item, text, start, base, saved_ms = row
    return ItemDraft(
        dataset,
        item,
        text.decode("utf-8", "surrogatepass"),
        start.decode("utf-8", "surrogatepass"),
        base,
        saved_ms,
    )
