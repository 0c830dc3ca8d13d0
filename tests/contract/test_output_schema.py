"""What a schema may be before anything else reads it (sync.md, threats 6 and 7)."""

from typing import Any

import pytest
from pydantic import ValidationError

from atlas_desktop.contract.operations import OperationCreate, OperationUpdate
from atlas_desktop.contract.output_schema import MOST_BYTES, MOST_DEPTH, MOST_NODES


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels - 1):
        schema = {"not": schema}
    return schema


FITS = [
    {},
    {"$ref": "#"},
    {"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}},
    {"properties": {"$ref": {"type": "string"}}},
    {"$dynamicRef": "#meta"},
    nested(MOST_DEPTH),
    {"enum": [1] * (MOST_NODES - 2)},
    {"title": "ü" * ((MOST_BYTES - 13) // 2)},
]
BEYOND = [
    ({"$ref": "https://example.com/s.json"}, "$ref"),
    ({"$ref": "file:///etc/passwd"}, "$ref"),
    ({"$ref": "other.json#/a"}, "$ref"),
    ({"$ref": " #/a"}, "$ref"),
    ({"$ref": ""}, "$ref"),
    ({"items": [{"$ref": "//host/share"}]}, "$ref"),
    ({"$dynamicRef": "http://127.0.0.1/"}, "$ref"),
    ({"$recursiveRef": "http://127.0.0.1/"}, "$ref"),
    (nested(MOST_DEPTH + 1), "32 levels"),
    (nested(50_000), "32 levels"),
    ({"enum": [1] * (MOST_NODES - 1)}, "2,000 values"),
    ({"title": "ü" * (MOST_BYTES // 2)}, "64 kB"),
    ({"enum": list(range(200_000))}, "2,000 values"),
    ({"maximum": 10**30}, "no JSON"),
]


@pytest.mark.parametrize("schema", FITS, ids=range(len(FITS)))
def test_what_fits_is_taken(schema: dict[str, Any]) -> None:
    assert OperationCreate(key="k", output_schema=schema).output_schema == schema
    assert OperationUpdate(output_schema=schema).output_schema == schema
    assert OperationUpdate(output_schema=None).output_schema is None


@pytest.mark.parametrize(("schema", "words"), BEYOND, ids=range(len(BEYOND)))
def test_what_is_beyond_is_refused_and_said(schema: dict[str, Any], words: str) -> None:
    for model in (OperationCreate, OperationUpdate):
        with pytest.raises(ValidationError) as refused:
            model.model_validate(
                {"key": "k", "output_schema": schema}
                if model is OperationCreate
                else {"output_schema": schema}
            )
        (error,) = refused.value.errors()
        assert error["loc"] == ("output_schema",)
        assert words in error["msg"]
