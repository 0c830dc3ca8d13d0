"""A draft on its way to the server, in parts; what a crash or a broken line interrupts goes on where it was."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from atlas_desktop.api.errors import InvalidRequestError, RequestTooLargeError
from atlas_desktop.app.asking import Ask
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.whole_items import Said, said_by, whole_bodies, without
from atlas_desktop.contract.capabilities import Capabilities
from atlas_desktop.contract.datasets import MOST_AT_ONCE, Dataset, DatasetCreate, ItemsAnswer
from atlas_desktop.contract.listing import DatasetsQuery
from atlas_desktop.store.sendings import Refused, Sending, SendItem
from atlas_desktop.store.store import Store

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas

_LISTED: Final = 200
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of one request: the server takes 16 MiB, and a part that is lost is sent again whole."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it. ``against``: so many items expect another output than others of the same prompt."""

    dataset: Dataset
    refused: tuple[Refused, ...]
    against: int


class _PartTooLarge(Exception):  # noqa: N818 - not an error: it is sent in two parts
    """With what the calls said it is more than a request should be."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How this server takes items. ``whole``: it does not fill in what the source call said.

    ``there``: what it has already, where it does not know a request again and may have had the next part.
    """

    whole: bool
    there: Said | None = None


class DatasetSender:
    """Sends what the store says is to be sent. ``moved`` tells (draft, done, total).

    An item with a source call that is there already changes nothing: sending it twice does no harm. A server that
    has only what is published is sent items whole, and after an interruption only those it has not yet.
    """

    def __init__(self, store: Store, ask: Ask, *, most: int = MOST_AT_ONCE) -> None:
        self._store = store
        self._ask = ask
        self._most = most
        self.moved: Signal[tuple[int, int, int]] = Signal("dataset is sent")

    async def send(self, sending: Sending) -> Sent:
        """All that is left of it. What was refused stays in the draft.

        Raises NotOnline, AtlasError: what was sent until then is known.
        """
        able = await self._ask(lambda client: client.capabilities())
        dataset_id = await self._dataset(sending, able)
        way = await self._way(sending, dataset_id, able)
        done = sending.done
        most, against = self._most, 0
        while items := await self._store.sendings.next(sending.draft, most, _LARGEST):
            try:
                against += await self._send(sending, dataset_id, items, way)
            except (RequestTooLargeError, _PartTooLarge):
                # The server counts the calls the items come from, too.
                if len(items) == 1:
                    raise
                most = len(items) // 2
                continue
            way = replace(way, there=None)
            done += len(items)
            self.moved.emit((sending.draft, done, sending.total))
        dataset = await self._ask(lambda client: client.datasets.get(dataset_id))
        refused = await self._store.sendings.finish(sending.draft)
        return Sent(dataset, refused, against)

    async def _dataset(self, sending: Sending, able: Capabilities) -> str:
        if sending.dataset is not None:
            return sending.dataset
        creation = DatasetCreate.model_validate_json(sending.creation)
        if not able.has("idempotency") and (found := await self._begun(creation)) is not None:
            await self._store.sendings.created(sending.draft, found)
            return found
        made = await self._ask(lambda client: client.datasets.create(creation, idempotency_key=sending.op_id))
        await self._store.sendings.created(sending.draft, made.id)
        return made.id

    async def _begun(self, creation: DatasetCreate) -> str | None:
        """An empty draft of this name: the answer to its creation may have been lost."""
        query = DatasetsQuery(operation_id=creation.operation_id, status="draft", limit=_LISTED)
        page = await self._ask(lambda client: client.datasets.list(query))
        return next(
            (each.id for each in page.data if each.name == creation.name and not each.item_count), None
        )

    async def _way(self, sending: Sending, dataset_id: str, able: Capabilities) -> _Way:
        whole = not able.has("datasets.items.from_calls")
        if sending.dataset is None or able.has("idempotency"):
            return _Way(whole)

        async def everything(client: "AsyncAtlas") -> Said:
            return said_by([each async for each in client.datasets.items.iterate(dataset_id)])

        return _Way(whole, await self._ask(everything))

    async def _send(self, sending: Sending, dataset_id: str, items: list[SendItem], way: _Way) -> int:
        """One part. Returns how many of it contradict what is in the dataset."""
        bodies = await whole_bodies(self._store, items) if way.whole else [each.body for each in items]
        if sum(map(len, bodies)) > 2 * _LARGEST and len(items) > 1:
            raise _PartTooLarge
        if way.there is not None:
            missing = without(bodies, way.there)
            left = frozenset(missing)
            known = [each.place for at, each in enumerate(items) if at not in left]
            await self._store.sendings.settle(sending.draft, known)
            items, bodies = [items[at] for at in missing], [bodies[at] for at in missing]
            if not items:
                return 0
        body = b"[" + b",".join(bodies) + b"]"
        key = f"{sending.op_id}-{items[0].place}-{len(items)}"
        try:
            answer = await self._ask(
                lambda client: client.datasets.items.add(dataset_id, body, idempotency_key=key)
            )
        except InvalidRequestError as error:
            refused = _all_refused(error, len(items))
            if refused is None:
                raise
            against = 0
        else:
            refused, against = _refused(answer), len(answer.contradictions)
        added = [each.place for number, each in enumerate(items) if number not in refused]
        wrong = [(each.place, refused[number]) for number, each in enumerate(items) if number in refused]
        await self._store.sendings.settle(sending.draft, added, wrong)
        return against


def _refused(answer: ItemsAnswer) -> dict[int, str]:
    return {
        each.index: "; ".join(f"{error.path}: {error.message}" for error in each.errors)
        for each in answer.rejected
    }


def _all_refused(error: InvalidRequestError, count: int) -> dict[int, str] | None:
    """The reasons by index, where every item was refused; None when it is something else that is wrong."""
    if error.code != "items_rejected":
        return None
    reasons: dict[int, list[str]] = {}
    for detail in error.details:
        index = next((step for step in detail.loc if isinstance(step, int)), None)
        if index is not None:
            where = detail.loc[-1]
            reasons.setdefault(index, []).append(f"{where}: {detail.message}")
    return {index: "; ".join(reasons.get(index, [error.message])) for index in range(count)}
