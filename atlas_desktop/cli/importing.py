"""``atlas-desktop import``: files of recorded calls into an Atlas, here or elsewhere."""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import typer

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import ApiStatusError, AtlasError, AuthenticationError, RequestTooLargeError
from atlas_desktop.api.retry import delay, is_retryable
from atlas_desktop.cli.batches import Batch, TooLong, batches, numbered_lines
from atlas_desktop.cli.failing import DONE, NO, on_terminal, say, saying_why, shown, stop
from atlas_desktop.cli.local_atlas import local_client
from atlas_desktop.contract.calls import ImportAnswer
from atlas_desktop.contract.ids import is_operation_key
from atlas_desktop.contract.secret import Secret
from atlas_desktop.domain.recorded import LINE_LIMIT

_ATTEMPTS: Final = 6
_LONGEST_CUSTOMER: Final = 200
_LONGEST_WAIT: Final = 60.0
_SHOWN: Final = 50
_FORMATS: Final = ("auto", "jsonl")
_CHANGE_KEY: Final = (
    "Give a key that is valid at {url} with --key or NEWMEN_API_KEY; where that is an Atlas of your own,"
    " atlas-desktop keys create NAME makes one there."
)
_SAFE: Final = (
    "What was imported so far is kept; run the same command again to go on: nothing is taken twice."
)


@dataclass(frozen=True, slots=True)
class Order:
    """What to import and where to. Without ``url``: into the Atlas on this computer."""

    files: tuple[Path, ...]
    operation: str | None
    customer: str | None
    url: str | None
    key: Secret | None
    file_format: str
    home: Path | None


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


def run(order: Order, *, as_json: bool) -> int:
    """Import, say what happened, and give the exit code: 1 when lines were rejected."""
    _check(order)
    tally = Tally()
    with saying_why(_SAFE):
        try:
            asyncio.run(_import(order, tally))
        except AuthenticationError as error:
            stop(str(error), _CHANGE_KEY.format(url=order.url), _SAFE)
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


async def _import(order: Order, tally: Tally) -> None:
    async with _client(order) as client:
        for path in order.files:
            with _open(path) as (file, advance):
                for batch in batches(numbered_lines(file)):
                    if isinstance(batch, TooLong):
                        message = f"longer than {LINE_LIMIT // 1024**2} MiB"
                        tally.rejected.append(BadLine(str(path), batch.number, message))
                    else:
                        await _send(client, order, path, batch, tally)
                    advance(file)
    tally.rejected.sort(key=lambda bad: ([str(path) for path in order.files].index(bad.file), bad.line))


async def _send(client: AsyncAtlas, order: Order, path: Path, batch: Batch, tally: Tally) -> None:
    try:
        answer = await _patiently(client, order, batch.body)
    except RequestTooLargeError as error:
        if len(batch.lines) == 1:
            tally.rejected.append(BadLine(str(path), batch.numbers[0], error.message))
            return
        for half in batch.halves():
            await _send(client, order, path, half, tally)
        return
    tally.imported += answer.imported
    tally.duplicates += answer.duplicates
    tally.rejected += [
        BadLine(str(path), batch.numbers[bad.line - 1], bad.message) for bad in answer.rejected
    ]


async def _patiently(client: AsyncAtlas, order: Order, body: bytes) -> ImportAnswer:
    """Send until it is taken: repeating is harmless, because a call that is there already is not made again."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await client.calls.import_lines(body, operation=order.operation, customer=order.customer)
        except AtlasError as error:
            floor = (error.retry_after if isinstance(error, ApiStatusError) else None) or 0.0
            if attempt == _ATTEMPTS or floor > _LONGEST_WAIT or not is_retryable(error, idempotent=True):
                raise
            say(f"{error}; trying again ({attempt} of {_ATTEMPTS - 1})")
        await asyncio.sleep(delay(attempt, random.random(), floor))  # noqa: S311 - jitter, no secret
    raise AssertionError("the last attempt returns or raises")


@asynccontextmanager
async def _client(order: Order) -> AsyncIterator[AsyncAtlas]:
    if order.url is None:
        async with local_client(order.home) as client:
            yield client
        return
    async with AsyncAtlas(order.url, order.key or _asked_key(order.url)) as client:
        yield client


def _asked_key(url: str) -> Secret:
    if not on_terminal():
        stop(f"No key for {url}: set NEWMEN_API_KEY.")
    return Secret(typer.prompt(f"Key for {url}", hide_input=True, err=True))


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
