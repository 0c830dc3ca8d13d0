"""Text that every store can keep: no NUL, no lone surrogate (sync.md, text fidelity)."""

import re
from collections.abc import Iterator

from atlas_desktop.contract.base import Json

_REFUSED = re.compile("[\x00\ud800-\udfff]")


def bad_text(value: Json) -> tuple[str | int, ...] | None:
    """The path of the first string in a parsed JSON value that cannot be stored, or None.

    A string is refused when it holds a NUL or a lone surrogate; keys count as strings too.
    The walk keeps its own stack, so deep nesting cannot exhaust Python's.
    """
    stack: list[tuple[tuple[str | int, ...], Json]] = [((), value)]
    while stack:
        path, item = stack.pop()
        if isinstance(item, str):
            if _REFUSED.search(item):
                return path
        elif isinstance(item, dict | list):
            stack.extend(_children(path, item))
    return None


def _children(
    path: tuple[str | int, ...], item: dict[str, Json] | list[Json]
) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    if isinstance(item, list):
        for index, child in enumerate(item):
            yield (*path, index), child
        return
    for key, child in item.items():
        yield (*path, key), key
        yield (*path, key), child


def storable(text: str) -> tuple[str, bool]:
    """Received text with each refused character shown as U+FFFD, and whether any was replaced."""
    cleaned, count = _REFUSED.subn("\ufffd", text)
    return cleaned, count > 0
