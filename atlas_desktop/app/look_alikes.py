"""Which is right? The other answers to the prompt of the call at hand."""

from dataclasses import dataclass
from typing import Final

from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.review import Review
from atlas_desktop.app.review_state import Outcome
from atlas_desktop.app.signals import Signal
from atlas_desktop.store.rows import OpenCall
from atlas_desktop.store.same_prompt import SameAnswer
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

MOST: Final = 12
"""Answers that are read to be shown; more are counted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer, with the newest call that gave it. ``here``: the call at hand is one of those that gave it."""

    answer: SameAnswer
    call: OpenCall
    here: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """The answers to the prompt of the call ``seq``, its own first; ``more`` are not read. ``loading``: not yet."""

    seq: int | None = None
    answers: tuple[Shown, ...] = ()
    more: int = 0
    calls: int = 0
    loading: bool = False
    problem: Problem | None = None


class LookAlikes:
    """Follows the call at hand while somebody looks. On the UI's loop only."""

    def __init__(self, store: Store, review: Review, tasks: Tasks) -> None:
        self._store = store
        self._review = review
        self._shown = False
        self._reader = Errand(tasks, "look-alikes", self._read, self._failed, wait=AFTER_THE_FRAME)
        self.value = Alike()
        self.changed: Signal[Alike] = Signal("look-alikes")
        review.current_changed.connect(lambda _: self._follow())
        review.browser.rows_changed.connect(self._rows_changed)

    def show(self, shown: bool) -> None:
        """Whether somebody looks: else nothing is read."""
        self._shown = shown
        self._follow()

    async def is_right(self, number: int, *, confirmed: int | None = None) -> Outcome:
        """This answer is right: every call that gave it is rated good, those that gave another bad. One act.

        Answers that are not shown are not rated: nobody has read them. Raises IndexError.
        """
        right = self.value.answers[number].answer.seqs
        wrong = [
            seq for at, shown in enumerate(self.value.answers) if at != number for seq in shown.answer.seqs
        ]
        return await self._review.judge(right, wrong, confirmed=confirmed)

    async def through(self) -> bool:
        """Wait until nothing is being read. False if that was so already."""
        return await self._reader.through()

    def _follow(self) -> None:
        seq = self._review.current.seq
        if not self._shown or seq == self.value.seq:
            return
        if any(seq in shown.answer.seqs for shown in self.value.answers) and seq is not None:
            # The same prompt: what is on the screen stays there while it is read again.
            self._reader.ask()
            return
        self._set(Alike(seq, loading=seq is not None))
        if seq is not None:
            self._reader.ask()

    def _rows_changed(self, seqs: frozenset[int]) -> None:
        if self._shown and any(not seqs.isdisjoint(shown.answer.seqs) for shown in self.value.answers):
            self._reader.ask()

    async def _read(self) -> None:
        seq = self._review.current.seq
        if seq is None or not self._shown:
            return
        answers = await self._store.calls.same_prompt(seq)
        shown = []
        for answer in answers[:MOST]:
            call = await self._store.calls.open_call(answer.row.seq)
            if call is not None:
                shown.append(Shown(answer, call, seq in answer.seqs))
        if seq == self._review.current.seq:
            calls = sum(len(answer.seqs) for answer in answers)
            self._set(Alike(seq, tuple(shown), max(len(answers) - MOST, 0), calls))

    def _set(self, value: Alike) -> None:
        if value != self.value:
            self.value = value
            self.changed.emit(value)

    def _failed(self, error: Exception) -> None:
        self._set(Alike(self._review.current.seq, problem=problem_from(error, "call")))
