"""How one version of a dataset differs from another; and which versions lead to which. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Change = Literal["added", "removed", "changed"]


class Version(Protocol):
    """What a lineage needs of a dataset."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def branched_from(self) -> str | None:
        """The dataset it was branched from."""
        ...


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that is not the same in both. An item keeps its id in a branch."""

    item: str
    change: Change


@dataclass(frozen=True, slots=True)
class DatasetDiff:
    """Changed and added items in the order of the newer one, then those that are gone."""

    changes: tuple[ItemChange, ...]
    same: int

    def count(self, change: Change) -> int:
        """How many items were changed so."""
        return sum(each.change == change for each in self.changes)


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> DatasetDiff:
    """``old`` and ``new``: a digest of each item by its id, in order."""
    changes = [
        ItemChange(item, "changed" if item in old else "added")
        for item, digest in new.items()
        if old.get(item) != digest
    ]
    changes += [ItemChange(item, "removed") for item in old if item not in new]
    return DatasetDiff(tuple(changes), sum(old.get(item) == digest for item, digest in new.items()))


def lineage(datasets: Sequence[Version], dataset: str) -> tuple[str, ...]:
    """The ids of all versions this one belongs to: what it came from, itself, and every branch of them, in the
    order of ``datasets``. What came from one that is not known any more stands alone.
    """
    known = {each.id: each.branched_from for each in datasets}
    wanted = _root(known, dataset)
    return tuple(each.id for each in datasets if _root(known, each.id) == wanted)


def _root(known: Mapping[str, str | None], dataset: str) -> str:
    seen = {dataset}
    while (before := known.get(dataset)) is not None and before in known and before not in seen:
        seen.add(before)
        dataset = before
    return dataset
