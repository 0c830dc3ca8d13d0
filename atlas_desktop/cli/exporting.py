"""``atlas-desktop export``: a dataset as a file."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import typer

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.app.exporting import Exported, ExportLog, Moved, export_dataset, no_parquet
from atlas_desktop.app.home import Home
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.whole_file import is_file_place
from atlas_desktop.cli.dataset_named import dataset_named
from atlas_desktop.cli.failing import DONE, NO, on_terminal, say, saying_why, shown, stop, stopped_in_order
from atlas_desktop.cli.patience import patiently
from atlas_desktop.cli.reaching import Target, keyed, reached
from atlas_desktop.domain.exporting import FORMATS, Format, NoParquetError

T = TypeVar("T")

_SAFE: Final = "No file was written; one that was there is as it was."
_VEILED: Final = (
    "Veiled: e-mail addresses, phone and card numbers, IBANs and secrets that our rules find are replaced by their"
    " kind. Rules miss things."
)
_UNVEILED: Final = (
    "UNVEILED: personal data and secrets are in the file as they were recorded. Noted in {log}."
)


@dataclass(frozen=True, slots=True)
class Order:
    """What to export, and how."""

    dataset: str
    form: str
    out: Path
    split: str | None
    veil: bool


def run(target: Target, order: Order, *, as_json: bool) -> int:
    """Export and say what is in the file; 1 when nothing is, because no item fits the format."""
    if order.form not in FORMATS:
        stop(f"--format is one of {', '.join(FORMATS)}.")
    if not is_file_place(order.out) or not order.out.absolute().parent.is_dir():
        stop(f"--out is the name of a file in a folder that is there, not {order.out}.")
    log = Home.find(target.home).log_dir / "exports.jsonl"
    with stopped_in_order(), saying_why(_SAFE):
        done = asyncio.run(_export(keyed(target), order, log))
        (_say_json if as_json else _say)(done)
        if not done.written:
            return NO
        say(_VEILED if order.veil else _UNVEILED.format(log=log))
        return DONE


async def _export(target: Target, order: Order, log: Path) -> Exported:
    if not order.veil:
        Home.find(target.home).create()
    async with reached(target, _SAFE) as client:
        dataset = await dataset_named(client, order.dataset)
        with _bar() as moved:
            try:
                return await export_dataset(
                    _Patient(client),
                    dataset.id,
                    order.out.absolute(),
                    cast("Format", order.form),
                    ExportLog(log).note,
                    veil=order.veil,
                    split=order.split,
                    moved=moved,
                )
            except NoParquetError as error:
                raise KnownError(no_parquet()) from error


class _Patient:
    """Asks this client; again, when a failure may pass. Everything an export asks can be repeated."""

    def __init__(self, client: AsyncAtlas) -> None:
        self._client = client

    async def __call__(self, make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        return await patiently(lambda: make(self._client))


def _say(done: Exported) -> None:
    if done.written:
        typer.echo(shown(f"{done.written} items written to {done.path.name}."))
    else:
        say(f"There is nothing to write. {_SAFE}")
    for reason, many in Counter(skipped.reason for skipped in done.skipped).most_common():
        say(f"{many} left out: {reason}")


def _say_json(done: Exported) -> None:
    skipped = [{"item_id": each.id, "reason": each.reason} for each in done.skipped]
    said = {"path": str(done.path), "written": done.written, "veiled": done.veiled, "skipped": skipped}
    typer.echo(json.dumps(said))


@contextmanager
def _bar() -> Iterator[Moved | None]:
    if not on_terminal():
        yield None
        return
    with typer.progressbar(length=100, label="items", file=sys.stderr) as bar:
        yield lambda done, total: bar.update(round(100 * done / (total or 1)) - bar.pos)
