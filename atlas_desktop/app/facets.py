"""The facet sidebar without a screen: the counts of the list's filter, kept up to date."""

from typing import Final

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.domain.filter import Facets
from atlas_desktop.domain.query import Query
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

# A first sync brings pages every few ms, a reviewer a rating every second: the numbers need not follow each.
_PAUSE_SECONDS: Final = 0.5


class FacetCounts:
    """Counts while ``shown``; asks the store again when the filter or the calls change. On the UI's loop only."""

    def __init__(self, store: Store, browser: CallBrowser, tasks: Tasks) -> None:
        self._store = store
        self._browser = browser
        self._shown = False
        self._stale = True
        self._query: Query | None = None
        self._words_stale = True
        self._counter = Errand(
            tasks, "facets", self._count, self._failed, pause=_PAUSE_SECONDS, wait=AFTER_THE_FRAME
        )
        self._reader = Errand(
            tasks, "filter vocabulary", self._read_words, self._failed, pause=_PAUSE_SECONDS
        )
        self.value = Facets()
        """The counts under the list's filter, as last counted."""
        self.counted = False
        """Whether ``value`` is a count at all."""
        self.vocabulary = Facets()
        """Every value there is, for completion: the counts without a filter."""
        self.problem: Problem | None = None
        self.changed: Signal[Facets] = Signal("facets")
        self.vocabulary_changed: Signal[Facets] = Signal("filter vocabulary")
        browser.reset.connect(lambda _: self._list_reset())

    def show(self, shown: bool) -> None:
        """Whether somebody looks at the counts: else nothing is counted."""
        self._shown = shown
        self._ask()

    def want_vocabulary(self) -> None:
        """Somebody begins to type a filter: have the words ready, read again if calls came since."""
        if self._words_stale:
            self._words_stale = False
            self._reader.ask()

    def store_changed(self, changed: Changed) -> None:
        """Somebody wrote to the store."""
        if changed.added or changed.removed or changed.calls or changed.all_calls:
            self._stale = self._words_stale = True
            self._ask()

    async def through(self) -> bool:
        """Wait until nothing is being counted. False if that was so already."""
        return await self._counter.through() | await self._reader.through()

    def _list_reset(self) -> None:
        if self._browser.query.sorted(_ANY_ORDER) != self._query:
            self._stale = True
        self._ask()

    def _ask(self) -> None:
        if self._shown and self._stale:
            self._counter.ask()

    async def _count(self) -> None:
        self._stale = False
        query = self._browser.query.sorted(_ANY_ORDER)
        facets = await self._store.calls.facets(query)
        self._query = query
        self.problem = None
        if facets != self.value or not self.counted:
            self.value, self.counted = facets, True
            self.changed.emit(facets)

    async def _read_words(self) -> None:
        words = await self._store.calls.vocabulary()
        if words != self.vocabulary:
            self.vocabulary = words
            self.vocabulary_changed.emit(words)

    def _failed(self, error: Exception) -> None:
        self._stale = self._words_stale = True
        self.problem = problem_from(error, "list")
        self.changed.emit(self.value)


_ANY_ORDER: Final = Query().sort
