"""Which dataset a command means."""

from collections.abc import Sequence
from typing import Final, NoReturn

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import NotFoundError
from atlas_desktop.cli.failing import shown, stop
from atlas_desktop.cli.patience import patiently
from atlas_desktop.contract.datasets import Dataset

_SHOWN: Final = 10


async def dataset_named(client: AsyncAtlas, name: str) -> Dataset:
    """The dataset of this id, or the only one of this name. Ends the command when there is none, or several."""
    if name.startswith("ds_"):
        try:
            return await patiently(lambda: client.datasets.get(name))
        except NotFoundError as error:
            if error.code not in (None, "dataset_not_found"):
                raise
    found = [each async for each in client.datasets.iterate() if each.name == name]
    if not found:
        stop(f"There is no dataset {shown(name)}.", "Name it by its id (ds_…) or its exact name.")
    if len(found) > 1:
        _which(name, found)
    return found[0]


def _which(name: str, found: Sequence[Dataset]) -> NoReturn:
    several = ", ".join(f"{each.id} ({each.status}, version {each.version})" for each in found[:_SHOWN])
    stop(f"{len(found)} datasets are named {shown(name)}.", f"Name one by its id: {several}")
