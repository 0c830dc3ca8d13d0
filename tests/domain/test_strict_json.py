"""The one strict reader of JSON: what it reads it reads as orjson does, and what it refuses has a kind."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.text import bad_text
from atlas_desktop.domain.strict_json import Kind, NotStrictError, parse_storable, parse_strictly

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)
any_text = st.text(st.characters() | st.characters(categories=["Cs"]) | st.just("\0"), max_size=6)
hostile = st.recursive(
    any_text, lambda inner: st.lists(inner) | st.dictionaries(any_text, inner), max_leaves=6
)


def kind_of(data: bytes) -> Kind | None:
    try:
        parse_storable(data)
    except NotStrictError as error:
        return error.kind
    return None


@given(values)
def test_ordinary_json_is_read_as_orjson_reads_it(value: Any) -> None:
    compact, loose = orjson.dumps(value), json.dumps(value, indent=1).encode()
    assert parse_strictly(compact) == parse_strictly(loose) == orjson.loads(compact)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    if kind_of(body) is None:
        assert parse_storable(body) == json.loads(body)


@given(hostile)
def test_text_that_cannot_be_stored_is_refused_by_one_reader_and_shown_by_the_other(value: Any) -> None:
    data = json.dumps(value).encode()
    assert parse_strictly(data) == value
    assert kind_of(data) == (None if bad_text(value) is None else "invalid_text")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b'\xef\xbb\xbf{"a": 1}', "invalid_json"),
        (b'{"a": NaN}', "invalid_json"),
        (b'{"a": -Infinity}', "invalid_json"),
        (b'{"a": 1e999}', "number_out_of_range"),
        (b'{"a": 18446744073709551616}', "number_out_of_range"),
        (b'{"a":-9223372036854775809}', "number_out_of_range"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "number_out_of_range"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b'{"a": {"b": 1, "\\u0062": 1}}', "duplicate_key"),
        (b"[" * 101 + b"]" * 101, "json_too_deep"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "json_too_deep"),
        (b"[" * 100_000, "json_too_deep"),
        (b"[" * 20_000 + b"]" * 20_000, "json_too_deep"),
        (b'"\\u0000"', "invalid_text"),
        (b'"\\uDC00"', "invalid_text"),
        (b'{"\\ud83d": 1}', "invalid_text"),
    ],
)
def test_what_is_refused_says_its_kind(body: bytes, kind: Kind) -> None:
    assert kind_of(body) == kind


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"1.10", 1.1),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\\\u0000"', "\\u0000"),
    ],
)
def test_the_edges_of_what_is_read(body: bytes, value: Any) -> None:
    assert parse_storable(body) == value


def test_a_hundred_levels_are_read() -> None:
    assert parse_strictly(b"[" * 100 + b"]" * 100) is not None
    assert parse_strictly(b"[" * 100 + b"1, 2" + b"]" * 100) is not None
