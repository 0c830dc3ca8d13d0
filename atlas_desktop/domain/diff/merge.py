"""Two texts made from one: what each changed, and a third text that takes of both."""

from dataclasses import dataclass, replace
from typing import Literal

from atlas_desktop.domain.diff.compare import diff
from atlas_desktop.domain.diff.model import Hunk, Span

Side = Literal["base", "mine", "theirs", "both"]
"""What stands in the result: nobody's change, one's, or mine and then theirs."""
Origin = Literal["mine", "theirs", "same", "conflict"]


@dataclass(frozen=True, slots=True)
class Part:
    """One place where mine or theirs left the base. ``origin``: who did; ``conflict`` when both, differently."""

    base: Span
    mine: Span
    theirs: Span
    origin: Origin
    taken: Side
    settled: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge under way. Nothing is merged in silence: until taken, a conflict shows mine and is not settled."""

    base: str
    mine: str
    theirs: str
    parts: tuple[Part, ...]

    @property
    def unsettled(self) -> tuple[int, ...]:
        """The conflicts nobody has decided yet."""
        return tuple(index for index, part in enumerate(self.parts) if not part.settled)

    @property
    def text(self) -> str:
        """The result as it stands."""
        pieces, at = [], 0
        for part in self.parts:
            pieces += [self.base[at : part.base[0]], self.piece(part)]
            at = part.base[1]
        return "".join([*pieces, self.base[at:]])

    def piece(self, part: Part) -> str:
        """What a part puts into the result."""
        mine, theirs = self.mine[slice(*part.mine)], self.theirs[slice(*part.theirs)]
        pieces = {"base": self.base[slice(*part.base)], "mine": mine, "theirs": theirs, "both": mine + theirs}
        return pieces[part.taken]

    def spans(self) -> tuple[Span, ...]:
        """Where each part is in ``text``."""
        found, at, shift = [], 0, 0
        for part in self.parts:
            at = part.base[0] + shift
            length = len(self.piece(part))
            found.append((at, at + length))
            shift += length - (part.base[1] - part.base[0])
        return tuple(found)


def merge3(base: str, mine: str, theirs: str) -> Merge:
    """What both did to the base. Changes of one alone are taken, the same change of both once, the rest conflicts."""
    ours = [("mine", hunk) for hunk in diff(base, mine).hunks]
    other = [("theirs", hunk) for hunk in diff(base, theirs).hunks]
    groups: list[list[tuple[str, Hunk]]] = []
    reach = -1
    for who, hunk in sorted(ours + other, key=lambda each: (each[1].old, each[0])):
        # Touching is enough: two insertions at one place have no order.
        if groups and hunk.old[0] <= reach:
            groups[-1].append((who, hunk))
        else:
            groups.append([(who, hunk)])
        reach = max(reach, hunk.old[1])
    shifts, empty = {"mine": 0, "theirs": 0}, Merge(base, mine, theirs, ())
    return replace(empty, parts=tuple([_part(empty, group, shifts) for group in groups]))


def take(merge: Merge, index: int, side: Side) -> Merge:
    """The merge with this part decided. Raises IndexError."""
    part = replace(merge.parts[index], taken=side, settled=True)
    return replace(merge, parts=(*merge.parts[:index], part, *merge.parts[index + 1 :]))


def take_all(merge: Merge, side: Side) -> Merge:
    """The merge with every part decided the same way."""
    return replace(merge, parts=tuple(replace(part, taken=side, settled=True) for part in merge.parts))


def _part(merge: Merge, group: list[tuple[str, Hunk]], shifts: dict[str, int]) -> Part:
    """The hunks that touch one another, as one place; ``shifts`` follows how far each text has moved so far."""
    start = min(hunk.old[0] for _, hunk in group)
    end = max(hunk.old[1] for _, hunk in group)
    spans = {}
    for who in ("mine", "theirs"):
        grown = sum(
            (hunk.new[1] - hunk.new[0]) - (hunk.old[1] - hunk.old[0]) for each, hunk in group if each == who
        )
        spans[who] = (start + shifts[who], end + shifts[who] + grown)
        shifts[who] += grown
    by = {who for who, _ in group}
    origin: Origin
    if by == {"mine"}:
        origin = "mine"
    elif by == {"theirs"}:
        origin = "theirs"
    elif merge.mine[slice(*spans["mine"])] == merge.theirs[slice(*spans["theirs"])]:
        origin = "same"
    else:
        origin = "conflict"
    taken: Side = "theirs" if origin == "theirs" else "mine"
    return Part((start, end), spans["mine"], spans["theirs"], origin, taken, origin != "conflict")
