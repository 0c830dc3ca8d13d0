"""Datasets and their items as last heard from the server: a copy to read where it is not reached."""

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import apsw
import orjson

from atlas_desktop.contract.datasets import Dataset, DatasetItem
from atlas_desktop.contract.text import storable
from atlas_desktop.database.database import Database
from atlas_desktop.domain.item_words import apart, beginnings_of, item_title, one_line_of
from atlas_desktop.store.records import pack, unpack

Part = Literal["gates", "runs"]
_LEARNT_FROM: Final = 300
_ROW: Final = "id, source, title, expected, weight, split, revision"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the list of items. The texts are beginnings, one line each, and untrusted."""

    id: str
    source_call_id: str | None
    title: str
    expected: str
    weight: float
    split: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class KnownItems:
    """How much of a dataset's items is here. ``revision``: of the dataset they are the items of; None: not whole."""

    count: int
    revision: int | None


class Datasets:
    """Every method returns after COMMIT."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, datasets: Sequence[Dataset]) -> None:
        """Make the list exactly this, in this order. Items of those that are gone go, too."""
        await self._database.write(lambda writer: _replace(writer, datasets))

    async def put(self, dataset: Dataset) -> None:
        """One dataset is this now; a new one comes first."""
        await self._database.write(lambda writer: _put(writer, dataset))

    async def all(self) -> list[Dataset]:
        """In the server's order."""
        sql = "SELECT body FROM dataset ORDER BY place"
        return await self._database.read(
            lambda reader: [Dataset.model_validate_json(row[0]) for row in reader.execute(sql)]
        )

    async def keep_standing(self, dataset: str, part: Part, body: bytes) -> None:
        """How it stands, as whoever reads it has written it; nothing where the dataset is not here."""
        sql = f"UPDATE dataset SET {part} = ?1 WHERE id = ?2 AND {part} IS NOT ?1"  # noqa: S608  # names of ours
        await self._database.write(lambda writer: writer.execute(sql, (body, dataset)).fetchall())

    async def standing(self, dataset: str, part: Part) -> bytes | None:
        """What was kept last."""
        sql = f"SELECT {part} FROM dataset WHERE id = ?"  # noqa: S608  # names of ours
        found: bytes | None = await self._database.read(lambda r: r.execute(sql, (dataset,)).get)
        return found

    async def known_items(self, dataset: str) -> KnownItems:
        """How many items of it are here, and of which revision."""
        return await self._database.read(lambda reader: _known(reader, dataset))

    async def begin_items(self, dataset: str) -> int:
        """A reading of all items begins: its number. What is here stays until it ends."""
        sql = "UPDATE dataset SET generation = generation + 1 WHERE id = ? RETURNING generation"
        return await self._database.write(lambda writer: writer.execute(sql, (dataset,)).get or 0)

    async def add_items(
        self, dataset: str, generation: int, items: Sequence[DatasetItem], place: int
    ) -> None:
        """A page of a reading; ``place`` is the first one's."""
        await self._database.write(lambda writer: _add(writer, dataset, generation, items, place))

    async def end_items(self, dataset: str, generation: int, revision: int) -> None:
        """The reading is through: what it did not bring is gone."""
        await self._database.write(lambda writer: _end(writer, dataset, generation, revision))

    async def put_item(self, dataset: str, item: DatasetItem) -> None:
        """One item is this now. The copy stays whole where nobody else has changed anything."""
        await self._database.write(lambda writer: _put_item(writer, dataset, item))

    async def drop_item(self, dataset: str, item: str, revision: int) -> None:
        """An item is gone; ``revision`` is the dataset's since then."""
        await self._database.write(lambda writer: _drop_item(writer, dataset, item, revision))

    async def rows(self, dataset: str) -> list[ItemRow]:
        """All items in the order they were added."""
        sql = f"SELECT {_ROW} FROM dataset_item WHERE dataset = ? ORDER BY place, id"  # noqa: S608  # names of ours
        return await self._database.read(lambda reader: _rows(reader, sql, dataset))

    async def item(self, dataset: str, item: str) -> DatasetItem | None:
        """One item in full."""
        sql = "SELECT packed, body FROM dataset_item WHERE dataset = ? AND id = ?"
        row: Any = await self._database.read(lambda reader: reader.execute(sql, (dataset, item)).fetchone())
        return None if row is None else DatasetItem.model_validate(unpack(bool(row[0]), row[1]))

    async def hashes(self, dataset: str) -> dict[str, bytes]:
        """What each item expects, as a digest by its id: equal digests, equal items."""
        sql = "SELECT id, hash FROM dataset_item WHERE dataset = ? ORDER BY place, id"
        rows: Any = await self._database.read(lambda reader: reader.execute(sql, (dataset,)).fetchall())
        return dict(rows)

    async def calls_in(self, dataset: str) -> "array[int]":
        """The local ids of the calls its items came from."""
        sql = (
            "SELECT call.seq FROM dataset_item JOIN call ON call.id = source"
            " WHERE dataset = ? AND gone = 0 ORDER BY place"
        )
        return await self._database.read(lambda r: array("q", [row[0] for row in r.execute(sql, (dataset,))]))


