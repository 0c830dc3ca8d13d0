"""The store of one connection: its rooms, opened and closed together."""

from collections.abc import Callable
from pathlib import Path

from atlas_desktop.contract.ids import new_id
from atlas_desktop.database.database import NO_HOOKS, THREADS, Database, Hooks, Inline, Mode, Threads
from atlas_desktop.store.asides import Asides
from atlas_desktop.store.best_answer import BestAnswers
from atlas_desktop.store.calls import Calls
from atlas_desktop.store.candidates import Candidates
from atlas_desktop.store.conflicts import Conflicts
from atlas_desktop.store.dataset_drafts import DatasetDrafts
from atlas_desktop.store.datasets import Datasets
from atlas_desktop.store.decisions import Decisions
from atlas_desktop.store.drafts import Drafts
from atlas_desktop.store.evaluators import Evaluators
from atlas_desktop.store.identity import Identity
from atlas_desktop.store.item_drafts import ItemDrafts
from atlas_desktop.store.opening import OpenReport, Repair, open_database, unsent_in
from atlas_desktop.store.operations import Operations
from atlas_desktop.store.outbox import Outbox
from atlas_desktop.store.pass_rates import PassRates
from atlas_desktop.store.pull import Pull
from atlas_desktop.store.samples import Samples
from atlas_desktop.store.sendings import Sendings
from atlas_desktop.store.tags import Tags
from atlas_desktop.store.unsaved import Unsaved

__all__ = ["Hooks", "Inline", "OpenReport", "Repair", "Store", "Threads", "unsent_in"]


def fresh_op_id() -> str:
    """A feedback id nobody has used; a simulation passes its own source instead."""
    return new_id("fb_")


class Store:
    """Everything kept about one connection, in one SQLite file."""

    def __init__(self, database: Database, report: OpenReport, new_op_id: Callable[[], str]) -> None:
        self.report = report
        self.database = database
        self.calls = Calls(database)
        self.pass_rates = PassRates(database)
        self.decisions = Decisions(database, new_op_id)
        self.conflicts = Conflicts(database, new_op_id)
        self.drafts = Drafts(database)
        self.later = Asides(database)
        self.tags = Tags(database)
        self.best_answers = BestAnswers(database)
        self.dataset_drafts = DatasetDrafts(database)
        self.sendings = Sendings(database)
        self.datasets = Datasets(database)
        self.item_drafts = ItemDrafts(database)
        self.candidates = Candidates(database)
        self.outbox = Outbox(database, new_op_id)
        self.pull = Pull(database)
        self.operations = Operations(database)
        self.evaluators = Evaluators(database)
        self.samples = Samples(database)
        self.unsaved = Unsaved(database)
        self.identity = Identity(database)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        threads: Mode = THREADS,
        hooks: Hooks = NO_HOOKS,
        new_op_id: Callable[[], str] = fresh_op_id,
    ) -> "Store":
        """Open or create the file. Blocks (a migration may take seconds): not on the UI thread.

        What a crash left of a large decision is carried out. Raises DatabaseError when there is no way to work with the file.
        """
        database, report = open_database(path, threads, hooks, new_op_id)
        return cls(database, report, new_op_id)

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        await self.database.close()
