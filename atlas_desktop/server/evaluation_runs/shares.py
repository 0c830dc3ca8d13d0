"""What of a run is still to do, and in which pieces it is done. Pure."""

from array import array
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.domain.scoring.score import Score, unscored
from atlas_desktop.server.evaluation_runs.material import Rule, packed
from atlas_desktop.wording import tr

Lane = Literal["rules", "model", "asked"]
"""Where scores are made: by rules in processes, by the embedding model in its own, by whoever is asked over the net."""

PIECE: Final = 500
"""Items at once, where scoring them costs little."""
MOST_TROUBLES: Final = 10
"""After so many outputs that an evaluator failed at, it is not asked about the rest of the run."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some items, by their numbers in the store, and the rules they are to be scored by."""

    seqs: tuple[int, ...]
    rules: tuple[Rule, ...]

    def rest(self, done: int) -> "Piece | None":
        """What is left after the first ``done`` items."""
        return Piece(self.seqs[done:], self.rules) if done < len(self.seqs) else None

    def parts(self) -> list["Piece"]:
        """Smaller pieces, to find the item and the rule that took too long: none when there is only one of each."""
        if len(self.seqs) > 1:
            return [Piece((seq,), self.rules) for seq in self.seqs]
        if len(self.rules) > 1:
            return [Piece(self.seqs, (rule,)) for rule in self.rules]
        return []


class Share:
    """The part of a run that is done in one lane."""

    def __init__(self, lane: Lane, rules: Sequence[Rule], seqs: Iterable[int], *, piece: int = PIECE) -> None:
        self.lane: Final = lane
        self._rules = tuple(rules)
        self._seqs = array("q", seqs)
        self._piece = piece
        self._at = 0
        self._back: deque[Piece] = deque()
        self._troubles: Counter[str] = Counter()
        self._packed: dict[tuple[str, ...], bytes] = {}
        self.given_up: dict[str, Score] = {}

    @property
    def waiting(self) -> bool:
        """Whether there is something to take."""
        return bool(self._back) or self._at < len(self._seqs)

    def take(self) -> Piece:
        """The next piece. Raises IndexError when nothing waits."""
        if self._back:
            return self._back.popleft()
        if not self.waiting:
            raise IndexError("nothing waits")
        seqs = tuple(self._seqs[self._at : self._at + self._piece])
        self._at += len(seqs)
        return Piece(seqs, self._rules)

    def put_back(self, *pieces: Piece) -> None:
        """To be done next, in this order."""
        self._back.extendleft(reversed(pieces))

    def worked(self, rule: str) -> None:
        """This evaluator scores again: what went wrong before is forgotten."""
        self._troubles.pop(rule, None)

    def failed(self, rule: str, why: Score) -> None:
        """This evaluator failed at an item; after MOST_TROUBLES it is given up."""
        self._troubles[rule] += 1
        if self._troubles[rule] >= MOST_TROUBLES and rule not in self.given_up:
            self.given_up[rule] = given_up(why)

    def pack(self, rules: Sequence[Rule]) -> bytes:
        """Rules as they are handed to a process; made once."""
        names = tuple(rule.id for rule in rules)
        if names not in self._packed:
            self._packed[names] = packed(rules)
        return self._packed[names]


def given_up(why: Score) -> Score:
    """The score of what an evaluator is not asked about any more."""
    words = tr("{why} (so often that the evaluator was not asked about the rest)", why=why.words)
    return unscored(why.reason or "failed", words)


def lane_of(kind: EvaluatorKind, *, over_net: bool) -> Lane:
    """Where an evaluator of this kind works. ``over_net``: by a model that is asked."""
    if over_net:
        return "asked"
    return "model" if kind == "embedding_match" else "rules"


def left_to_do(
    members: Sequence[tuple[int, str]], rules: Sequence[Rule], done: Mapping[str, set[str]]
) -> tuple[list[int], list[Piece]]:
    """Of the items (number and id) those that none of the rules has scored, and pieces for those that some have.

    ``done`` are the ids that each rule has scored.
    """
    touched = set().union(*(done.get(rule.id, set()) for rule in rules))
    if not touched:
        return [seq for seq, _ in members], []
    whole = [seq for seq, name in members if name not in touched]
    started = [
        Piece((seq,), missing)
        for seq, name in members
        if name in touched and (missing := tuple(r for r in rules if name not in done.get(r.id, set())))
    ]
    return whole, started
