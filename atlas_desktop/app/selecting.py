"""Which calls of the list are selected: always calls of the list as it is shown."""

from typing import Final

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.signals import Signal
from atlas_desktop.domain import selection as domain
from atlas_desktop.domain.query import Term
from atlas_desktop.domain.selection import NONE, AllMatching, Selection, Some
from atlas_desktop.store.store import Store

# Up to so many are put into the list's order, so that undo goes back to the topmost of them.
_ORDERED: Final = 500


class Selecting:
    """Holds the selection over a browser's list.

    "All matching" means the list as it is shown: calls that came since are in neither the count nor the act.
    """

    def __init__(self, store: Store, browser: CallBrowser) -> None:
        self._store = store
        self._browser = browser
        self.value: Selection = NONE
        self.changed: Signal[Selection] = Signal("selection")
        browser.reset.connect(self._list_reset)

    @property
    def count(self) -> int:
        """How many calls are selected."""
        return domain.count(self.value, len(self._browser))

    def contains(self, seq: int) -> bool:
        """Whether a call of the list is selected."""
        return domain.contains(self.value, seq)

    def seqs(self) -> list[int]:
        """The selected calls, by local id: of a folded row all that it stands for."""
        if not self._browser.listed.groups:
            return self._rows()
        return [each for seq in self._rows() for each in self._browser.stands_for(seq)]

    def _rows(self) -> list[int]:
        if isinstance(self.value, AllMatching):
            left_out = self.value.except_ids
            return [seq for seq in self._browser.ids if seq not in left_out]
        if len(self.value.ids) > _ORDERED:
            return sorted(self.value.ids)
        places = {seq: self._browser.position_of(seq) for seq in self.value.ids}
        return sorted(places, key=lambda seq: (places[seq] is None, places[seq] or 0, seq))

    def toggle(self, seq: int) -> None:
        """Select this call, or not any more."""
        self._set(domain.toggle(self.value, seq))

    def add(self, *seqs: int) -> None:
        """Select these as well."""
        self._set(domain.extend(self.value, seqs))

    def all(self) -> None:
        """Every call of the list as it is shown."""
        self._set(AllMatching(self._browser.query))

    def none(self) -> None:
        """No call."""
        self._set(NONE)

    def invert(self) -> None:
        """What was not selected, of the list as it is shown."""
        self._set(domain.invert(self.value, self._browser.query))

    async def unrated(self) -> None:
        """Every call of the list that has no rating now."""
        ids = self._browser.ids
        query = self._browser.query.without("rating").having(Term("rating", "none"))
        unrated = await self._store.calls.ids(query)
        both = await in_daemon_thread("select unrated", lambda: frozenset(unrated).intersection(ids))
        if ids is self._browser.ids:
            self._set(Some(both))

    def _set(self, selection: Selection) -> None:
        if selection != self.value:
            self.value = selection
            self.changed.emit(selection)

    def _list_reset(self, _: None) -> None:
        if isinstance(self.value, AllMatching):
            self._set(NONE)
        elif self.value.ids:
            self._set(Some(self.value.ids.intersection(self._browser.ids)))