def _rows(reader: apsw.Connection, sql: str, dataset: str) -> list[ItemRow]:
    found: list[Any] = reader.execute(sql, (dataset,)).fetchall()
    beginnings = beginnings_of([row[2] for row in found[:_LEARNT_FROM]])
    return [ItemRow(row[0], row[1], apart(row[2], beginnings), *row[3:]) for row in found]


def _replace(writer: apsw.Connection, datasets: Sequence[Dataset]) -> None:
    known = {row[0] for row in writer.execute("SELECT id FROM dataset")}
    for place, dataset in enumerate(datasets):
        _write(writer, dataset, place)
    for gone in known - {each.id for each in datasets}:
        writer.execute("DELETE FROM dataset WHERE id = ?", (gone,))
        writer.execute("DELETE FROM dataset_item WHERE dataset = ?", (gone,))


def _put(writer: apsw.Connection, dataset: Dataset) -> None:
    place = writer.execute("SELECT place FROM dataset WHERE id = ?", (dataset.id,)).get
    if place is None:
        place = (writer.execute("SELECT min(place) FROM dataset").get or 0) - 1
    _write(writer, dataset, place)


def _write(writer: apsw.Connection, dataset: Dataset, place: int) -> None:
    body = dataset.model_dump_json(by_alias=True, exclude_unset=True).encode()
    writer.execute(
        "INSERT INTO dataset(id, place, body, generation) VALUES (?1, ?2, ?3, 0)"
        " ON CONFLICT(id) DO UPDATE SET place = ?2, body = ?3 WHERE place <> ?2 OR body <> ?3",
        (dataset.id, place, body),
    )


def _known(reader: apsw.Connection, dataset: str) -> KnownItems:
    count = reader.execute("SELECT count(*) FROM dataset_item WHERE dataset = ?", (dataset,)).get
    revision = reader.execute("SELECT revision FROM dataset WHERE id = ?", (dataset,)).get
    return KnownItems(count, revision)


def _add(
    writer: apsw.Connection, dataset: str, generation: int, items: Sequence[DatasetItem], place: int
) -> None:
    rows = [
        (dataset, item.id, place + offset, generation, *_columns(item)) for offset, item in enumerate(items)
    ]
    writer.executemany(
        "INSERT OR REPLACE INTO dataset_item(dataset, id, place, generation, revision, source, title, expected,"
        " weight, split, hash, packed, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _columns(item: DatasetItem) -> tuple[Any, ...]:
    body = storable(item.model_dump_json(by_alias=True, exclude_unset=True))[0].encode()
    packed, kept = pack(body)
    said = orjson.dumps(
        [item.expected_output, item.weight, item.split, item.tags], option=orjson.OPT_SORT_KEYS
    )
    title, expected = item_title(item.input), one_line_of(item.expected_output)
    return (
        item.revision, item.source_call_id, storable(title)[0], storable(expected)[0], item.weight, item.split,
        hashlib.blake2b(said, digest_size=16).digest(), packed, kept,
    )  # fmt: skip


def _end(writer: apsw.Connection, dataset: str, generation: int, revision: int) -> None:
    newest = writer.execute("SELECT generation FROM dataset WHERE id = ?", (dataset,)).get
    if newest != generation:
        return  # another reading has begun since
    writer.execute("DELETE FROM dataset_item WHERE dataset = ? AND generation <> ?", (dataset, generation))
    writer.execute("UPDATE dataset SET revision = ? WHERE id = ?", (revision, dataset))


def _put_item(writer: apsw.Connection, dataset: str, item: DatasetItem) -> None:
    found: Any = writer.execute(
        "SELECT place, generation FROM dataset_item WHERE dataset = ? AND id = ?", (dataset, item.id)
    ).fetchone()
    if found is not None:
        _add(writer, dataset, found[1], [item], found[0])
        _moved_on(writer, dataset, item.revision)


def _drop_item(writer: apsw.Connection, dataset: str, item: str, revision: int) -> None:
    writer.execute("DELETE FROM dataset_item WHERE dataset = ? AND id = ?", (dataset, item))
    _moved_on(writer, dataset, revision)


def _moved_on(writer: apsw.Connection, dataset: str, revision: int) -> None:
    writer.execute(
        "UPDATE dataset SET revision = ?1 WHERE id = ?2 AND revision = ?1 - 1", (revision, dataset)
    )
