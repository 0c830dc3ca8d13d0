"""The expected output of a dataset's item, as it is kept (contract.md, *Dataset*). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.scoring.json_schema import SchemaCheck, compiled
from atlas_desktop.domain.scoring.score import LARGEST_OUTPUT
from atlas_desktop.domain.strict_json import NotStrictError, parse_storable
from atlas_desktop.wording import tr

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_PLACE: Final = 300


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a value: where in it, and what."""

    place: tuple[str | int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Fit:
    """A value as a dataset would keep it; with ``faults`` it would not."""

    value: Json
    faults: tuple[Fault, ...] = ()


def fitted(schema: Json, value: Json) -> Fit:
    """How an expected output is kept, and where it does not conform. Raises ConfigError for a bad schema.

    With a schema, a text that is JSON and conforms is kept as what it says; a text may also be what the schema
    asks for. Without one a text stays a text. May take long with a large value or a hostile schema.
    """
    if value is None:
        return _unfit(value, tr("it is missing"))
    if _size(value) > LARGEST_OUTPUT:
        # No rule would look at it: it could never pass a gate.
        return _unfit(value, tr("it is larger than 1 MiB"))
    if schema is not None:
        check = compiled(schema)
        return _text(check, value) if isinstance(value, str) else _judged(check, value)
    if not isinstance(value, str | dict | list):
        return _unfit(value, tr("it is neither a text nor an object nor a list"))
    return Fit(value)


def fit_all(schema: Json, values: Sequence[Json]) -> list[Fit]:
    """Each of them by itself."""
    return [fitted(schema, value) for value in values]


def json_path(place: Sequence[str | int]) -> str:
    """A place in a value as a JSON path: ``$.expected_output.lines[0]['due date']``."""
    words = "$" + "".join(map(_step, place))
    return words if len(words) <= _LONGEST_PLACE else words[:_LONGEST_PLACE] + "…"


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _NAME.fullmatch(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace("'", "\\'")
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in escaped)
    return f"['{shown}']"


def _text(check: SchemaCheck, text: str) -> Fit:
    try:
        value = parse_storable(text.encode("utf-8", "surrogatepass"))
    except NotStrictError as error:
        return Fit(text) if check.holds(text) else _unfit(text, _no_json(error))
    if value is not None and check.holds(value):
        return Fit(value)
    return Fit(text) if check.holds(text) else _judged(check, value)


def _no_json(error: NotStrictError) -> str:
    """What the parser says begins with the same words."""
    return tr("it is no JSON: {why}", why=str(error).removeprefix("not JSON: "))


def _judged(check: SchemaCheck, value: Json) -> Fit:
    return Fit(value, tuple(Fault(error.path, error.message) for error in check.errors(value)))


def _unfit(value: Json, message: str) -> Fit:
    return Fit(value, (Fault((), message),))


def _size(value: Json) -> int:
    return len(value.encode("utf-8", "replace")) if isinstance(value, str) else len(orjson.dumps(value))
