"""What a JSON Schema validator found, in words for whoever wrote the value or the schema."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.scoring.score import ConfigError
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    import jsonschema_rs

_LONGEST: Final = 60
_MOST_OPTIONS: Final = 8

Words = Callable[[Mapping[str, Any], Json], str]


def said(error: "jsonschema_rs.ValidationError") -> tuple[str, str | None]:
    """A sentence, and the member it is about when one is missing or should not be."""
    facts = error.kind.as_dict()
    keyword = error.kind.name
    if keyword == "required":
        name = str(facts["property"])
        return tr("{name} is missing", name=shown(name)), name
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        names = [str(name) for name in facts["unexpected"]]
        listed = ", ".join(shown(name) for name in names[:_MOST_OPTIONS])
        return trn(
            "{names} should not be here", "{names} should not be here", len(names), names=listed
        ), names[0]
    words = _SAID.get(keyword)
    return (error.message if words is None else words(facts, error.instance)), None


def each(error: "jsonschema_rs.ValidationError") -> Iterator[tuple[str, str | None]]:
    """The same, a sentence for every member that should not be."""
    if error.kind.name not in ("additionalProperties", "unevaluatedProperties"):
        yield said(error)
        return
    for name in map(str, error.kind.as_dict()["unexpected"]):
        yield tr("{name} should not be here", name=shown(name)), name


def shown(value: Json) -> str:
    """A value as short JSON."""
    text = orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def bad_schema(error: Exception) -> ConfigError:
    """Why a schema is none."""
    import jsonschema_rs  # noqa: PLC0415 - see json_schema

    if isinstance(error, jsonschema_rs.ValidationError):
        place = tuple(error.instance_path)
        if error.kind.name == "format" or (place and place[-1] == "pattern"):
            return ConfigError(
                tr("this pattern is not understood, or needs too much memory (there is no look-around)"),
                *place,
            )
        return ConfigError(error.message, *place)
    return ConfigError(str(error))


def _type(facts: Mapping[str, Any], instance: Json) -> str:
    wanted = tr(" or ").join(_kind(name) for name in sorted(facts["types"], key="null".__eq__))
    return tr("should be {wanted}, not {found}", wanted=wanted, found=_kind(_type_of(instance)))


def _enum(facts: Mapping[str, Any], instance: Json) -> str:
    options = facts["options"]
    listed = ", ".join(shown(option) for option in options[:_MOST_OPTIONS])
    if len(options) > _MOST_OPTIONS:
        listed = tr("{some} or {count} more", some=listed, count=len(options) - _MOST_OPTIONS)
    return tr("{found} is none of {listed}", found=shown(instance), listed=listed)


def _any(facts: Mapping[str, Any], instance: Json) -> str:
    """Where all but one of the alternatives want another type, that one is meant; else only that none fits."""
    branches = [branch for branch in facts["context"] if branch]
    meant = [
        branch
        for branch in branches
        if not any(e.kind.name == "type" and not e.instance_path for e in branch)
    ]
    if len(meant) == 1:
        return said(meant[0][0])[0]
    return tr("{found} fits none of the alternatives", found=shown(instance))


def _kind(name: str) -> str:
    return {
        "string": tr("text"),
        "number": tr("a number"),
        "integer": tr("a whole number"),
        "boolean": tr("true or false"),
        "null": tr("null"),
        "object": tr("an object"),
        "array": tr("a list"),
    }.get(name, name)


def _type_of(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    kinds = {str: "string", int: "integer", float: "number", dict: "object", list: "array"}
    return kinds.get(type(value), "number")


_SAID: Final[dict[str, Words]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda facts, _: tr("should be {value}", value=shown(facts["expected_value"])),
    "anyOf": _any,
    "oneOf": lambda facts, value: (
        _any(facts, value)
        if all(facts["context"])
        else tr("{found} fits more than one alternative", found=shown(value))
    ),
    "not": lambda _, value: tr("{found} is what it should not be", found=shown(value)),
    "minLength": lambda facts, _: trn(
        "should have at least {count} character", "should have at least {count} characters", facts["limit"]
    ),
    "maxLength": lambda facts, value: trn(
        "may have {count} character, has {found}",
        "may have {count} characters, has {found}",
        facts["limit"],
        found=len(value),
    ),
    "minItems": lambda facts, _: trn(
        "should have at least {count} item", "should have at least {count} items", facts["limit"]
    ),
    "maxItems": lambda facts, _: trn("may have {count} item", "may have {count} items", facts["limit"]),
    "minProperties": lambda facts, _: trn(
        "should have at least {count} member", "should have at least {count} members", facts["limit"]
    ),
    "maxProperties": lambda facts, _: trn(
        "may have {count} member", "may have {count} members", facts["limit"]
    ),
    "minimum": lambda facts, value: tr(
        "{found} is less than {limit}", found=shown(value), limit=facts["limit"]
    ),
    "maximum": lambda facts, value: tr(
        "{found} is more than {limit}", found=shown(value), limit=facts["limit"]
    ),
    "exclusiveMinimum": lambda facts, value: tr(
        "{found} is not more than {limit}", found=shown(value), limit=facts["limit"]
    ),
    "exclusiveMaximum": lambda facts, value: tr(
        "{found} is not less than {limit}", found=shown(value), limit=facts["limit"]
    ),
    "multipleOf": lambda facts, value: tr(
        "{found} is no multiple of {of}", found=shown(value), of=facts["multiple_of"]
    ),
    "pattern": lambda facts, value: tr(
        "{found} does not match {pattern}", found=shown(value), pattern=facts["pattern"]
    ),
    "format": lambda facts, value: tr(
        "{found} is not written as {format}", found=shown(value), format=facts["format"]
    ),
    "uniqueItems": lambda _, __: tr("an item is there twice"),
    "contains": lambda _, __: tr("no item is as one should be"),
    "propertyNames": lambda facts, _: tr("a name is wrong: {why}", why=said(facts["error"])[0]),
    "falseSchema": lambda _, __: tr("nothing may be here"),
}
