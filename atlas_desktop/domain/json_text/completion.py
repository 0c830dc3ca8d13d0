"""What could be written at a place, by the schema."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.json_text.model import Completion, Node, Option
from atlas_desktop.domain.json_text.places import child_at
from atlas_desktop.domain.json_text.schema import Schema, Schemas, types
from atlas_desktop.domain.json_text.tree import Tree, read
from atlas_desktop.wording import tr

_SPACE: Final = " \t\r\n"
_MOST: Final = 200
_EMPTY: Final = {"string": '""', "object": "{}", "array": "[]"}


def complete(text: str, offset: int, schema: Json) -> Completion:
    """What the schema lets stand at a caret: names not there yet (those required first), or values."""
    tree = read(text)
    chain = _containers(tree, offset)
    if not chain:
        return _at_top(tree, offset, Schemas(schema, text))
    if chain[-1].kind == "object":
        return _in_object(text, chain, offset, Schemas(schema, text))
    return _in_array(text, chain, offset, Schemas(schema, text))


def _containers(tree: Tree, offset: int) -> list[Node]:
    """The objects and arrays a caret is between the brackets of, from the outermost inwards."""
    found: list[Node] = []
    node = tree.root
    while node is not None and node.kind in ("object", "array") and node.start < offset:
        closed = tree.text[node.end - 1 : node.end] == ("}" if node.kind == "object" else "]")
        if offset >= node.end and (closed or offset > node.end):
            break
        found.append(node)
        node = child_at(node, offset)
    return found


def _at_top(tree: Tree, offset: int, schemas: Schemas) -> Completion:
    node = tree.root
    if node is None or (node.kind == "broken" and node.start <= offset <= node.end):
        start, end = (offset, offset) if node is None else node.span
        return _values(schemas, schemas.at([]), start, end, offset)
    return Completion(offset, offset)


def _in_object(text: str, chain: list[Node], offset: int, schemas: Schemas) -> Completion:
    parent = chain[-1]
    child = child_at(parent, offset)
    if child is not None and child.begin < offset <= child.key_end:
        return _names(schemas, chain, child, (child.begin, child.key_end), offset)
    if child is not None and 0 <= child.colon < offset and offset <= _reach(text, child):
        start, end = child.span if child.start <= offset and child.end > child.start else (offset, offset)
        is_container = child.kind in ("object", "array")
        if is_container or (offset < child.start and child.kind != "broken"):
            return Completion(offset, offset)
        return _values(schemas, schemas.at([*chain, child]), start, end, offset)
    if text[:offset].rstrip(_SPACE)[-1:] in "{,":
        return _names(schemas, chain, None, (offset, offset), offset)
    if child is not None and child.kind != "broken" and "\n" in text[child.end : offset]:
        return _after_comma(text, child.end, _names(schemas, chain, None, (offset, offset), offset))
    return Completion(offset, offset)


def _after_comma(text: str, end: int, found: Completion) -> Completion:
    """On a line of its own after a member that has no comma yet: the comma comes with the next name."""
    between = "," + text[end : found.start]
    options = (
        replace(option, insert=between + option.insert, caret=len(between) + option.caret)
        for option in found.options
    )
    return Completion(end, found.end, tuple(options))


def _in_array(text: str, chain: list[Node], offset: int, schemas: Schemas) -> Completion:
    child = child_at(chain[-1], offset)
    if child is not None and child.start <= offset <= child.end:
        if child.kind in ("object", "array"):
            return Completion(offset, offset)
        return _values(schemas, schemas.at([*chain, child]), *child.span, offset)
    if text[:offset].rstrip(_SPACE)[-1:] not in "[,":
        return Completion(offset, offset)
    new = Node("broken", offset, offset)
    new.name = sum(each.start < offset for each in chain[-1].children)
    return _values(schemas, schemas.at([*chain, new]), offset, offset, offset)


def _reach(text: str, child: Node) -> int:
    """Up to where a caret after the colon means this value: its end, or all the white space when it is not there."""
    if child.end > child.start:
        return child.end
    at = child.end
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _names(
    schemas: Schemas, chain: list[Node], edited: Node | None, span: tuple[int, int], offset: int
) -> Completion:
    text, parent = schemas.text, chain[-1]
    there = {child.name for child in parent.children if child is not edited}
    found = schemas.at(chain)
    required = {
        str(name) for schema in found if isinstance(some := schema.get("required"), list) for name in some
    }
    known: dict[str, list[Json]] = {}
    for schema in found:
        if isinstance(properties := schema.get("properties"), dict):
            for name, one in properties.items():
                known.setdefault(name, []).append(one)
    known |= {name: [] for name in required - known.keys()}
    alone = edited is not None and edited.colon >= 0
    comma = "," if not alone and text[span[1] :].lstrip(_SPACE)[:1] == '"' else ""
    options = []
    for name in sorted((name for name in known if name not in there), key=lambda name: name not in required):
        parts = schemas.parts(known[name], None)
        value, caret = ("", 0) if alone else _begun(parts)
        insert = json.dumps(name, ensure_ascii=False) + ("" if alone else ": ")
        at = len(insert) + caret
        options.append(Option(name, insert + value + comma, at, _about(parts), name in required))
    return _fitting(text, span, offset, options)


def _begun(parts: list[Schema]) -> tuple[str, int]:
    """A value as far as there is no choice, and where in it the caret goes on."""
    only = {_written(schema["const"]) for schema in parts if "const" in schema}
    if only:
        value = only.pop()
        return ("", 0) if only else (value, len(value))
    kinds = {kind for schema in parts for kind in types(schema)}
    if len(kinds) == 1 and not any("enum" in schema for schema in parts):
        value = _EMPTY.get(kinds.pop(), "")
        return value, len(value) // 2
    return "", 0


def _values(schemas: Schemas, parts: list[Schema], start: int, end: int, offset: int) -> Completion:
    options: dict[str, Option] = {}
    for insert, detail in _known_values(parts):
        if insert not in options:
            caret = 1 if insert in ('""', "{}", "[]") else len(insert)
            options[insert] = Option(insert, insert, caret, detail)
    return _fitting(schemas.text, (start, end), offset, options.values())


def _known_values(parts: list[Schema]) -> Iterator[tuple[str, str]]:
    for schema in parts:
        detail = _describes(schema)
        if "const" in schema:
            yield _written(schema["const"]), detail
        if isinstance(some := schema.get("enum"), list):
            yield from ((_written(value), detail) for value in some)
        if "default" in schema:
            yield _written(schema["default"]), tr("default")
        if isinstance(some := schema.get("examples"), list):
            yield from ((_written(value), tr("example")) for value in some)
    for schema in parts:
        if "const" not in schema and "enum" not in schema:
            for kind in types(schema):
                yield from ((value, _describes(schema)) for value in _of_type(kind))


def _of_type(kind: str) -> tuple[str, ...]:
    if kind == "boolean":
        return "true", "false"
    return ("null",) if kind == "null" else (_EMPTY[kind],) if kind in _EMPTY else ()


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _about(parts: list[Schema]) -> str:
    words = next((said for schema in parts if (said := _describes(schema))), "")
    kinds = "|".join(dict.fromkeys(kind for schema in parts for kind in types(schema)))
    return " · ".join(part for part in (kinds, words) if part)


def _describes(schema: Schema) -> str:
    for keyword in ("description", "title"):
        if isinstance(words := schema.get(keyword), str) and words:
            return words
    return ""


def _fitting(text: str, span: tuple[int, int], offset: int, options: Iterable[Option]) -> Completion:
    """The options that what is typed could become, best first; all of them when it is one of them already."""
    every = list(options)[:_MOST]
    typed = text[span[0] : offset].strip("\"'").casefold()
    whole = text[slice(*span)]
    if typed and all(option.insert != whole for option in every):
        names = {option: option.label.strip('"').casefold() for option in every}
        every = [option for option in every if names[option].startswith(typed)] + [
            option for option in every if typed in names[option] and not names[option].startswith(typed)
        ]
    return Completion(*span, tuple(every))
