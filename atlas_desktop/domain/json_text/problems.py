"""Where in a text what a validator found is."""

from collections.abc import Iterable, Iterator

from atlas_desktop.domain.json_text.model import Node, Path, Problem, SchemaError, Span
from atlas_desktop.domain.json_text.places import find
from atlas_desktop.domain.json_text.tree import Tree, read
from atlas_desktop.wording import tr


def problems(text: str, errors: Iterable[SchemaError] = ()) -> tuple[Problem, ...]:
    """The fault; or names given twice and the places of a validator's errors. In the order of the text."""
    tree = read(text)
    if tree.fault is not None:
        return (Problem(tree.fault.start, tree.fault.end, tree.fault.message),)
    found = list(_repeated(tree))
    found += [Problem(*_place(tree, error), error.message, error.path) for error in errors]
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: (problem.start, problem.end)))


def _place(tree: Tree, error: SchemaError) -> Span:
    """What to underline: the name that should not be, the name of what lacks one, or the value."""
    path = error.path
    node = find(tree, path)
    while node is None and path:
        path = path[:-1]
        node = find(tree, path)
    if node is None:
        return 0, len(tree.text)
    if error.property is not None:
        member = next((child for child in reversed(node.children) if child.name == error.property), None)
        if member is not None and member.key is not None:
            return member.key
    if node.kind in ("object", "array"):
        return node.key or (node.start, node.start + 1)
    return node.span


def _repeated(tree: Tree) -> Iterator[Problem]:
    """Each name that an object has again: its last value is the one that counts."""
    stack: list[tuple[Node, Path]] = [(tree.root, ())] if tree.root else []
    while stack:
        node, path = stack.pop()
        if node.kind == "object" and len({child.name for child in node.children}) < len(node.children):
            yield from _again(node, path)
        stack += [(child, (*path, child.name)) for child in node.children if child.children]


def _again(node: Node, path: Path) -> Iterator[Problem]:
    seen = set()
    for child in node.children:
        if child.name in seen and child.key is not None:
            words = tr("{name} is here twice: only the last one counts", name=child.name)
            yield Problem(*child.key, words, (*path, child.name))
        seen.add(child.name)
