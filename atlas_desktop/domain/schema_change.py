"""What differs between two output schemas, as far as it changes what an answer looks like. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from atlas_desktop.contract.base import Json

SchemaAct = Literal["added", "removed", "required", "optional", "type", "values", "rules"]
_WORDS_ONLY: Final = frozenset({"title", "description", "$comment", "examples", "default", "$id", "$schema"})
_WALKED: Final = frozenset({"properties", "items", "required", "type", "enum", "const"})
_DEEPEST: Final = 32


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """``place`` reads like ``answers[].unit``; empty for the whole answer. ``must``: an added field is required.

    ``values``: the values it may have; ``rules``: something else that it must keep to.
    """

    act: SchemaAct
    place: str
    must: bool = False


def schema_changes(before: Json, after: Json) -> tuple[SchemaChange, ...]:
    """The changes in the order of the new schema. Empty: only words about it differ, or nothing does."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return () if _meaning(before) == _meaning(after) else (SchemaChange("rules", ""),)
    return tuple(dict.fromkeys(_changes(before, after, "", 0)))


def _changes(
    before: dict[str, Json], after: dict[str, Json], place: str, depth: int
) -> Iterator[SchemaChange]:
    if before.get("type") != after.get("type"):
        yield SchemaChange("type", place)
    if (before.get("enum"), before.get("const")) != (after.get("enum"), after.get("const")):
        yield SchemaChange("values", place)
    if _meaning(_rest(before)) != _meaning(_rest(after)):
        yield SchemaChange("rules", place)
    if depth < _DEEPEST:
        yield from _members(before, after, place, depth)
        yield from _items(before, after, place, depth)


def _members(
    before: dict[str, Json], after: dict[str, Json], place: str, depth: int
) -> Iterator[SchemaChange]:
    old, new = _object(before, "properties"), _object(after, "properties")
    must_before, must_after = _names(before), _names(after)
    for name, schema in new.items():
        where = f"{place}.{name}" if place else name
        if name not in old:
            yield SchemaChange("added", where, name in must_after)
            continue
        if (name in must_before) != (name in must_after):
            yield SchemaChange("required" if name in must_after else "optional", where)
        known = old[name]
        if isinstance(known, dict) and isinstance(schema, dict):
            yield from _changes(known, schema, where, depth + 1)
        elif known != schema:
            yield SchemaChange("rules", where)
    for name in old:
        if name not in new:
            yield SchemaChange("removed", f"{place}.{name}" if place else name)
    for name in sorted((must_before ^ must_after) - old.keys() - new.keys()):
        # Demanded without being described.
        where = f"{place}.{name}" if place else name
        yield SchemaChange("required" if name in must_after else "optional", where)


def _items(before: dict[str, Json], after: dict[str, Json], place: str, depth: int) -> Iterator[SchemaChange]:
    old, new = before.get("items"), after.get("items")
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _changes(old, new, f"{place}[]", depth + 1)
    elif old != new:
        yield SchemaChange("rules", f"{place}[]")


def _object(schema: dict[str, Json], name: str) -> dict[str, Json]:
    found = schema.get(name)
    return found if isinstance(found, dict) else {}


def _names(schema: dict[str, Json]) -> frozenset[str]:
    found = schema.get("required")
    return (
        frozenset(each for each in found if isinstance(each, str)) if isinstance(found, list) else frozenset()
    )


def _rest(schema: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in schema.items() if name not in _WALKED}


def _meaning(schema: Json, depth: int = 0) -> Json:
    """The schema without words about it, which bind no answer."""
    if isinstance(schema, list):
        return [_meaning(each, depth) for each in schema]
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return schema
    return {name: _meaning(value, depth + 1) for name, value in schema.items() if name not in _WORDS_ONLY}
