"""Saying more than a verdict: tags, notes, later, the dataset draft; about the selection, or the call at hand."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import orjson

from atlas_desktop.app import sentences
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.review import Review
from atlas_desktop.app.review_state import Decided, Ignored, Outcome
from atlas_desktop.app.signals import Signal
from atlas_desktop.domain.opinion import Edit
from atlas_desktop.domain.tags import TagFault, read_tag, room, suggested
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.dataset_drafts import Collected
from atlas_desktop.store.store import Store
from atlas_desktop.wording import tr, trn

QUICK: Final = 9
LONGEST_NOTE: Final = 20_000
"""Characters: the contract's limit."""
_PINNED: Final = "quick_tags"
_UNSENDABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Describe:
    """Acts on the selection, else on the call at hand, as `Review.decide` does: one transaction, one undo step,
    asked first above 25 calls. With ``seq`` (the call a field was about) on that call alone, wherever one is now."""

    def __init__(
        self, store: Store, review: Review, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._review = review
        self._now = now
        self._later: frozenset[int] = frozenset()
        self._pinned: tuple[str, ...] = ()
        self._used: tuple[str, ...] = ()
        self._uses: dict[str, int] | None = None
        self._left: dict[int | None, str] = {}
        self.changed: Signal[None] = Signal("describing")
        """Quick tags, the later list or the dataset drafts are different now."""

    async def open(self) -> None:
        """Take over what an earlier run left. Raises DatabaseError."""
        self._later = frozenset(await self._store.later.all())
        kept = await self._store.identity.get(_PINNED)
        self._pinned = tuple(orjson.loads(kept)) if kept else ()
        await self._read_uses()

    # tags and notes

    async def tag(
        self,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        *,
        seq: int | None = None,
        confirmed: int | None = None,
    ) -> Outcome:
        """Give tags and take them away. What is no tag is said, and nothing is done."""
        tags = [read_tag(each) for each in add]
        wrong = next((each for each in tags if isinstance(each, TagFault)), None)
        if wrong is None:
            wrong = self._no_room([each for each in tags if isinstance(each, str)], seq)
        if wrong is not None:
            return self._refused(wrong.message)
        added = tuple(dict.fromkeys(each for each in tags if isinstance(each, str)))
        if not (added or remove):
            return Ignored("nothing")
        outcome = await self._say(Edit(add_tags=added, remove_tags=tuple(remove)), seq, confirmed)
        if isinstance(outcome, Decided) and added:
            await self._read_uses()
        return outcome

    def left(self, text: str, seq: int | None) -> None:
        """The field of the note was left with this: for `write_notes`, or for `close` when that never comes to it."""
        self._left[seq] = text

    async def write_notes(self) -> Outcome:
        """Write down what was left."""
        outcome: Outcome = Ignored("nothing")
        while self._left:
            seq, text = next(iter(self._left.items()))
            outcome = await self.note(text, seq=seq)
            if self._left.get(seq) == text:
                del self._left[seq]
        return outcome

    async def close(self) -> None:
        """No note that was being written is lost."""
        await self.write_notes()

    async def note(self, text: str, *, seq: int | None = None) -> Outcome:
        """The comment; empty takes it back. NUL and half characters are left out: no server takes them."""
        text = _UNSENDABLE.sub("", text).strip()
        if len(text) > LONGEST_NOTE:
            return self._refused(
                tr(
                    "A note may have {most:,} characters; this one has {count:,}.",
                    most=LONGEST_NOTE,
                    count=len(text),
                )
            )
        return await self._say(Edit(comment=text or None), seq, None)

    @property
    def quick_tags(self) -> tuple[str, ...]:
        """Up to 9: the pinned ones, then those used most."""
        return tuple(dict.fromkeys((*self._pinned, *self._used)))[:QUICK]

    @property
    def pinned(self) -> tuple[str, ...]:
        """The tags that keep their place among the quick ones."""
        return self._pinned

    async def pin(self, tags: Sequence[str]) -> None:
        """These are the first quick tags, in this order. Raises DatabaseError."""
        good = [tag for tag in (read_tag(each) for each in tags) if isinstance(tag, str)]
        self._pinned = tuple(dict.fromkeys(good))[:QUICK]
        await self._store.identity.put(_PINNED, orjson.dumps(self._pinned).decode())
        self.changed.emit(None)

    async def quick(self, number: int) -> Outcome:
        """Quick tag 1 to 9; off again on a single call that has it."""
        if not 1 <= number <= len(self.quick_tags):
            return self._refused(
                tr("There is no quick tag {number} yet: tags you use come here.", number=number)
            )
        tag = self.quick_tags[number - 1]
        call = self._review.current.call
        alone = not self._review.selected_count and call is not None
        if alone and call is not None and tag in call.opinion.tags:
            return await self.tag(remove=(tag,))
        return await self.tag(add=(tag,))

    async def suggestions(self, prefix: str, *, but: Sequence[str] = ()) -> list[str]:
        """Known tags for these letters, most used first; without those the call has (``but``)."""
        if self._uses is None:
            self._uses = await self._store.tags.counts()
        return suggested(prefix, self._uses, but)

    # on this computer only

    async def later(self) -> bool:
        """Put aside for later and go on; a single call that is on the list comes off it. False when there is none."""
        seqs = self._about()
        if not seqs:
            self._review.announce.emit(tr(sentences.NO_CALLS))
            return False
        off = len(seqs) == 1 and seqs[0] in self._later
        try:
            if off:
                await self._store.later.remove(seqs)
            else:
                await self._store.later.add(seqs, now=self._now())
        except Exception as error:  # noqa: BLE001 - it is put into words beside the call
            return self._failed(error)
        self._later = self._later - frozenset(seqs) if off else self._later | frozenset(seqs)
        self._done(seqs)
        if off:
            self._review.announce.emit(tr("Taken off the later list."))
            return True
        alone = not self._review.selected_count
        self._review.select_none()
        words = trn("{count:,} call put aside for later.", "{count:,} calls put aside for later.", len(seqs))
        self._review.announce.emit(words)
        if alone:
            self._review.move_on()
        return True

    def is_later(self, seq: int) -> bool:
        """Whether this call is on the later list."""
        return seq in self._later

    @property
    def later_calls(self) -> frozenset[int]:
        """The calls on the later list."""
        return self._later

    async def to_dataset(self) -> bool:
        """Add to the dataset draft of each call's operation; a single call that is in it comes out again.

        False when nothing was added.
        """
        seqs = self._about()
        if not seqs:
            self._review.announce.emit(tr(sentences.NO_CALLS))
            return False
        try:
            collected = await self._store.dataset_drafts.add(seqs, now=self._now())
            known = len(seqs) == 1 and collected.known == 1
            out = await self._store.dataset_drafts.take_out(seqs[0]) if known else None
        except Exception as error:  # noqa: BLE001 - it is put into words beside the call
            return self._failed(error)
        self._done(seqs)
        words = _collected(collected)
        if out is not None:
            words = tr("Taken out of the dataset draft {name}.", name=out)
        self._review.announce.emit(words)
        return bool(collected.added)

    # inside

    async def _say(self, edit: Edit, seq: int | None, confirmed: int | None) -> Outcome:
        if seq is not None:
            return await self._review.say_of(edit, seq)
        return await self._review.decide(edit, seq=self._review.current.seq, stay=True, confirmed=confirmed)

    def _about(self) -> list[int]:
        return self._review.at_hand()

    def _no_room(self, adding: Sequence[str], seq: int | None) -> TagFault | None:
        call = self._review.current.call
        if call is None or self._review.selected_count or seq not in (None, call.row.seq):
            return None
        return room(call.opinion.tags, adding)

    async def _read_uses(self) -> None:
        self._uses = None
        self._used = tuple(await self._store.tags.used_most(QUICK * 2))
        self.changed.emit(None)

    def _done(self, seqs: Sequence[int]) -> None:
        self._review.store_changed(Changed(calls=frozenset(seqs)))
        self.changed.emit(None)

    def _refused(self, words: str) -> Ignored:
        self._review.announce.emit(words)
        return Ignored("refused")

    def _failed(self, error: Exception) -> bool:
        self._review.failed.emit(problem_from(error, "decision"))
        return False


def _collected(collected: Collected) -> str:
    parts = [
        trn("{count:,} call added to the dataset draft {name}", "{count:,} calls added to the dataset draft {name}",
            number, name=name)
        for name, number in collected.added
    ]  # fmt: skip
    if collected.known:
        parts.append(trn("{count:,} was in it already", "{count:,} were in it already", collected.known))
    if collected.untagged:
        parts.append(
            trn(
                "{count:,} has no operation and cannot be in a dataset",
                "{count:,} have no operation and cannot be in a dataset",
                collected.untagged,
            )
        )
    return f"{'; '.join(parts)}."
