"""Items that were taken out of datasets, to be put back with what they had."""

from dataclasses import dataclass, replace
from typing import Any, Final

from atlas_desktop.app.asking import Ask
from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.store.item_drafts import ItemDraft
from atlas_desktop.store.store import Store

_PLAIN: Final[dict[str, Any]] = {
    "weight": 1.0,
    "split": None,
    "tags": [],
    "predicted": None,
    "source_call_id": None,
}


@dataclass(frozen=True, slots=True)
class _Dropped:
    dataset: str
    item: DatasetItem
    draft: ItemDraft | None


class DroppedItems:
    """Newest last; as long as the workspace is open."""

    def __init__(self, store: Store, ask: Ask) -> None:
        self._store = store
        self._ask = ask
        self._dropped: list[_Dropped] = []

    async def look(self, dataset: str, item: str) -> _Dropped | None:
        """The item with what it has; None when it is not known here. Ask before it is taken out."""
        whole = await self._store.datasets.item(dataset, item)
        drafts = await self._store.item_drafts.of(dataset)
        return None if whole is None else _Dropped(dataset, whole, drafts.get(item))

    def took(self, dropped: _Dropped | None) -> None:
        """It was taken out."""
        if dropped is not None:
            self._dropped.append(dropped)

    async def put_back(self, dataset: str) -> DatasetItem | None:
        """The one that was taken out of this dataset last is in it again, as a new item with what it had.

        None when there is none. Raises NotOnline, AtlasError; then it can still be put back.
        """
        last = next((each for each in reversed(self._dropped) if each.dataset == dataset), None)
        if last is None:
            return None
        body = _body(last.item)
        answer = await self._ask(lambda client: client.datasets.items.add(dataset, [body]))
        self._dropped.remove(last)
        (added,) = answer.added
        if last.draft is not None:
            await self._store.item_drafts.put(replace(last.draft, item=added.id, base=added.revision))
        return added


def _body(item: DatasetItem) -> dict[str, Any]:
    said: dict[str, Any] = {"input": item.input, "expected_output": item.expected_output}
    # What is as usual is left unsaid: not every server knows all of it.
    return said | {name: value for name, usual in _PLAIN.items() if (value := getattr(item, name)) != usual}
