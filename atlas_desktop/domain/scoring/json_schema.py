"""JSON Schema, Draft 2020-12 and 7, by jsonschema-rs: nothing is ever fetched, and patterns take linear time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import log2
from typing import TYPE_CHECKING, Final, NoReturn

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import JsonSchemaConfig
from atlas_desktop.contract.output_schema import check_schema_size
from atlas_desktop.domain.scoring import schema_cost, schema_words
from atlas_desktop.domain.scoring.pointer import NotJsonError, depth, find, parse, path_in, steps
from atlas_desktop.domain.scoring.score import LARGEST_OUTPUT, ConfigError, Finding, Score, unscored
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    import jsonschema_rs

_PATTERN_BYTES: Final = 1024 * 1024
_MOST_ERRORS: Final = 100
_WELL_SAID: Final = 100
"""An error with all it is about costs 80 to 250 µs, and only all of them can be had: above so many, the short form."""
_DEEPEST: Final = 10
_DRAFTS: Final = {
    "https://json-schema.org/draft/2020-12/schema": "Draft202012Validator",
    "http://json-schema.org/draft-07/schema": "Draft7Validator",
}
_COMBINERS: Final = frozenset({"anyOf", "oneOf", "not", "if", "contains"})


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One place where a value does not conform. ``property`` is the member that is missing or should not be."""

    path: tuple[str | int, ...]
    message: str
    keyword: str
    property: str | None = None


def _somewhere() -> SchemaError:
    return SchemaError((), tr("it does not fit the schema, in too many ways to say where"), "")


class SchemaCheck:
    """A schema, ready. Made by `compiled`."""

    def __init__(self, validator: "jsonschema_rs.Validator", cost: schema_cost.Cost) -> None:
        self._validator = validator
        self._loops = cost.loops
        self.values = cost.values

    def steps(self, text: str) -> int:
        """A bound on the steps, of some twenty nanoseconds, that judging this JSON may take."""
        return self.values * (1 + sum(map(text.count, "[{,")))

    def holds(self, value: Json) -> bool:
        """Whether the value conforms."""
        return self._validator.is_valid(value)

    def errors(self, value: Json) -> tuple[SchemaError, ...]:
        """Where the value does not conform: the first hundred places, in the schema's order."""
        if self.holds(value):
            return ()
        # What went through a recursion is remembered for yes and no, but not for where: 2**14 took 4 s.
        if self._loops > 1 and depth(value) * log2(self._loops) > _DEEPEST:
            return (_somewhere(),)
        short = self._validator.evaluate(value).errors()
        if len(short) > _WELL_SAID:
            return tuple(islice(_in_short(short, value), _MOST_ERRORS)) or (_somewhere(),)
        found = (one for error in self._validator.iter_errors(value) for one in _errors(error))
        return tuple(dict.fromkeys(islice(found, _MOST_ERRORS)))


def check_schema(schema: Json) -> None:
    """Raises ConfigError when this schema cannot be used: it is none, is too large, or refers elsewhere."""
    compiled(schema)


def compiled(schema: Json) -> SchemaCheck:
    """The schema, ready; remembered. Raises ConfigError."""
    try:
        return _compiled(orjson.dumps(schema))
    except orjson.JSONEncodeError as error:
        raise ConfigError(tr("the schema is no JSON: {why}", why=error)) from None


def schema_errors(schema: Json, value: Json) -> tuple[SchemaError, ...]:
    """Where a value does not conform to a schema; empty when it does. Raises ConfigError for a bad schema."""
    return compiled(schema).errors(value)


