"""``atlas-desktop import``: files of recorded calls into an Atlas, here or elsewhere."""

import asyncio
import gc
import json
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import typer

from atlas_desktop.beside import Beside
from atlas_desktop.cli.batches import Batch, TooLong, batches, numbered_lines
from atlas_desktop.cli.failing import DONE, NO, on_terminal, saying_why, shown, stop
from atlas_desktop.cli.import_order import Order, Send, TooLargeError
from atlas_desktop.contract.ids import is_operation_key
from atlas_desktop.domain.recorded import LINE_LIMIT
from atlas_desktop.tasks import Tasks

_AT_ONCE: Final = 4
_LONGEST_CUSTOMER: Final = 200
_SHOWN: Final = 50
_FORMATS: Final = ("auto", "jsonl")
_SAFE: Final = (
    "What was imported so far is kept; run the same command again to go on: nothing is taken twice."
)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken."""

    file: str
    line: int
    message: str


@dataclass(slots=True)
class Tally:
    """What became of the lines so far."""

    imported: int = 0
    duplicates: int = 0
    rejected: list[BadLine] = field(default_factory=list)


def run(order: Order, beside: Beside, *, as_json: bool) -> int:
    """Import, say what happened, and give the exit code: 1 when lines were rejected."""
    _check(order)
    tally = Tally()
    # What is loaded stays: a collection need not walk its 100,000 objects.
    gc.freeze()
    with saying_why(_SAFE):
        asyncio.run(_import(order, beside, tally))
    (_answer_json if as_json else _answer)(order, tally)
    return NO if tally.rejected else DONE


def _check(order: Order) -> None:
    if order.file_format not in _FORMATS:
        stop(f"--format is one of {', '.join(_FORMATS)}.")
    if order.operation is not None and not is_operation_key(order.operation):
        stop("--operation is 1 to 64 of a-z 0-9 _ . -, the first a letter or a digit.")
    if order.customer is not None and not 1 <= len(order.customer) <= _LONGEST_CUSTOMER:
        stop(f"--customer is a name of 1 to {_LONGEST_CUSTOMER} characters.")
    for path in order.files:
        if str(path) == "-":
            continue
        if path.is_dir():
            stop(f"{path} is a folder: name the files in it. Nothing was imported.")
        if not path.exists():
            stop(f"There is no file {path}. Nothing was imported.")


def _target(order: Order, beside: Beside) -> AbstractAsyncContextManager[Send]:
    """Each way is imported when it is gone: the other one's libraries take 100 ms to load."""
    if order.url is None:
        from atlas_desktop.cli.import_here import here  # noqa: PLC0415

        return here(order, beside)
    from atlas_desktop.cli.import_there import there  # noqa: PLC0415

    return there(order, order.url, _SAFE)


async def _import(order: Order, beside: Beside, tally: Tally) -> None:
    async with _target(order, beside) as send, _Sending(send, tally) as sending:
        for path in order.files:
            with _open(path) as (file, advance):
                for batch in batches(numbered_lines(file)):
                    if isinstance(batch, TooLong):
                        message = f"longer than {LINE_LIMIT // 1024**2} MiB"
                        tally.rejected.append(BadLine(str(path), batch.number, message))
                    else:
                        await sending.put(path, batch)
                    advance(file)
        await sending.all_done()
    tally.rejected.sort(key=lambda bad: ([str(path) for path in order.files].index(bad.file), bad.line))


class _Sending:
    """Two requests on their way: while the last lines of one are written, the next is read."""

    def __init__(self, send: Send, tally: Tally) -> None:
        self._send, self._tally = send, tally
        # What goes wrong in one is raised where it is awaited.
        self._tasks = Tasks(on_bug=lambda _name, _error: None)
        self._under_way: deque[asyncio.Task[None]] = deque()

    async def __aenter__(self) -> "_Sending":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()

    async def put(self, path: Path, batch: Batch) -> None:
        """Send once there is room; raises what became of an earlier one."""
        if len(self._under_way) == _AT_ONCE:
            await self._under_way.popleft()
        work = _send(self._send, path, batch, self._tally)
        self._under_way.append(self._tasks.spawn("import", work))

    async def all_done(self) -> None:
        """Wait for what is still on its way."""
        while self._under_way:
            await self._under_way.popleft()


async def _send(send: Send, path: Path, batch: Batch, tally: Tally) -> None:
    try:
        answer = await send(batch.body)
    except TooLargeError as error:
        if len(batch.lines) == 1:
            tally.rejected.append(BadLine(str(path), batch.numbers[0], str(error)))
            return
        for half in batch.halves():
            await _send(send, path, half, tally)
        return
    tally.imported += answer.imported
    tally.duplicates += answer.duplicates
    tally.rejected += [
        BadLine(str(path), batch.numbers[bad.line - 1], bad.message) for bad in answer.rejected
    ]


@contextmanager
def _open(path: Path) -> Iterator[tuple[BinaryIO, Callable[[BinaryIO], None]]]:
    """The file, and what to call after each step to move the progress bar."""
    if str(path) == "-":
        yield sys.stdin.buffer, lambda _: None
        return
    with path.open("rb") as file:
        if not on_terminal() or not path.is_file():  # the end of a pipe, as of <(zcat …), is not known
            yield file, lambda _: None
            return
        with typer.progressbar(length=path.stat().st_size, label=shown(path.name), file=sys.stderr) as bar:
            yield file, lambda at: bar.update(at.tell() - bar.pos)


def _answer(order: Order, tally: Tally) -> None:
    where = f"into {order.url}" if order.url else "into the Atlas on this computer"
    for bad in tally.rejected[:_SHOWN]:
        typer.echo(shown(f"{bad.file}:{bad.line}: {bad.message}"), err=True)
    if len(tally.rejected) > _SHOWN:
        typer.echo(f"… and {len(tally.rejected) - _SHOWN} more; --json lists them all.", err=True)
    typer.echo(
        f"{tally.imported} imported {where}, {tally.duplicates} were there already, {len(tally.rejected)} rejected."
    )


def _answer_json(_: Order, tally: Tally) -> None:
    rejected = [{"file": bad.file, "line": bad.line, "message": bad.message} for bad in tally.rejected]
    typer.echo(json.dumps({"imported": tally.imported, "duplicates": tally.duplicates, "rejected": rejected}))
