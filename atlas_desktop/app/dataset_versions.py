"""The versions a dataset belongs to, and how two of them differ."""

from dataclasses import replace
from typing import TYPE_CHECKING

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Phase, phase_of
from atlas_desktop.app.dataset_state import VersionsState
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.datasets import Dataset, DatasetItem
from atlas_desktop.domain.dataset_diff import compare, lineage
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

if TYPE_CHECKING:
    from atlas_desktop.app.datasets import Datasets


class DatasetVersions:
    """Used on the UI's loop. ``follow`` names the dataset; ``compare`` chooses the older one."""

    def __init__(self, store: Store, datasets: "Datasets", tasks: Tasks) -> None:
        self._store = store
        self._datasets = datasets
        self.state = VersionsState()
        self.changed: Signal[VersionsState] = Signal("versions")
        self._comparing = Errand(tasks, "versions are compared", self._compare, self._failed)

    def follow(self, dataset: Dataset | None) -> None:
        """The versions of this one. It is compared with what it came from, else with the one before it."""
        if dataset is None:
            self._put(VersionsState())
            return
        known = self._datasets.state.datasets
        ids = lineage(known, dataset.id)
        versions = tuple(sorted((each for each in known if each.id in ids), key=lambda each: each.created_at))
        old = self.state.old if self.state.new == dataset.id else None
        if old not in [each.id for each in versions] or old == dataset.id:
            old = _before(versions, dataset)
        self._put(replace(self.state, versions=versions, old=old, new=dataset.id))
        self._comparing.ask()

    def compare(self, old: str) -> None:
        """Against this version."""
        if old != self.state.old:
            self._put(replace(self.state, old=old if old != self.state.new else None, diff=None))
            self._comparing.ask()

    async def pair(self, item: str) -> tuple[DatasetItem | None, DatasetItem | None]:
        """An item in both versions."""
        old, new = self.state.old, self.state.new
        before = await self._store.datasets.item(old, item) if old is not None else None
        after = await self._store.datasets.item(new, item) if new is not None else None
        return before, after

    async def settled(self) -> None:
        """Wait until nothing is compared."""
        while await self._comparing.through():
            continue

    async def _compare(self) -> None:
        state = self.state
        old = next((each for each in state.versions if each.id == state.old), None)
        new = next((each for each in state.versions if each.id == state.new), None)
        if old is None or new is None:
            self._put(replace(state, diff=None, phase="nothing", problem=None))
            return
        self._put(replace(state, phase="loading", problem=None))
        phase: Phase = "ready"
        problem = None
        try:
            await self._datasets.read_items(old)
            await self._datasets.read_items(new)
        except (NotOnline, AtlasError) as error:
            phase = phase_of(error)
            problem = problem_from(error) if phase == "failed" else None
        before = await self._store.datasets.hashes(old.id)
        after = await self._store.datasets.hashes(new.id)
        old_rows = {each.id: each for each in await self._store.datasets.rows(old.id)}
        new_rows = {each.id: each for each in await self._store.datasets.rows(new.id)}
        if (self.state.old, self.state.new) == (old.id, new.id):
            self._put(
                replace(
                    self.state, diff=compare(before, after), old_rows=old_rows, new_rows=new_rows,
                    phase=phase, problem=problem,
                )
            )  # fmt: skip

    def _failed(self, error: Exception) -> None:
        self._put(replace(self.state, phase="failed", problem=problem_from(error)))

    def _put(self, state: VersionsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def _before(versions: tuple[Dataset, ...], dataset: Dataset) -> str | None:
    if dataset.branched_from is not None and any(each.id == dataset.branched_from for each in versions):
        return dataset.branched_from
    older = [each.id for each in versions if each.created_at < dataset.created_at]
    return older[-1] if older else None