def score_json_schema(config: JsonSchemaConfig, output: str, operation_schema: Json = None) -> Score:
    """0 when the output is no JSON, 0.5 when it is but does not conform, 1 when it conforms.

    Without a schema in the config it is the operation's.
    """
    schema = config.json_schema if config.json_schema is not None else operation_schema
    if schema is None:
        return unscored("no_schema", tr("neither the evaluator nor the operation has a schema"))
    if len(output) > LARGEST_OUTPUT or len(output.encode("utf-8", "replace")) > LARGEST_OUTPUT:
        return unscored("too_large", tr("the output is larger than 1 MiB"))
    try:
        check = compiled(schema)
    except ConfigError as error:
        return unscored("invalid_config", str(error))
    try:
        value = parse(output)
    except NotJsonError as error:
        if error.deep:
            return unscored("too_deep", tr("the output nests too deep"))
        return Score(0.0, False, details=(Finding(tr("the output is not JSON"), keyword="json"),))
    return _judged(check, value, config.field)


def _judged(check: SchemaCheck, value: Json, field: str | None) -> Score:
    base: tuple[str | int, ...] = ()
    if field:
        base = path_in(value, steps(field))
        there, value = find(value, field)
        if not there:
            missing = Finding(tr("there is no {field} in the output", field=field), keyword="required")
            return Score(0.5, False, details=(missing,))
    errors = check.errors(value)
    if not errors:
        return Score(1.0, True)
    findings = (Finding(e.message, (*base, *e.path), e.keyword, e.property) for e in errors)
    return Score(0.5, False, details=tuple(findings))


@lru_cache(256)
def _compiled(data: bytes) -> SchemaCheck:
    import jsonschema_rs  # noqa: PLC0415 - 3 MB for whoever has a schema

    schema = orjson.loads(data)
    if not isinstance(schema, dict | bool):
        raise ConfigError(tr("a schema is an object"))
    cost = _cost(schema) if isinstance(schema, dict) else schema_cost.Cost(1, 0)
    draft = schema.get("$schema") if isinstance(schema, dict) else None
    name = _DRAFTS[draft.rstrip("#")] if isinstance(draft, str) else "Draft202012Validator"
    kind: type[jsonschema_rs.Draft202012Validator] = getattr(jsonschema_rs, name)
    # Rust's `regex`: linear time, where the default engine backtracks.
    patterns = jsonschema_rs.RegexOptions(size_limit=_PATTERN_BYTES, dfa_size_limit=_PATTERN_BYTES)
    try:
        validator = kind(schema, validate_formats=True, retriever=_refuse, pattern_options=patterns)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise schema_words.bad_schema(error) from None
    return SchemaCheck(validator, cost)


def _cost(schema: dict[str, Json]) -> schema_cost.Cost:
    """What the schema costs. Raises ConfigError when it is too large, of another draft, or costs too much."""
    try:
        check_schema_size(schema)
    except ValueError as error:
        raise ConfigError(tr("the schema is refused: {why}", why=error)) from None
    draft = schema.get("$schema")
    if draft is not None and (not isinstance(draft, str) or draft.rstrip("#") not in _DRAFTS):
        raise ConfigError(tr("a schema is of Draft 2020-12 or Draft 7"), "$schema")
    if schema_cost.patterns(schema) > schema_cost.MOST_PATTERNS:
        raise ConfigError(tr("a schema may hold {most} patterns", most=schema_cost.MOST_PATTERNS))
    cost = schema_cost.cost(schema)
    if cost.values > schema_cost.MOST_EXPANDED:
        raise ConfigError(tr("the references of the schema multiply: written out it would be too large"))
    return cost


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is not fetched")


def _errors(error: "jsonschema_rs.ValidationError") -> Iterator[SchemaError]:
    """One for each member it is about, so that each can be shown where it is."""
    path, keyword = tuple(error.instance_path), error.kind.name
    for message, name in schema_words.each(error):
        yield SchemaError(path, message, keyword, name)


def _in_short(entries: "list[jsonschema_rs.EvaluationErrorEntry]", value: Json) -> Iterator[SchemaError]:
    """The library's own words, without what single branches of an alternative say."""
    for entry in entries:
        *way, keyword = entry["schemaLocation"].split("/")
        if not _COMBINERS.intersection(way):
            yield SchemaError(path_in(value, steps(entry["instanceLocation"])), entry["error"], keyword)
