"""Taking data out: calls, a dataset, a training bundle, into a file. Veiled unless asked for otherwise.

What goes out with personal data in it is written down first, beside the peeks: what, when, how many; never its text.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import Unreadable
from atlas_desktop.app.asking import Ask
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.app.whole_file import WholeFile
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.datasets import Dataset, DatasetItem
from atlas_desktop.store.rows import OpenCall
from atlas_desktop.store.store import Store
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.domain.exporting import CallFormat, Format, JudgedCall, Skipped

# What writes files is imported when one is written: 6 ms that a start does not need.
# ruff: noqa: PLC0415

T = TypeVar("T")

_CALLS_AT_ONCE: Final = 50
_ITEMS_AT_ONCE: Final = 200
_PRIVATE: Final = 0o600

Moved = Callable[[int, int], None]
"""So many of so many are done."""
Note = Callable[[dict[str, object]], None]
"""Writes down that something leaves unveiled. Blocks; raises OSError, and then nothing leaves."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What is in the file now; ``skipped`` names what its format could not hold."""

    path: Path
    written: int
    skipped: "tuple[Skipped, ...]" = ()
    veiled: bool = True


class ExportLog:
    """One file of JSON lines: each unveiled export. Blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, entry: dict[str, object]) -> None:
        """Write it down. Raises OSError."""
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **entry}
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
        try:
            os.write(descriptor, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Exporting:
    """The exports of one connection. Cancel one by cancelling its task: then there is no file. Raises KnownError."""

    def __init__(self, store: Store, ask: Ask, log: Path) -> None:
        self._store = store
        self._ask = ask
        self._note = ExportLog(log).note

    async def calls(
        self,
        seqs: Sequence[int],
        path: Path,
        form: "CallFormat",
        *,
        veil: bool = True,
        moved: Moved | None = None,
    ) -> Exported:
        """These calls of the store, in this order, with what stands about them here (sent or not)."""
        return await _known(export_calls(self._store, seqs, path, form, self._note, veil=veil, moved=moved))

    async def dataset(
        self,
        dataset: Dataset,
        path: Path,
        form: "Format",
        *,
        veil: bool = True,
        split: str | None = None,
        moved: Moved | None = None,
    ) -> Exported:
        """The items of a dataset, or those of one split, as the server has them now."""
        work = export_dataset(
            self._ask, dataset.id, path, form, self._note, veil=veil, split=split, moved=moved
        )
        return await _known(work)

    async def chart(self, make: Callable[[], bytes], path: Path, form: str, *, veil: bool = True) -> Exported:
        """A chart or its numbers: what ``make`` gives, called off the UI's thread."""
        return await _known(export_made(make, path, {"what": "chart", "format": form}, self._note, veil=veil))

    async def bundle(self, dataset_id: str, training_id: str, path: Path, *, veil: bool = True) -> Exported:
        """The training bundle as the server makes it."""
        return await _known(export_bundle(self._ask, dataset_id, training_id, path, self._note, veil=veil))


async def export_calls(
    store: Store,
    seqs: Sequence[int],
    path: Path,
    form: "CallFormat",
    note: Note,
    *,
    veil: bool = True,
    moved: Moved | None = None,
) -> Exported:
    """Calls of the store into a file. Raises OSError, and what the store raises."""
    from atlas_desktop.domain.exporting import CallExport, Skipped

    entry = {"what": "calls", "count": len(seqs), "format": form}
    gone: list[Skipped] = []
    async with _whole(path, entry, note, veil=veil) as file:
        export = await _in_thread(lambda: CallExport(file.sink, form, veil=veil))
        for start in range(0, len(seqs), _CALLS_AT_ONCE):
            some = seqs[start : start + _CALLS_AT_ONCE]
            found = [(seq, await store.calls.open_call(seq)) for seq in some]
            gone += [Skipped(str(seq), tr("the call is gone")) for seq, call in found if call is None]
            await _in_thread(partial(export.add, [_judged(call) for _, call in found if call is not None]))
            if moved is not None:
                moved(start + len(some), len(seqs))
    return Exported(path, export.written, tuple(gone), veil)


async def export_dataset(
    ask: Ask,
    dataset_id: str,
    path: Path,
    form: "Format",
    note: Note,
    *,
    veil: bool = True,
    split: str | None = None,
    moved: Moved | None = None,
) -> Exported:
    """Items of a dataset into a file; no file where none is written, and what was there stays.

    Raises KnownError, OSError, NoParquetError, AtlasError, NotOnline.
    """
    from atlas_desktop.domain.exporting import Export

    before = await ask(lambda client: client.datasets.get(dataset_id))
    entry = {"what": "dataset", "dataset": before.id, "count": before.item_count, "format": form}
    async with _whole(path, entry, note, veil=veil) as file:
        export = await _in_thread(lambda: Export(file.sink, form, veil=veil))
        read = 0
        async for items in _pages(ask, dataset_id):
            wanted = [item for item in items if split is None or item.split == split]
            await _in_thread(partial(export.add, wanted))
            read += len(items)
            if moved is not None:
                moved(min(read, before.item_count), before.item_count)
        await _in_thread(export.close)
        after = await ask(lambda client: client.datasets.get(dataset_id))
        if after.revision != before.revision:
            raise KnownError(_changed(before))
        if not export.written:
            await _in_thread(file.drop)
    return Exported(path, export.written, tuple(export.skipped), veil)


