"""JSON laid out for people."""

from atlas_desktop.domain.json_text.model import Node
from atlas_desktop.domain.json_text.tree import read


def format_json(text: str, indent: int = 2) -> str:
    """The same JSON, a line for each part: names in their order, numbers and strings as they are written.

    What is no JSON stays as it is. The text's own line ends are kept, and so is one at its end.
    """
    tree = read(text)
    if tree.fault is not None or tree.root is None:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    pieces: list[str] = []
    _write(tree.root, text, pieces, newline, " " * indent)
    if text.endswith("\n"):
        pieces.append(newline)
    return "".join(pieces)


def _write(node: Node, text: str, pieces: list[str], newline: str, step: str) -> None:
    # Recursion is safe: JSON nested deeper than DEPTH_LIMIT is a fault.
    if not node.children:
        pieces.append({"object": "{}", "array": "[]"}.get(node.kind) or text[node.start : node.end])
        return
    opening, closing = "{}" if node.kind == "object" else "[]"
    inner = newline + step
    pieces.append(opening)
    for index, child in enumerate(node.children):
        pieces.append("," + inner if index else inner)
        if node.kind == "object":
            pieces.append(text[child.begin : child.key_end] + ": ")
        _write(child, text, pieces, inner, step)
    pieces.append(newline + closing)
