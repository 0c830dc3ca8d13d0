"""How often a schema is gone through: a small one can double itself at every level (sync.md, threat 7).

jsonschema-rs remembers what a recursive reference said about a value, but goes through every other one anew:
twenty definitions that each use the next one twice are a million steps for one value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from atlas_desktop.contract.base import Json

MOST_EXPANDED: Final = 50_000
MOST_PATTERNS: Final = 100
_DATA: Final = frozenset({"const", "enum", "default", "examples"})
_DYNAMIC: Final = frozenset({"$dynamicRef", "$recursiveRef"})


@dataclass(frozen=True, slots=True)
class Cost:
    """``values``: of the schema once each reference is replaced by what it names, recursive ones once.
    ``loops``: how many references lead back to where they came from. Neither counts beyond MOST_EXPANDED + 1.
    """

    values: int
    loops: int


def cost(schema: dict[str, Json]) -> Cost:
    """What going through a schema once may take; it must be within the limits of size."""
    return _Expansion(schema).cost(schema)


def patterns(schema: dict[str, Json]) -> int:
    """How many regular expressions the schema may hold."""
    found, stack = 0, [schema]
    while stack:
        value: Json = stack.pop()
        if isinstance(value, dict):
            found += isinstance(value.get("pattern"), str)
            named = value.get("patternProperties")
            found += len(named) if isinstance(named, dict) else 0
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return found


class _Expansion:
    """Goes through each value of a checked schema once: at most 32 levels of nesting, 2,000 values."""

    def __init__(self, schema: dict[str, Json]) -> None:
        self._root_of: dict[int, dict[str, Json]] = {}
        self._anchors: dict[str, list[Json]] = {}
        self._known: dict[int, Cost] = {}
        self._open: set[int] = set()
        self._learn(schema, schema)

    def _learn(self, value: Json, root: dict[str, Json]) -> None:
        """Which document each object belongs to (an ``$id`` begins one of its own), and the anchors."""
        if isinstance(value, list):
            for child in value:
                self._learn(child, root)
        elif isinstance(value, dict):
            identity = value.get("$id")
            if isinstance(identity, str) and not identity.startswith("#"):
                root = value
            self._root_of[id(value)] = root
            for name in (value.get("$anchor"), value.get("$dynamicAnchor"), identity):
                if isinstance(name, str):
                    self._anchors.setdefault(name.removeprefix("#"), []).append(value)
            for child in value.values():
                self._learn(child, root)

    def cost(self, value: Json) -> Cost:
        if not isinstance(value, dict | list):
            return Cost(0, 0)
        if (known := self._known.get(id(value))) is not None:
            return known
        if id(value) in self._open:
            return Cost(1, 1)
        self._open.add(id(value))
        values, loops = 1, 0
        for child in self._next(value):
            inner = self.cost(child)
            values = min(values + inner.values, MOST_EXPANDED + 1)
            loops = min(loops + inner.loops, MOST_EXPANDED + 1)
        self._open.discard(id(value))
        known = self._known[id(value)] = Cost(values, loops)
        return known

    def _next(self, value: dict[str, Json] | list[Json]) -> Iterator[Json]:
        if isinstance(value, list):
            yield from value
            return
        for name, child in value.items():
            if name in ("$ref", *_DYNAMIC) and isinstance(child, str):
                yield from self._targets(value, child)
            elif name not in _DATA and name not in ("$defs", "definitions"):
                yield child

    def _targets(self, value: dict[str, Json], reference: str) -> Iterator[Json]:
        name = reference.removeprefix("#")
        if name and not name.startswith("/"):
            yield from self._anchors.get(name, ())
            return
        found: Json = self._root_of[id(value)]
        for part in name.split("/")[1:]:
            step = part.replace("%25", "%").replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and step.isdecimal() and int(step[:9]) < len(found):
                found = found[int(step)]
            else:
                return
        yield found
