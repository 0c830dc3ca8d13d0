"""From a path to its place and back, and where a validator's findings are."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.json_text import Path, fault, format_json, key_of, path_at, problems, read, span_of
from atlas_desktop.domain.scoring.json_schema import SchemaError, schema_errors
from tests.domain.json_text.test_faults import damaged, values


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    for step, child in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from paths(child, (*path, step))


@given(values, st.sampled_from([None, 2]))
def test_every_path_has_its_place_and_every_place_its_path(value: Any, indent: int | None) -> None:
    source = json.dumps(value, indent=indent)
    for path, part in paths(value):
        span = span_of(source, path)
        assert span is not None
        assert json.loads(source[slice(*span)]) == part
        assert path_at(source, span[1] - (isinstance(part, dict | list)))[: len(path)] == path
        key = key_of(source, path)
        assert (key is not None) == bool(path and isinstance(path[-1], str))
        if key is not None:
            assert json.loads(source[slice(*key)]) == path[-1]
            assert path_at(source, key[0] + 1) == path


@pytest.mark.parametrize("path", [("x",), (0,), ("a", 5), ("a", "b"), ("b", 0)])
def test_what_is_not_there_has_no_place(path: Path) -> None:
    assert span_of('{"a": [1], "b": "c"}', path) is None
    assert span_of("", path) is None


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ('{"a": {"b": [1, "x|', ("a", "b", 1)),
        ('{"a": {"b": [1, |', ("a", "b")),
        ('{"a": {"b|', ("a", "b")),
        ('{"a": {"b": tr|ue', ("a", "b")),
        ("|", ()),
        ("{|}", ()),
        ('{"a": 1 "b": |2}', ("b",)),
    ],
)
def test_half_finished_text_has_paths_too(source: str, path: Path) -> None:
    assert path_at(source.replace("|", ""), source.index("|")) == path


@given(values, st.sampled_from([None, 0, 3]), st.sampled_from([1, 2, 4]), st.sampled_from(["", "\n", " \n"]))
def test_laid_out_it_says_the_same_and_stays(value: Any, indent: int | None, wanted: int, end: str) -> None:
    source = json.dumps(value, indent=indent) + end
    done = format_json(source, wanted)
    assert format_json(done, wanted) == done
    assert done.rstrip("\n") == json.dumps(value, indent=wanted)
    assert done.endswith("\n") == bool(end)


def test_numbers_strings_and_order_stay_as_they_are_written() -> None:
    source = '{"b":1.50,"a":[1E+2,-0,"\\u00e9\\/",12345678901234567890123],"b":{}, "c":[ ]}'
    assert format_json(source) == (
        '{\n  "b": 1.50,\n  "a": [\n    1E+2,\n    -0,\n    "\\u00e9\\/",\n    12345678901234567890123\n  ],\n'
        '  "b": {},\n  "c": []\n}'
    )
    assert format_json('{"a":1,\r\n"b":2}\r\n') == '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n'


@given(damaged())
def test_what_is_no_json_is_not_touched(source: str) -> None:
    if fault(source) is not None:
        assert format_json(source) == source


SCHEMA = {
    "type": "object",
    "required": ["answers"],
    "additionalProperties": False,
    "properties": {
        "answers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["currency"],
                "properties": {
                    "currency": {"enum": ["USD", "EUR"]},
                    "year": {"type": "integer", "minimum": 1900},
                },
            },
        },
        "more": {"type": "object", "required": ["x"]},
    },
}


def found_in(source: str) -> list[str]:
    errors = schema_errors(SCHEMA, json.loads(source))
    return [source[problem.start : problem.end] for problem in problems(source, errors)]


@pytest.mark.parametrize(
    ("source", "underlined"),
    [
        ('{"answers": []}', []),
        ('{"answers": [], "extra": 1}', ['"extra"']),
        ("{}", ["{"]),
        ('{"answers": [{}]}', ["{"]),
        ('{"answers": [{"currency": "YEN"}]}', ['"YEN"']),
        ('{"answers": [{"currency": "EUR", "year": 12}]}', ["12"]),
        ('{"answers": [{"currency": "EUR", "year": "12"}]}', ['"12"']),
        ('{"answers": [], "more": {"y": 1}}', ['"more"']),
        ('{"answers": {}}', ['"answers"']),
        ('{"one": 1, "answers": [{"currency": 1}], "two": 2}', ['"one"', "1", '"two"']),
    ],
)
def test_a_finding_of_the_schema_is_underlined_where_it_is(source: str, underlined: list[str]) -> None:
    assert found_in(source) == underlined


def test_a_name_given_twice_is_a_problem() -> None:
    source = '{"a": 1, "b": {"c": 1, "c": 2}}'
    (problem,) = problems(source)
    assert (source[problem.start : problem.end], problem.start) == ('"c"', 23)
    assert problem.path == ("b", "c")
    assert problem.message == "c is here twice: only the last one counts"


def test_of_broken_json_the_fault_is_the_only_problem() -> None:
    errors = [SchemaError((), "wrong", "type")]
    (problem,) = problems('{"a": 1', errors)
    assert problem.path is None
    assert "missing at the end" in problem.message


@dataclass(frozen=True)
class Anything:
    path: Path
    message: str = "wrong"
    keyword: str = "type"
    property: str | None = None


@given(values, st.lists(st.integers(0, 3) | st.sampled_from(["", "a"]), max_size=4), st.none() | st.just("a"))
def test_whatever_a_validator_says_there_is_a_place(
    value: Any, path: list[str | int], name: str | None
) -> None:
    source = json.dumps(value)
    for problem in problems(source, [Anything(tuple(path), property=name)]):
        assert 0 <= problem.start < problem.end <= len(source)


@given(damaged(), st.data())
def test_any_place_of_any_text_has_a_path(source: str, data: st.DataObject) -> None:
    assert isinstance(path_at(source, data.draw(st.integers(0, len(source)))), tuple)
    assert read(source) is read(source)
