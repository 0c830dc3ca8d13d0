"""Datasets: the list, the one at hand with its items; a copy is kept, so that they are there without a server."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask, Phase, phase_of
from atlas_desktop.app.dataset_state import DatasetsState, ItemsState
from atlas_desktop.app.dataset_versions import DatasetVersions
from atlas_desktop.app.dropped_items import DroppedItems
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.item_editor import ItemEditor
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.schema_book import SchemaBook
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.datasets import Dataset, DatasetItem, DatasetItemUpdate
from atlas_desktop.contract.listing import DatasetsQuery
from atlas_desktop.domain.dataset_names import next_name
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_LISTED: Final = 200
_PAGE: Final = 100
"""Items a page: their texts are parsed on the network's thread, which takes turns with the screen's."""


class Datasets:
    """Used on the UI's loop. ``changed`` tells the list, ``items_changed`` the items of the one at hand.

    Nothing is asked of the server before `watch`: somebody looks.
    """

    def __init__(self, store: Store, ask: Ask, tasks: Tasks, online: Callable[[], bool]) -> None:
        self._store = store
        self._ask = ask
        self._tasks = tasks
        self._online = online
        self._watched = False
        self._was_online = False
        self.state = DatasetsState()
        self.items = ItemsState()
        self.changed: Signal[DatasetsState] = Signal("datasets")
        self.items_changed: Signal[ItemsState] = Signal("items of the dataset at hand")
        self.item_changed: Signal[DatasetItem] = Signal("an item was changed")
        self.failed: Signal[Exception] = Signal("datasets failed")
        """What should not happen: whoever opens the workspace reports it."""
        self.schemas = SchemaBook(store, ask)
        self.editor = ItemEditor(store, self.schemas, tasks, self.save_item)
        self.editor.reread = self.reread
        self.editor.drafts_changed.connect(lambda _: self._show_unsaved())
        self._dropped = DroppedItems(store, ask)
        self._taken = 0
        self.versions = DatasetVersions(store, self, tasks)
        self._listing = Errand(tasks, "datasets are listed", self._list, self._broke)
        self._reading = Errand(tasks, "items are read", self._read_items, self._broke, pause=0.1)

    # what a screen asks

    def watch(self) -> None:
        """Somebody looks: read what there is, here and then at the server."""
        self._watched = True
        self._listing.ask()

    def refresh(self) -> None:
        """Read anew, if anybody looks."""
        if self._watched:
            self._listing.ask()

    def choose(self, dataset_id: str | None) -> None:
        """This dataset is at hand; its items follow."""
        if dataset_id == self.state.chosen:
            return
        self._put(replace(self.state, chosen=dataset_id))
        self.editor.leave()
        self._put_items(ItemsState(dataset_id, phase="loading" if dataset_id else "nothing"))
        if dataset_id is not None:
            self._reading.ask()

    def refresh_items(self) -> None:
        """Read the items of the one at hand anew."""
        if self.state.chosen is not None:
            self._reading.ask()

    def online_changed(self) -> None:
        """The server came or went."""
        online = self._online()
        if online != self._was_online:
            self._was_online = online
            if self._watched:
                self._listing.ask()
                self.refresh_items()

    def drafts_changed(self) -> None:
        """The drafts on this computer are others now."""
        if self._watched:
            self._tasks.spawn("drafts are listed", self._read_drafts())

    def took(self, dataset: Dataset) -> None:
        """The server said this of a dataset: promoted, branched, made, with another revision."""
        self._merge(dataset)
        self._tasks.spawn("a dataset is kept", self._take(dataset))

    async def item(self, item_id: str) -> DatasetItem | None:
        """An item of the dataset at hand in full, from the copy."""
        chosen = self.state.chosen
        return await self._store.datasets.item(chosen, item_id) if chosen is not None else None

    async def save_item(self, dataset: str, item: str, change: DatasetItemUpdate) -> DatasetItem:
        """Change an item at the server. Raises NotOnline, AtlasError (409 when it has changed meanwhile)."""
        saved = await self._ask(lambda client: client.datasets.items.update(dataset, item, change))
        await self._store.datasets.put_item(dataset, saved)
        await self._moved_on(dataset, saved.revision)
        self.item_changed.emit(saved)
        return saved

    async def drop_item(self, item: str) -> bool:
        """Take an item out of the draft at hand. False when that failed; why is in ``items.problem``."""
        dataset = self.state.chosen
        if dataset is None:
            return False
        await self.editor.close()
        before = await self._dropped.look(dataset, item)
        try:
            gone = await self._ask(lambda client: client.datasets.items.remove(dataset, item))
        except (NotOnline, AtlasError) as error:
            self._unread(error)
            return False
        self._dropped.took(before)
        if self.editor.state.item is not None and self.editor.state.item.id == item:
            self.editor.leave()
        await self._store.item_drafts.drop(dataset, item)
        await self._store.datasets.drop_item(dataset, item, gone.revision)
        await self._moved_on(dataset, gone.revision)
        return True

    async def undo_drop(self) -> DatasetItem | Literal["nothing", "failed"]:
        """The item taken out of the dataset at hand last is back, at the end.

        ``failed``: ``items.problem`` says why, unless the server is only not reached.
        """
        dataset = self.state.chosen
        if dataset is None:
            return "nothing"
        try:
            back = await self._dropped.put_back(dataset)
            if back is None:
                return "nothing"
            await self.reread(dataset)
        except (NotOnline, AtlasError) as error:
            self._unread(error)
            return "failed"
        self.item_changed.emit(back)
        return back

    async def branch(self, dataset: Dataset, name: str | None = None) -> Dataset | None:
        """A new draft with the same items, at hand then; without a name it gets the next. None when that failed; why is in ``state.problem``."""
        wanted = name or next_name(dataset.name, [each.name for each in self.state.datasets])
        try:
            made = await self._ask(lambda client: client.datasets.branch(dataset.id, name=wanted))
        except (NotOnline, AtlasError) as error:
            self._put(replace(self.state, problem=problem_from(error)))
            return None
        await self.editor.close()
        if dataset.status == "golden":
            await self._store.item_drafts.carry(dataset.id, made.id)
        await self._take(made)
        self.choose(made.id)
        return made

    async def read_items(self, dataset: Dataset) -> bool:
        """Have the copy of these items whole. False when the server says more than could be read now.

        Raises NotOnline, AtlasError.
        """
        known = await self._store.datasets.known_items(dataset.id)
        if known.revision == dataset.revision:
            return True
        generation = await self._store.datasets.begin_items(dataset.id)
        cursor, place, newest = None, 0, 0
        while True:
            page = await self._ask(
                lambda client, cursor=cursor: client.datasets.items.list(  # type: ignore[misc]
                    dataset.id, limit=_PAGE, cursor=cursor
                )
            )
            await self._store.datasets.add_items(dataset.id, generation, page.data, place)
            place += len(page.data)
            newest = max([newest, *(item.revision for item in page.data)])
            if not page.has_more or page.next_cursor is None:
                break
            cursor = page.next_cursor
            if dataset.id == self.state.chosen:
                self._put_items(replace(self.items, phase="loading", read=place))
        now = await self._ask(lambda client: client.datasets.get(dataset.id))
        # What was changed while the pages came is on none of them, or on two.
        whole = now.revision == dataset.revision
        await self._store.datasets.end_items(dataset.id, generation, now.revision if whole else -1)
        if not whole:
            await self._take(now)
        return whole

    async def reread(self, dataset_id: str) -> None:
        """Read a dataset and its items anew. Raises NotOnline, AtlasError."""
        dataset = await self._ask(lambda client: client.datasets.get(dataset_id))
        await self._take(dataset, read=False)
        await self.read_items(dataset)
        if dataset_id == self.state.chosen:
            await self._show_copy(dataset_id)

    async def settled(self) -> None:
        """Wait until nothing is being read."""
        while await self._listing.through() or await self._reading.through():
            continue

    async def close(self) -> None:
        """No text that was being written is lost."""
        await self.editor.close()

    # inside

    async def _list(self) -> None:
        taken = self._taken
        if not self.state.datasets:
            kept = tuple(await self._store.datasets.all())
            self._put(replace(self.state, datasets=self.state.datasets or kept, phase="loading"))
        await self._read_drafts()
        try:
            listed = await self._all()
        except (NotOnline, AtlasError) as error:
            away = phase_of(error)
            problem = problem_from(error) if away == "failed" else None
            self._put(replace(self.state, phase=away, problem=problem))
            return
        if taken == self._taken:
            await self._store.datasets.replace(listed)
        if taken != self._taken:
            # What is known by now may be newer than what was read, so it is read again.
            self._listing.ask()
            return
        before = self.state.current
        self._put(replace(self.state, datasets=tuple(listed), phase="ready", problem=None))
        if before is not None and before != self.state.current:
            self._reading.ask()

    async def _all(self) -> list[Dataset]:
        found: list[Dataset] = []
        query = DatasetsQuery(limit=_LISTED)
        while True:
            page = await self._ask(lambda client, query=query: client.datasets.list(query))  # type: ignore[misc]
            found += page.data
            if not page.has_more or page.next_cursor is None:
                return list({each.id: each for each in found}.values())
            query = DatasetsQuery(limit=_LISTED, cursor=page.next_cursor)

    async def _read_drafts(self) -> None:
        self._put(replace(self.state, drafts=tuple(await self._store.dataset_drafts.all())))

    async def _read_items(self) -> None:
        dataset = self.state.current
        if dataset is None:
            return
        await self._show_copy(dataset.id)
        try:
            await self.read_items(dataset)
        except (NotOnline, AtlasError) as error:
            if dataset.id == self.state.chosen:
                self._unread(error)
            return
        await self._show_copy(dataset.id, phase_ready=True)

    async def _show_copy(self, dataset_id: str, *, phase_ready: bool = False) -> None:
        rows = tuple(await self._store.datasets.rows(dataset_id))
        known = await self._store.datasets.known_items(dataset_id)
        unsaved = frozenset(await self._store.item_drafts.of(dataset_id))
        dataset = self.state.dataset(dataset_id)
        if dataset is None or dataset_id != self.state.chosen:
            return
        whole = known.revision == dataset.revision
        phase: Phase = "ready" if whole or phase_ready else "loading"
        self._put_items(ItemsState(dataset_id, rows, phase, whole, unsaved=unsaved | self.editor.unsaved))

    def _unread(self, error: Exception) -> None:
        phase = phase_of(error)
        whole = self.items.whole
        problem = problem_from(error) if phase == "failed" else None
        self._put_items(
            replace(self.items, phase="ready" if whole and problem is None else phase, problem=problem)
        )

    async def _take(self, dataset: Dataset, *, read: bool = True) -> None:
        self._taken += 1
        await self._store.datasets.put(dataset)
        self._merge(dataset)
        if read and dataset.id == self.state.chosen:
            self._reading.ask()

    def _merge(self, dataset: Dataset) -> None:
        known = self.state.dataset(dataset.id)
        rest = tuple(dataset if each.id == dataset.id else each for each in self.state.datasets)
        self._put(replace(self.state, datasets=rest if known else (dataset, *rest), problem=None))

    async def _moved_on(self, dataset_id: str, revision: int) -> None:
        """One change more, which was ours: the list knows it without asking. Any other is asked for."""
        known = self.state.dataset(dataset_id)
        copy = await self._store.datasets.known_items(dataset_id)
        if known is not None and copy.revision == revision:
            await self._take(known.model_copy(update={"revision": revision, "item_count": copy.count}))
        else:
            self._listing.ask()

    def _show_unsaved(self) -> None:
        if self.items.dataset_id is not None:
            self._tasks.spawn("unsaved items are marked", self._mark_unsaved(self.items.dataset_id))

    async def _mark_unsaved(self, dataset_id: str) -> None:
        unsaved = frozenset(await self._store.item_drafts.of(dataset_id)) | self.editor.unsaved
        if dataset_id == self.items.dataset_id:
            self._put_items(replace(self.items, unsaved=unsaved))

    def _put(self, state: DatasetsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    def _put_items(self, items: ItemsState) -> None:
        if items != self.items:
            self.items = items
            self.items_changed.emit(items)

    def _broke(self, error: Exception) -> None:
        self._put(replace(self.state, phase="failed", problem=problem_from(error)))
