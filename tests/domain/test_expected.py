"""How an expected output is kept: what conforms, what a text becomes, where it goes wrong."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.expected import fit_all, fitted, json_path
from atlas_desktop.domain.scoring.json_schema import schema_errors
from atlas_desktop.domain.scoring.score import ConfigError

SCHEMA = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "maxLength": 20},
        "priority": {"enum": ["low", "high"]},
        "lines": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["summary"],
}

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fitting = st.fixed_dictionaries(
    # What no store keeps, a NUL or half of a surrogate pair, is refused before any schema sees it.
    {"summary": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)},
    optional={"priority": st.sampled_from(["low", "high"]), "lines": st.lists(st.integers(-9, 9))},
)


@given(fitting, st.booleans())
def test_a_text_that_conforms_becomes_what_it_says(value: dict[str, object], indented: bool) -> None:
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 if indented else 0).decode()
    assert fitted(SCHEMA, text).value == value == fitted(SCHEMA, value).value
    assert not fitted(SCHEMA, text).faults


@given(values)
def test_what_is_kept_always_conforms(value: object) -> None:
    for given_value in (value, orjson.dumps(value).decode()):
        fit = fitted(SCHEMA, given_value)
        assert bool(fit.faults) != (not schema_errors(SCHEMA, fit.value))


@given(values)
def test_a_kept_value_is_kept_again_as_it_is(value: object) -> None:
    for schema in (SCHEMA, None, {"type": ["string", "array"]}):
        fit = fitted(schema, value)
        if not fit.faults:
            assert fitted(schema, fit.value) == fit


@given(values)
def test_without_a_schema_nothing_is_turned_into_anything(value: object) -> None:
    text = orjson.dumps(value).decode()
    assert fitted(None, text).value == text
    assert bool(fitted(None, value).faults) == (not isinstance(value, str | dict | list))


def test_every_fault_says_where_and_what() -> None:
    bad = {"summary": "x" * 21, "priority": "urgent", "lines": [1, "two", 3.5]}
    for given_value in (bad, orjson.dumps(bad).decode()):
        faults = fitted(SCHEMA, given_value).faults
        assert {fault.place for fault in faults} == {("summary",), ("priority",), ("lines", 1), ("lines", 2)}
        assert all(fault.message for fault in faults)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "missing"),
        ("x" * (1024 * 1024 + 1), "larger than 1 MiB"),
        ("{'summary': 1}", "no JSON"),
        ('{"summary": "a", "summary": "b"}', "twice"),
        ('{"summary": NaN}', "no JSON"),
        ("[" * 200 + "]" * 200, "deeper"),
    ],
)
def test_what_no_schema_ever_sees_is_refused_with_its_reason(value: object, words: str) -> None:
    (fault,) = fitted(SCHEMA, value).faults
    assert fault.place == ()
    assert words in fault.message


def test_a_schema_may_ask_for_a_text() -> None:
    assert fitted({"type": "string"}, "plain words").value == "plain words"
    assert fitted({"type": "string"}, '"quoted"').value == "quoted"
    assert fitted({"type": "number"}, "4.5").value == 4.5
    assert fitted({}, "null").value == "null"


def test_many_are_judged_each_by_itself_and_a_bad_schema_is_said() -> None:
    assert [bool(fit.faults) for fit in fit_all(SCHEMA, [{"summary": "a"}, {}, '{"summary": "b"}'])] == [
        False,
        True,
        False,
    ]
    with pytest.raises(ConfigError):
        fitted({"$ref": "https://example.com/schema.json"}, {})


def test_a_json_path_names_the_place() -> None:
    assert json_path(()) == "$"
    assert json_path(("expected_output", "lines", 0, "due date")) == "$.expected_output.lines[0]['due date']"
    assert json_path(("a'b", "c\\d")) == "$['a\\'b']['c\\\\d']"
    assert json_path(("\x00",)) == "$['\N{REPLACEMENT CHARACTER}']"


@given(st.lists(st.integers(0, 99) | st.text(max_size=400), max_size=50))
def test_a_json_path_is_short_and_printable(place: list[str | int]) -> None:
    path = json_path(place)
    assert path.startswith("$")
    assert len(path) <= 301
    assert path.isprintable()


def test_no_json_is_said_once() -> None:
    (fit,) = [fitted({"type": "object"}, "```json {}```")]
    assert [fault.message for fault in fit.faults] == ["it is no JSON: Expecting value at character 1"]
