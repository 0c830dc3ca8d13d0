"""What a JSON Schema says about a place in a text that is not finished."""

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.json_text.model import Node

Schema = Mapping[str, Json]
_MOST: Final = 64
"""Schemas that are looked at for one value: references can go in circles, and combinations multiply."""


_LONGEST: Final = 1_000
"""Characters of a value that is compared: Python refuses to read longer numbers."""


class Schemas:
    """A schema, and the text it is about."""

    def __init__(self, root: Json, text: str) -> None:
        self.root = root
        self.text = text

    def at(self, chain: list[Node]) -> list[Schema]:
        """All schemas that speak of the last of these values, which are each in the one before."""
        found = self.parts([self.root], chain[0] if chain else None)
        for parent, node in pairwise(chain):
            found = self.parts(_below(found, parent, node.name), node)
        return found

    def parts(self, schemas: list[Json], node: Node | None) -> list[Schema]:
        """The schemas with all they refer to and are made of; alternatives that the value is not are left out."""
        found: list[Schema] = []
        waiting: list[Json] = list(schemas)
        seen: set[int] = set()
        while waiting and len(found) < _MOST:
            schema = waiting.pop(0)
            if not isinstance(schema, dict) or id(schema) in seen:
                continue
            seen.add(id(schema))
            found.append(schema)
            waiting += self._made_of(schema, node)
        return found

    def _made_of(self, schema: Schema, node: Node | None) -> Iterator[Json]:
        if isinstance(reference := schema.get("$ref"), str):
            yield self.resolve(reference)
        if isinstance(every := schema.get("allOf"), list):
            yield from every
        for keyword in ("anyOf", "oneOf"):
            if isinstance(some := schema.get(keyword), list):
                fitting = [one for one in some if self._may_be(one, node)]
                yield from fitting or some
        for keyword in ("then", "else"):
            if "if" in schema:
                yield schema.get(keyword)

    def resolve(self, reference: str) -> Json:
        """What a reference within this schema names; None for one that leads elsewhere: nothing is fetched."""
        if not reference.startswith("#"):
            return None
        found: Json = self.root
        for part in unquote(reference[1:]).split("/")[1:]:
            step = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and step.isdecimal() and len(step) < 9 and int(step) < len(found):
                found = found[int(step)]
            else:
                return None
        return found

    def _may_be(self, schema: Json, node: Node | None) -> bool:
        """Whether nothing that is there already says that the value is not of this alternative."""
        for _ in range(8):
            if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
                break
            schema = self.resolve(str(schema["$ref"]))
        if node is None or not isinstance(schema, dict):
            return schema is not False
        if not _fits_type(schema, node):
            return False
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return True
        return all(self._allows(properties.get(str(child.name)), child) for child in node.children)

    def _allows(self, schema: Json, node: Node) -> bool:
        """Whether a finished value is the one this schema wants, where it names its values."""
        if not isinstance(schema, dict) or node.kind in ("object", "array", "broken"):
            return True
        wanted = [schema["const"]] if "const" in schema else schema.get("enum")
        if not isinstance(wanted, list) or node.end - node.start > _LONGEST:
            return True
        return json.loads(self.text[node.start : node.end]) in wanted


def types(schema: Schema) -> list[str]:
    """The types a schema names."""
    found = schema.get("type")
    return (
        [found] if isinstance(found, str) else [str(one) for one in found] if isinstance(found, list) else []
    )


def _fits_type(schema: Schema, node: Node) -> bool:
    wanted = types(schema)
    if not wanted or node.kind == "broken":
        return True
    kind = {"true": "boolean", "false": "boolean"}.get(node.kind, node.kind)
    return kind in wanted or (kind == "number" and "integer" in wanted)


def _below(schemas: list[Schema], parent: Node, name: str | int) -> list[Json]:
    found: list[Json] = []
    for schema in schemas:
        found += _member(schema, name) if isinstance(name, str) else _item(schema, name)
    return found if parent.kind in ("object", "array") else []


def _member(schema: Schema, name: str) -> list[Json]:
    found: list[Json] = []
    if isinstance(properties := schema.get("properties"), dict) and name in properties:
        found.append(properties[name])
    if isinstance(patterns := schema.get("patternProperties"), dict):
        found += [one for pattern, one in patterns.items() if _matches(pattern, name)]
    return found or [schema.get("additionalProperties")]


def _matches(pattern: str, name: str) -> bool:
    import re2  # noqa: PLC0415 - a megabyte for whoever's schema has patterns for names

    try:
        return re2.search(pattern, name) is not None
    except (re2.error, UnicodeEncodeError):
        return False


def _item(schema: Schema, index: int) -> list[Json]:
    items, first = schema.get("items"), schema.get("prefixItems")
    if isinstance(items, list):
        first, items = items, schema.get("additionalItems")
    if isinstance(first, list) and index < len(first):
        return [first[index]]
    return [items]
