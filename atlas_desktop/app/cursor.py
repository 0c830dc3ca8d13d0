"""The call at hand: where it is in the list, or that it is beside it, and its payload."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final, Literal

from atlas_desktop.app import sentences
from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.opened_calls import OpenedCalls
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.review_state import Current
from atlas_desktop.app.signals import Signal
from atlas_desktop.store.rows import OpenCall
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

# In this order: where one goes next comes before where one came from.
_NEIGHBOURS: Final = (1, -1, 2, -2, 3, -3)


class Cursor:
    """Moves through a browser's list. The neighbours are read ahead, so that a move shows the call at once."""

    def __init__(self, store: Store, browser: CallBrowser, tasks: Tasks, announce: Signal[str]) -> None:
        self._browser = browser
        self._announce = announce
        self.opened = OpenedCalls(store, tasks, self._arrived, self._not_opened)
        self.current = Current()
        self.changed: Signal[Current] = Signal("current call")
        browser.reset.connect(self._list_reset)
        browser.rows_changed.connect(self._rows_changed)

    def go(self, position: int, *, quiet: bool = False) -> None:
        """Open the call at this row; the nearest one if there are fewer."""
        total = len(self._browser)
        if not total:
            self._announce.emit(tr(sentences.NO_CALLS))
            return
        place = min(max(position, 0), total - 1)
        self._open(Current(position=place, total=total, seq=self._browser.ids[place]))
        if not quiet:
            self.say_place()

    def move(self, steps: int, *, quiet: bool = False) -> None:
        """So many rows on (or back). From beside the list, back into it."""
        here = self.current
        # Beside the list, the row one came from is the next one forward.
        target = here.position + (steps - 1 if here.beside and steps > 0 else steps)
        at_edge = here.position in (0, len(self._browser) - 1) and not here.beside
        if at_edge and len(self._browser) and not 0 <= target < len(self._browser):
            self._announce.emit(tr(sentences.AT_END if steps > 0 else sentences.AT_TOP))
            return
        self.go(target, quiet=quiet)

    async def next_unrated(self, direction: Literal[1, -1]) -> bool:
        """The next call that way without a rating. False (and said) when there is none."""
        browser, ids = self._browser, self._browser.ids
        here = self.current
        position = here.position + (0 if here.beside and direction > 0 else direction)
        while 0 <= position < len(ids):
            await browser.cache.ensure(position)
            if browser.ids is not ids:
                return False  # another list meanwhile: the question is gone
            row = browser.row(position)
            if row is not None and row.rating is None and not row.unsure:
                self.go(position)
                return True
            position += direction
        self._announce.emit(tr(sentences.NO_UNRATED[direction]))
        return False

    async def visit(self, seq: int) -> OpenCall | None:
        """Go to this call as the store has it now: in the list, or else beside it. Raises what the store raises."""
        call = await self.opened.fresh(seq)
        position = self._browser.position_of(seq)
        self._open(
            Current(
                position=self.current.position if position is None else position,
                total=len(self._browser),
                seq=seq,
                beside=position is None,
            )
        )
        return call

    def outdated(self, seqs: Collection[int] | None) -> None:
        """These (None: all) changed in the store."""
        self.opened.outdated(seqs)

    def say_place(self) -> None:
        """Announce where one is."""
        here = self.current
        row = here.call.row if here.call is not None else self._browser.row(here.position)
        self._announce.emit(sentences.moved(here.position, here.total, row, beside=here.beside))

    def say(self) -> None:
        """The call at hand looks different now."""
        if self.current.seq is not None:
            self._set(replace(self.current, call=self.opened.get(self.current.seq)))

    def _open(self, place: Current) -> None:
        assert place.seq is not None  # noqa: S101
        around = [place.position + step for step in _NEIGHBOURS]
        ids = self._browser.ids
        self.opened.want([place.seq, *(ids[each] for each in around if 0 <= each < len(ids))])
        self._set(replace(place, call=self.opened.get(place.seq)))

    def _list_reset(self, _: None) -> None:
        # Nobody chose a call in a list that still fills by itself: the newest one is at hand.
        here = None if self._browser.follows else self.current.seq
        position = None if here is None else self._browser.position_of(here)
        if not len(self._browser):
            self.opened.want([])
            self._set(Current())
        else:
            self.go(0 if position is None else position, quiet=True)

    def _rows_changed(self, seqs: frozenset[int]) -> None:
        here = self.current
        row = self._browser.row(here.position) if here.seq in seqs and not here.beside else None
        if row is not None and here.call is not None and here.call.row != row:
            self.opened.outdated([row.seq])

    def _arrived(self, seq: int, call: OpenCall | None) -> None:
        if seq == self.current.seq:
            self._set(replace(self.current, call=call, problem=_gone() if call is None else None))

    def _not_opened(self, seq: int, error: Exception) -> None:
        if seq == self.current.seq:
            self._set(replace(self.current, problem=problem_from(error, "call")))

    def _set(self, current: Current) -> None:
        if current != self.current:
            self.current = current
            self.changed.emit(current)


def _gone() -> Problem:
    return Problem(
        code="call_gone",
        title=tr("This call is not there any more"),
        detail=tr("It was deleted on the server."),
        safe=tr("The other calls are not touched."),
        action=tr("Go on with the next one."),
        at="call",
    )
