"""From a path to its place, and from a place to its path."""

from bisect import bisect_right
from operator import attrgetter

from atlas_desktop.domain.json_text.model import Node, Path, Span
from atlas_desktop.domain.json_text.tree import Tree, read


def path_at(text: str, offset: int) -> Path:
    """The path of the value a caret is in or at the end of; of a name, that of its value."""
    return tuple(node.name for node in around(read(text), offset)[1:])


def span_of(text: str, path: Path) -> Span | None:
    """Where the value with this path is; None when there is none."""
    node = find(read(text), path)
    return None if node is None else node.span


def key_of(text: str, path: Path) -> Span | None:
    """Where the name of the member with this path is, with its quotes; None when there is none."""
    node = find(read(text), path)
    return None if node is None else node.key


def around(tree: Tree, offset: int) -> list[Node]:
    """The values a caret is in, from the outermost inwards."""
    node = tree.root
    found = []
    while node is not None and node.begin <= offset <= node.end:
        found.append(node)
        node = child_at(node, offset)
    return found


def child_at(node: Node, offset: int) -> Node | None:
    """The last child that begins before or at a caret."""
    place = bisect_right(node.children, offset, key=attrgetter("begin")) - 1
    return node.children[place] if place >= 0 else None


def find(tree: Tree, path: Path) -> Node | None:
    """The value with this path. Of a name given twice the last, as readers of JSON have it."""
    node = tree.root
    for step in path:
        if node is None:
            return None
        if isinstance(step, int):
            is_there = node.kind == "array" and 0 <= step < len(node.children)
            node = node.children[step] if is_there else None
        else:
            node = next((child for child in reversed(node.children) if child.name == step), None)
    return node