async def _pages(ask: Ask, dataset_id: str) -> AsyncIterator[list[DatasetItem]]:
    """All items. Raises Unreadable where the pages go in circles, or end without being the last."""
    cursor: str | None = None
    seen: set[str | None] = {cursor}
    while True:
        asked = partial(_page, dataset_id=dataset_id, cursor=cursor)
        page = await ask(asked)
        yield page.data
        if not page.has_more:
            return
        cursor = page.next_cursor
        if cursor in seen:
            raise Unreadable(tr("The server says there is more, but its next page is one already read"))
        seen.add(cursor)


async def _page(client: AsyncAtlas, *, dataset_id: str, cursor: str | None) -> Page[DatasetItem]:
    return await client.datasets.items.list(dataset_id, limit=_ITEMS_AT_ONCE, cursor=cursor)


def _judged(opened: OpenCall) -> "JudgedCall":
    """The call with what is shown of it here, sent or not."""
    from atlas_desktop.domain.exporting import JudgedCall

    correction = opened.correction.text if opened.correction is not None else None
    row = opened.row
    return JudgedCall(opened.call, row.rating, correction, row.tags, opened.opinion.comment)


async def export_bundle(
    ask: Ask, dataset_id: str, training_id: str, path: Path, note: Note, *, veil: bool = True
) -> Exported:
    """The server's training bundle into a file. Raises OSError, AtlasError, NotOnline."""
    entry: dict[str, object] = {"what": "bundle", "dataset": dataset_id, "training": training_id}
    async with _whole(path, entry, note, veil=veil) as file:
        made = await ask(lambda client: client.datasets.bundle(dataset_id, training_id, unveiled=not veil))
        await _in_thread(lambda: file.sink.write(made))
    return Exported(path, 1, (), veil)


async def export_made(
    make: Callable[[], bytes], path: Path, entry: dict[str, object], note: Note, *, veil: bool = True
) -> Exported:
    """What ``make`` gives into a file. Raises OSError."""
    async with _whole(path, entry, note, veil=veil) as file:
        await _in_thread(lambda: file.sink.write(make()))
    return Exported(path, 1, (), veil)


@asynccontextmanager
async def _whole(path: Path, entry: dict[str, object], note: Note, *, veil: bool) -> AsyncIterator[WholeFile]:
    """The file to write into, kept at the end of the block. Unveiled: only after that was written down."""
    file = WholeFile(path)

    def begin() -> None:
        if not veil:
            note({**entry, "file": path.name})
        file.begin()

    try:
        await _in_thread(begin)
        yield file
        if not file.dropped:
            await _in_thread(file.keep)
    finally:
        # Also when this task is cancelled, while the thread still writes: it then finds the file closed.
        await _in_thread(file.drop)


async def _in_thread(work: Callable[[], T]) -> T:
    return await in_daemon_thread("export", work)


async def _known(work: Awaitable[Exported]) -> Exported:
    from atlas_desktop.domain.exporting import NoParquetError

    try:
        return await work
    except NotOnline as error:
        raise KnownError(_away()) from error
    except NoParquetError as error:
        raise KnownError(no_parquet()) from error
    except Exception as error:
        # The disk, the server, the store: whatever has words of its own.
        if (problem := problem_from(error)).bug:
            raise
        raise KnownError(problem) from error


def no_parquet() -> Problem:
    """pyarrow is not there."""
    return Problem(
        code="no_parquet",
        title=tr("Parquet needs a library that is not installed"),
        detail=tr("pyarrow comes with the extra “parquet” of this program."),
        safe=tr("No file was written."),
        action=tr("Install it, or choose another format."),
    )


def _away() -> Problem:
    return Problem(
        code="offline",
        title=tr("The server is not reached now"),
        detail=tr("A dataset is exported as the server has it."),
        safe=tr("No file was written."),
        action=tr("Go online, then try again."),
        retry=True,
    )


def _changed(dataset: Dataset) -> Problem:
    return Problem(
        code="dataset_changed",
        title=tr("The dataset changed while it was being exported"),
        detail=tr("Somebody edited {name}: the file would hold some of both.", name=dataset.name),
        safe=tr("No file was written."),
        action=tr("Try again."),
        retry=True,
    )
