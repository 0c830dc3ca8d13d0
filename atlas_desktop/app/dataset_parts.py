"""Datasets and their builder, made and connected: what is sent goes on when the server is back."""

from atlas_desktop.app.dataset_builder import DatasetBuilder
from atlas_desktop.app.datasets import Datasets
from atlas_desktop.app.sync_thread import SyncThread
from atlas_desktop.store.store import Store
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.tasks import Tasks


def make_datasets(store: Store, sync: SyncThread, tasks: Tasks) -> tuple[Datasets, DatasetBuilder]:
    """Both, following the sync."""
    datasets = Datasets(store, sync.ask, tasks, lambda: sync.status.link == "online")
    builder = DatasetBuilder(store, sync.ask, tasks, datasets.schemas)
    links = ["connecting"]

    def moved(status: SyncStatus) -> None:
        before, links[0] = links[0], status.link
        if status.link != before:
            datasets.online_changed()
            if status.link == "online":
                builder.resume()

    sync.status_changed.connect(moved)
    sync.store_changed.connect(builder.store_changed)
    builder.drafts_changed.connect(lambda _: datasets.drafts_changed())
    builder.made.connect(datasets.took)
    return datasets, builder
