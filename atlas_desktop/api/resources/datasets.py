"""Datasets, their items, and what becomes of them."""

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Json, Page
from atlas_desktop.contract.datasets import (
    BranchRequest,
    Dataset,
    DatasetCreate,
    DatasetItem,
    DatasetItemCreate,
    DatasetItemUpdate,
    ItemDeleted,
    ItemsAnswer,
)
from atlas_desktop.contract.listing import DatasetsQuery, ListQuery
from atlas_desktop.contract.promotions import (
    BundleQuery,
    Gates,
    PromoteRequest,
    Promotion,
    Training,
    TrainingCreate,
)

if TYPE_CHECKING:
    from atlas_desktop.api.exchange import Exchange


class Items(Resource):
    """What a dataset holds."""

    async def add(
        self,
        dataset: str,
        items: Sequence[DatasetItemCreate | dict[str, Json]] | bytes,
        *,
        idempotency_key: str | None = None,
    ) -> ItemsAnswer:
        """Add up to 1,000 items; bytes are sent as they are. 422 when every one of them is rejected.

        Repeat with the same ``idempotency_key`` what nobody knows the outcome of: an item without a source call
        would be there twice.
        """
        body = items if isinstance(items, bytes) else orjson.dumps(items, default=_plain)
        return await self._exchange.ask(
            "datasets.items.add", ItemsAnswer, body=body, idempotency_key=idempotency_key, dataset=dataset
        )

    async def list(self, dataset: str, *, limit: int = 50, cursor: str | None = None) -> Page[DatasetItem]:
        """One page, in the order they were added."""
        query = ListQuery(limit=limit, cursor=cursor)
        return await self._exchange.ask(
            "datasets.items.list", Page[DatasetItem], query=query, dataset=dataset
        )

    def iterate(self, dataset: str) -> AsyncIterator[DatasetItem]:
        """Every item."""
        return iterate(lambda cursor: self.list(dataset, limit=1000, cursor=cursor), None)

    async def update(self, dataset: str, item: str, change: DatasetItemUpdate) -> DatasetItem:
        """Change an item of a draft. Only the fields that were set are sent. Feature ``datasets.items.update``."""
        return await self._exchange.ask(
            "datasets.items.update", DatasetItem, body=change, dataset=dataset, item=item
        )

    async def remove(self, dataset: str, item: str) -> ItemDeleted:
        """Take an item out of a draft."""
        return await self._exchange.ask("datasets.items.remove", ItemDeleted, dataset=dataset, item=item)


class Datasets(Resource):
    """Drafts and golden sets; ``items`` are what they hold."""

    def __init__(self, exchange: "Exchange") -> None:
        super().__init__(exchange)
        self.items = Items(exchange)

    async def create(self, dataset: DatasetCreate, *, idempotency_key: str | None = None) -> Dataset:
        """Start a draft."""
        return await self._exchange.ask(
            "datasets.create", Dataset, body=dataset, idempotency_key=idempotency_key
        )

    async def list(self, query: DatasetsQuery | None = None) -> Page[Dataset]:
        """One page, newest first."""
        return await self._exchange.ask("datasets.list", Page[Dataset], query=query)

    def iterate(self, query: DatasetsQuery | None = None) -> AsyncIterator[Dataset]:
        """Every dataset that matches."""
        first = query or DatasetsQuery(limit=1000)
        return iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)

    async def get(self, dataset: str) -> Dataset:
        """One dataset."""
        return await self._exchange.ask("datasets.get", Dataset, dataset=dataset)

    async def branch(
        self, dataset: str, *, name: str | None = None, idempotency_key: str | None = None
    ) -> Dataset:
        """A new draft with the same items; golden ones are edited this way."""
        asked = BranchRequest() if name is None else BranchRequest(name=name)
        return await self._exchange.ask(
            "datasets.branch", Dataset, body=asked, idempotency_key=idempotency_key, dataset=dataset
        )

    async def gates(self, dataset: str) -> Gates:
        """The ship gates as they stand for this dataset. Feature ``datasets.gates``."""
        return await self._exchange.ask("datasets.gates", Gates, dataset=dataset)

    async def promote(
        self, dataset: str, *, acknowledge_no_gates: bool = False, idempotency_key: str | None = None
    ) -> Dataset:
        """Make a draft golden. Raises ShipGatesUnmetError, with nothing changed."""
        asked = PromoteRequest(acknowledge_no_gates=True) if acknowledge_no_gates else PromoteRequest()
        return await self._exchange.ask(
            "datasets.promote", Dataset, body=asked, idempotency_key=idempotency_key, dataset=dataset
        )

    async def promotions(
        self, dataset: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Promotion]:
        """Who promoted it, when, and on which scores. Feature ``datasets.promotions``."""
        query = ListQuery(limit=limit, cursor=cursor)
        return await self._exchange.ask("datasets.promotions", Page[Promotion], query=query, dataset=dataset)

    async def training(
        self, dataset: str, *, notes: str = "", idempotency_key: str | None = None
    ) -> Training:
        """Ask for training on a golden dataset."""
        return await self._exchange.ask(
            "datasets.training",
            Training,
            body=TrainingCreate(notes=notes),
            idempotency_key=idempotency_key,
            dataset=dataset,
        )

    async def trainings(self, dataset: str, *, limit: int = 50, cursor: str | None = None) -> Page[Training]:
        """Training requests, newest first."""
        query = ListQuery(limit=limit, cursor=cursor)
        return await self._exchange.ask("datasets.trainings", Page[Training], query=query, dataset=dataset)

    async def bundle(self, dataset: str, training: str, *, unveiled: bool = False) -> bytes:
        """The training bundle as a ZIP file. Unveiled is written down there. Feature ``datasets.bundle``."""
        query = BundleQuery(unveiled=unveiled)
        return (
            await self._exchange.ask_raw("datasets.bundle", query=query, dataset=dataset, training=training)
        ).body


def _plain(item: Any) -> Any:
    if isinstance(item, DatasetItemCreate):
        return item.model_dump(exclude_unset=True)
    raise TypeError(f"{type(item).__name__} is no item")
