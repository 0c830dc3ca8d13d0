"""Two JSON texts compared by what is where, not by how it is laid out."""

from collections.abc import Sequence
from typing import Final

from atlas_desktop.domain.diff.items import Pairing, compact, pair_items, pair_members
from atlas_desktop.domain.diff.model import Hunk, Pair, Path, PathChange, PathKind, Span
from atlas_desktop.domain.diff.prose import hunks_between
from atlas_desktop.domain.json_text.model import Node
from atlas_desktop.domain.json_text.tree import Tree

_SPACE: Final = " \t\r\n"
_AROUND: Final = _SPACE + ","
_NEAR: Final = 80
"""Changes of layout alone with less than this between them are one."""
_MOST_WORDS: Final = 24
_CLOSING: Final = {"object": "}", "array": "]"}


def json_hunks(old: Tree, new: Tree) -> tuple[list[Hunk], list[PathChange]]:
    """The hunks, and the changes by path. The old text is JSON; the new one may be about to become it."""
    walk = _Walk(old.text, new.text)
    if old.root is not None and new.root is not None:
        walk.value(old.root, new.root, (), ())
    walk.end()
    return walk.hunks, walk.changes


class _Walk:
    """Goes through both trees at once. What it meets in both is the same; what lies between is a hunk."""

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new
        self.at = 0
        self.other = 0
        self.hunks: list[Hunk] = []
        self.changes: list[PathChange] = []

    def value(self, a: Node, b: Node, was: Path, path: Path) -> None:
        """Two values that stand for one another, the one where it was and the other where it is."""
        if self.same(a.span, b.span):
            return
        if a.kind == b.kind and a.kind in _CLOSING:
            self.same((a.start, a.start + 1), (b.start, b.start + 1))
            self._children(a, b, was, path)
            if _closed(self.old, a) and _closed(self.new, b):
                self.same((a.end - 1, a.end), (b.end - 1, b.end))
        elif a.kind == b.kind == "string":
            self._string(a, b, path)
        else:
            self._replaced(a, b, path)

    def same(self, a: Span, b: Span) -> bool:
        """Step over what both have, if they have it; what was passed on the way is a hunk."""
        if self.old[a[0] : a[1]] != self.new[b[0] : b[1]]:
            return False
        if a[0] > self.at or b[0] > self.other:
            self._gap(a[0], b[0])
        self.at, self.other = a[1], b[1]
        return True

    def end(self) -> None:
        """What is left."""
        self._gap(len(self.old), len(self.new))

    def _children(self, a: Node, b: Node, was: Path, path: Path) -> None:
        pairing = pair_members(a, b) if a.kind == "object" else pair_items(self.old, self.new, a, b)
        at = other = 0
        for first, second in [*pairing.pairs, (len(a.children), len(b.children))]:
            self._gone(pairing, a.children[at:first], was)
            self._come(pairing, b.children[other:second], path)
            if first < len(a.children) and second < len(b.children):
                self._child(a.children[first], b.children[second], was, path)
            at, other = first + 1, second + 1

    def _child(self, a: Node, b: Node, was: Path, path: Path) -> None:
        if a.comma >= 0 and b.comma >= 0:
            self.same((a.comma, a.comma + 1), (b.comma, b.comma + 1))
        if a.key_end > a.begin:
            self.same((a.begin, a.key_end), (b.begin, b.key_end))
        if a.colon >= 0 and b.colon >= 0:
            self.same((a.colon, a.colon + 1), (b.colon, b.colon + 1))
        self.value(a, b, (*was, a.name), (*path, b.name))

    def _gone(self, pairing: Pairing, nodes: Sequence[Node], was: Path) -> None:
        """Children that are no more: the path is that in the old text."""
        for node in nodes:
            if id(node) not in pairing.moved:
                self._note((*was, node.name), "removed", (node.begin, node.end), None)

    def _come(self, pairing: Pairing, nodes: Sequence[Node], path: Path) -> None:
        """Children that were not there, or elsewhere."""
        for node in nodes:
            before = pairing.moved.get(id(node))
            if before is None:
                self._note((*path, node.name), "added", None, (node.begin, node.end))
            else:
                spans = (before.begin, before.end), (node.begin, node.end)
                changed = compact(self.old, before) != compact(self.new, node)
                self._note((*path, node.name), "changed" if changed else "moved", *spans)

    def _replaced(self, a: Node, b: Node, path: Path) -> None:
        """One value for another. White space before or after it that changed too is a hunk of its own."""
        before = self.old[self.at : a.start] + self.new[self.other : b.start]
        alone = b.kind != "broken" and not before.strip(_SPACE)
        if alone:
            self._gap(a.start, b.start)
        self._note(path, "changed", a.span, b.span)
        if alone:
            self.hunks.append(Hunk(a.span, b.span, words=((a.span, b.span),)))
            self.at, self.other = a.end, b.end

    def _string(self, a: Node, b: Node, path: Path) -> None:
        self.same((a.start, a.start + 1), (b.start, b.start + 1))
        self._note(path, "changed", a.span, b.span)
        inner = hunks_between(
            self.old[a.start + 1 : a.end - 1], self.new[b.start + 1 : b.end - 1], inside_string=True
        )
        self.hunks += [moved(hunk, a.start + 1, b.start + 1) for hunk in inner]
        self.at, self.other = a.end - 1, b.end - 1
        self.same((a.end - 1, a.end), (b.end - 1, b.end))

    def _note(self, path: Path, kind: PathKind, old: Span | None, new: Span | None) -> None:
        # What is passed now becomes the next hunk.
        self.changes.append(PathChange(path, kind, old, new, len(self.hunks)))

    def _gap(self, stop: int, end: int) -> None:
        """A hunk of what lies between here and there, without what both have around it."""
        at, other = self.at, self.other
        old, new = self.old, self.new
        while at < stop and other < end and old[at] == new[other] and old[at] in _AROUND:
            at, other = at + 1, other + 1
        while stop > at and end > other and old[stop - 1] == new[end - 1] and old[stop - 1] in _AROUND:
            stop, end = stop - 1, end - 1
        if at == stop and other == end:
            return
        layout = not old[at:stop].strip(_SPACE) and not new[other:end].strip(_SPACE)
        words: tuple[Pair, ...] = (((at, stop), (other, end)),)
        if layout and self.hunks and self.hunks[-1].layout and at - self.hunks[-1].old[1] < _NEAR:
            last = self.hunks.pop()
            at, other = last.old[0], last.new[0]
            # Of a whole text laid out anew, the stretch says as much as its thousand spaces.
            words = (*last.words, *words) if len(last.words) < _MOST_WORDS else (((at, stop), (other, end)),)
        self.hunks.append(Hunk((at, stop), (other, end), words, layout))


def _closed(text: str, node: Node) -> bool:
    inside = node.children[-1].end if node.children else node.start + 1
    return node.end > inside and text[node.end - 1] == _CLOSING[node.kind]


def moved(hunk: Hunk, by: int, other: int) -> Hunk:
    """The same hunk of longer texts, so many characters further on in each."""
    words = tuple(((a + by, b + by), (c + other, d + other)) for (a, b), (c, d) in hunk.words)
    (a, b), (c, d) = hunk.old, hunk.new
    return Hunk((a + by, b + by), (c + other, d + other), words, hunk.layout)
