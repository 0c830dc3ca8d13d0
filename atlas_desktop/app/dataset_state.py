"""What is known about datasets here. Frozen values."""

from dataclasses import dataclass

from atlas_desktop.app.asking import Phase
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.domain.dataset_diff import DatasetDiff
from atlas_desktop.domain.dataset_plan import EMPTY, USUAL, Plan, Recipe
from atlas_desktop.store.dataset_drafts import DatasetDraft
from atlas_desktop.store.datasets import ItemRow


@dataclass(frozen=True, slots=True)
class DatasetsState:
    """The list: the server's datasets, newest first, and the drafts on this computer.

    ``phase`` away: what is shown is the copy of the last time. ``chosen``: the dataset at hand.
    """

    datasets: tuple[Dataset, ...] = ()
    drafts: tuple[DatasetDraft, ...] = ()
    phase: Phase = "nothing"
    problem: Problem | None = None
    chosen: str | None = None

    def dataset(self, dataset_id: str | None) -> Dataset | None:
        """This one, if it is known."""
        return next((each for each in self.datasets if each.id == dataset_id), None)

    @property
    def current(self) -> Dataset | None:
        """The one at hand."""
        return self.dataset(self.chosen)


@dataclass(frozen=True, slots=True)
class ItemsState:
    """The items of the dataset at hand, in the order they were added.

    ``whole``: they are those of the dataset's newest revision; else they are what is here, and ``phase`` says why.
    ``unsaved``: items with a text that is not saved. ``read``: so many have come from the server while it is loading.
    """

    dataset_id: str | None = None
    rows: tuple[ItemRow, ...] = ()
    phase: Phase = "nothing"
    whole: bool = False
    problem: Problem | None = None
    unsaved: frozenset[str] = frozenset()
    read: int = 0


@dataclass(frozen=True, slots=True)
class VersionsState:
    """The versions of the dataset at hand, oldest first, and how two of them differ; None: not compared yet."""

    versions: tuple[Dataset, ...] = ()
    old: str | None = None
    new: str | None = None
    diff: DatasetDiff | None = None
    old_rows: dict[str, ItemRow] | None = None
    new_rows: dict[str, ItemRow] | None = None
    phase: Phase = "nothing"
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class BuilderState:
    """A dataset that is being built.

    ``draft``: the list it is made of; None: it comes from a filter or a selection, as ``source`` says in words.
    ``suggested`` is its name while the recipe has none. ``operations``: what operations the calls have, with their number; the dataset is of ``operation``.
    ``read`` of ``total`` calls are looked at; more than ``total`` are left out (``left_out``).
    ``schema_known``: whether the schema could be checked here; ``has_schema``: whether there is one.
    ``sent`` of ``to_send`` items are with the server while ``sending``; ``waiting``: for the server to be reached. ``targets``: drafts items can be added to.
    """

    draft: DatasetDraft | None = None
    source: str = ""
    operations: tuple[tuple[str | None, int], ...] = ()
    operation: str | None = None
    schema_version: str | None = None
    schema_known: bool = False
    has_schema: bool = False
    recipe: Recipe = USUAL
    suggested: str = ""
    plan: Plan = EMPTY
    read: int = 0
    total: int = 0
    left_out: int = 0
    open: bool = False
    sending: bool = False
    waiting: bool = False
    sent: int = 0
    to_send: int = 0
    targets: tuple[Dataset, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    problem: Problem | None = None

    @property
    def reading(self) -> bool:
        """Whether calls are still being looked at."""
        return self.open and self.read < self.total
