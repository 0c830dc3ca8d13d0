"""What an output schema may be: small, shallow, and with references into itself only (sync.md, threats 6 and 7).

Every library of JSON Schema fetches a foreign ``$ref``, and a small schema can cost a validator seconds: what is
refused here never reaches one.
"""

from typing import Annotated, Final

import orjson
from pydantic import AfterValidator

from atlas_desktop.contract.base import Json

MOST_BYTES: Final = 64 * 1024
MOST_DEPTH: Final = 32
MOST_NODES: Final = 2_000
_REFERENCES: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})


def check_schema_size(schema: dict[str, Json]) -> dict[str, Json]:
    """The schema, when it is within the limits. Raises ValueError that says which it is not."""
    _walk(schema)
    try:
        size = len(orjson.dumps(schema))
    except orjson.JSONEncodeError as error:
        raise ValueError(f"is no JSON: {error}") from error
    if size > MOST_BYTES:
        raise ValueError(f"may have {MOST_BYTES // 1024} kB")
    return schema


def _walk(schema: dict[str, Json]) -> None:
    """Look at every value, with a stack of its own and no further than the limits."""
    stack: list[tuple[int, Json]] = [(1, schema)]
    seen = 0
    while stack:
        level, value = stack.pop()
        seen += 1
        inner = _inner(value)
        if inner is not None and level > MOST_DEPTH:
            raise ValueError(f"may have {MOST_DEPTH} levels")
        if seen + len(stack) + len(inner or ()) > MOST_NODES:
            raise ValueError(f"may have {MOST_NODES:,} values")
        stack += [(level + 1, child) for child in inner or ()]


def _inner(value: Json) -> list[Json] | None:
    """What an object or a list holds; None for a plain value."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    for name in _REFERENCES & value.keys():
        target = value[name]
        # Not a string: a property that happens to have this name.
        if isinstance(target, str) and not target.startswith("#"):
            raise ValueError(f"a $ref (here {name}) may only point into the schema itself, and begins with #")
    return list(value.values())


OutputSchema = Annotated[dict[str, Json], AfterValidator(check_schema_size)]
"""A JSON Schema of at most 64 kB, 32 levels and 2,000 values that refers to nothing outside itself."""
