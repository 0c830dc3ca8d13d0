"""What could stand at the caret, by the schema."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.json_text import complete, fault
from tests.domain.json_text.test_faults import damaged, junk, values

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["answers", "sources"],
    "properties": {
        "note": {"type": "string", "description": "For people"},
        "sources": {"type": "array", "items": {"type": "integer"}},
        "answers": {"type": "array", "items": {"$ref": "#/$defs/answer"}},
        "sure": {"type": "boolean"},
        "shape": {"oneOf": [{"$ref": "#/$defs/circle"}, {"$ref": "#/$defs/square"}]},
        "level": {"type": ["string", "null"], "default": "low", "examples": ["high"]},
        "pair": {"prefixItems": [{"const": 1}, {"enum": ["two", "zwei"]}]},
        "either": {"anyOf": [{"const": "a"}, {"type": "null"}]},
    },
    "patternProperties": {"^x_": {"enum": ["pattern"]}},
    "additionalProperties": {"enum": ["other"]},
    "$defs": {
        "answer": {
            "type": "object",
            "required": ["currency"],
            "properties": {
                "unit": {"enum": ["none", "thousands"]},
                "currency": {"enum": ["USD", "EUR", "Other"], "description": "ISO code"},
                "again": {"$ref": "#/$defs/answer"},
            },
        },
        "circle": {"type": "object", "properties": {"kind": {"const": "circle"}, "r": {"type": "number"}}},
        "square": {"type": "object", "properties": {"kind": {"const": "square"}, "side": {"type": "number"}}},
    },
}


def options(marked: str, schema: Any = SCHEMA) -> tuple[str, list[str]]:
    """What would be replaced at | and by what."""
    at = marked.index("|")
    source = marked.replace("|", "")
    found = complete(source, at, schema)
    assert found.start <= at <= found.end
    return source[found.start : found.end], [option.insert for option in found.options]


@pytest.mark.parametrize(
    ("marked", "replaced", "inserts"),
    [
        ('{"answers": [{"currency": |}]}', "", ['"USD"', '"EUR"', '"Other"']),
        ('{"answers": [{"currency":|', "", ['"USD"', '"EUR"', '"Other"']),
        ('{"answers": [{"currency": "e|"}]}', '"e"', ['"EUR"', '"Other"']),
        ('{"answers": [{"currency": "EUR|"}]}', '"EUR"', ['"USD"', '"EUR"', '"Other"']),
        ('{"answers": [{"currency": U|', "U", ['"USD"', '"EUR"']),
        ('{"answers": [|]}', "", ["{}"]),
        ('{"answers": [{|}]}', "", ['"currency": ', '"unit": ', '"again": {}']),
        ('{"answers": [{"again": {"again": {|', "", ['"currency": ', '"unit": ', '"again": {}']),
        ('{"answers": [{"cur|', '"cur', ['"currency": ']),
        ('{"answers": [{cur|', "cur", ['"currency": ']),
        ('{"answers": [{"cur|": "EUR"}]}', '"cur"', ['"currency"']),
        ('{"answers": [{|"unit": "none"}]}', "", ['"currency": ,', '"again": {},']),
        ('{"answers": [{"unit": "none",\n|\n}]}', "", ['"currency": ', '"again": {}']),
        ('{"sure": t|}', "t", ["true"]),
        ('{"sure": |}', "", ["true", "false"]),
        ('{"shape": {"kind": "circle", |}}', "", ['"r": ']),
        ('{"shape": {"kind": |}}', "", ['"circle"', '"square"']),
        ('{"shape": {|}}', "", ['"kind": ', '"r": ', '"side": ']),
        ('{"level": |}', "", ['"low"', '"high"', '""', "null"]),
        ('{"pair": [|]}', "", ["1"]),
        ('{"pair": [1, |]}', "", ['"two"', '"zwei"']),
        ('{"either": |}', "", ['"a"', "null"]),
        ('{"x_1": |}', "", ['"pattern"']),
        ('{"unknown": |}', "", ['"other"']),
        ('{"sure": true |}', "", []),
        ('{"shape": {"r": 1\n  |\n}}', "\n  ", [',\n  "kind": ', ',\n  "side": ']),
        ('{"sources": [1, |]}', "", []),
        ('"text|"', "", []),
    ],
)
def test_options(marked: str, replaced: str, inserts: list[str]) -> None:
    assert options(marked) == (replaced, inserts)


def test_names_required_come_first_and_say_what_they_are() -> None:
    found = complete("{", 1, SCHEMA).options
    assert [option.label for option in found][:3] == ["sources", "answers", "note"]
    assert [option.required for option in found][:3] == [True, True, False]
    assert found[0].detail == "array"
    assert found[2].detail == "string · For people"


def test_the_caret_goes_where_one_writes_on() -> None:
    found = {option.label: option for option in complete("{", 1, SCHEMA).options}
    assert found["note"].insert[: found["note"].caret] == '"note": "'
    assert found["sources"].insert[: found["sources"].caret] == '"sources": ['
    assert found["sure"].insert[: found["sure"].caret] == '"sure": '


def test_alternatives_behind_references_are_narrowed_by_what_is_there() -> None:
    assert options('{"shape": {"r": 1, "kind": "square", |}}')[1] == ['"side": ']


def test_references_in_circles_and_elsewhere_end() -> None:
    circle = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#"}]}}}
    assert options("{|}", circle)[1] == []
    assert options("{|}", {"$ref": "https://example.org/schema.json"})[1] == []
    assert options("{|}", {"$ref": "#/$defs/nothing/0/x"})[1] == []


@pytest.mark.parametrize(
    "schema", [True, False, None, [], {"properties": 1, "type": 5}, {"required": "a", "oneOf": {}}]
)
def test_a_schema_that_says_nothing_offers_nothing(schema: Any) -> None:
    assert options("{|}", schema)[1] == []
    assert options('{"a": |}', schema)[1] == []


@given(
    st.lists(st.sampled_from(["note", "sources", "sure", "shape"]), unique=True), st.sampled_from([None, 2])
)
def test_what_is_inserted_leaves_json_as_far_as_it_goes(names: list[str], indent: int | None) -> None:
    source = json.dumps(dict.fromkeys(names, None), indent=indent)
    at = 1
    for option in complete(source, at, SCHEMA).options:
        done = source[:at] + option.insert.replace(": ,", ": 0,") + source[at:]
        done = done if not option.insert.endswith(": ") else done.replace(option.insert, option.insert + "0")
        assert fault(done) is None, done
        assert json.loads(done).keys() == {*names, option.label}


@given(damaged() | junk | values.map(json.dumps), st.data(), values)
def test_any_place_of_any_text_with_any_schema(source: str, data: st.DataObject, schema: Any) -> None:
    at = data.draw(st.integers(0, len(source)))
    for one in (SCHEMA, schema, {"properties": schema, "items": schema, "anyOf": schema, "required": schema}):
        found = complete(source, at, one)
        assert found.start <= at <= found.end
        assert all(0 <= option.caret <= len(option.insert) for option in found.options)
