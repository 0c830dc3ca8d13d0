"""Lines that cannot be taken: each refused in words that name what is wrong, and none breaks the reader."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.calls import CallRequest, CallResponse
from atlas_desktop.contract.delivery import Delivery
from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.text import bad_text
from atlas_desktop.domain.recorded import LINE_LIMIT, Defaults, Recorded, Rejected, is_blank, read_line
from tests.domain.recording import LEAST, NOW, VERDICT, read, refused
from tests.domain.test_recorded import QUIRKS


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model": 3}, "model: should be a valid string, not 3"),
        ({"model": None}, "model: should be a valid string, not null"),
        ({"output": ["x"]}, "output: should be a valid string, not a list"),
        ({"messages": {}}, "messages: should be a valid list, not an object"),
        ({"messages": [{"content": "x"}]}, "messages[0].role is missing"),
        (
            {"messages": [{"role": "user", "content": 5}]},
            "messages[0].content: should be a valid string, not 5",
        ),
        ({"latency_ms": "12"}, "latency_ms: should be a valid number, not '12'"),
        ({"latency_ms": -1}, "latency_ms: should be greater than or equal to 0, not -1"),
        ({"latency_ms": True}, "latency_ms: should be a valid number, not true"),
        ({"usage": {"prompt_tokens": "3"}}, "usage.prompt_tokens: should be a valid integer, not '3'"),
        ({"rating": "up"}, "rating: should be 'thumbs_up' or 'thumbs_down', not 'up'"),
        (
            {"rating": {"by": "x", "thumb": "sideways"}},
            "rating.thumb: should be 'up' or 'down', not 'sideways'",
        ),
        ({"rating": {"thumb": "up"}}, "rating.by is missing"),
        ({"source_id": ""}, "source_id: String should have at least 1 character"),
        ({"customer": ""}, "customer: String should have at least 1 character"),
        ({"created_at": 1700000000}, "created_at: should be a valid string, not 1700000000"),
        ({"tool_calls": ["x"]}, "tool_calls[0]: should be a valid dictionary, not 'x'"),
    ],
)
def test_wrong_types_are_named_in_words(fields: dict[str, Any], words: str) -> None:
    assert refused(**fields) == words


@pytest.mark.parametrize("name", LEAST)
def test_what_must_be_there(name: str) -> None:
    line = orjson.dumps({key: value for key, value in LEAST.items() if key != name})
    assert read(line) == Rejected(7, f"{name} is missing")


def deep(levels: int) -> bytes:
    """A line whose ``x`` makes it nest this many levels."""
    return orjson.dumps(LEAST)[:-1] + b',"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


HOSTILE: dict[str, tuple[bytes, str]] = {
    "broken": (b'{"source_id":', "not JSON: Expecting value at character 14"),
    "empty": (b"", "not JSON: Expecting value at character 1"),
    "a list": (b"[]", "not a JSON object"),
    "two objects": (orjson.dumps(LEAST) * 2, "not JSON: Extra data at character 93"),
    "NUL": (
        orjson.dumps(LEAST | {"output": "a\0b"}),
        "output holds a NUL character or half of a surrogate pair",
    ),
    "NUL in a key": (orjson.dumps(LEAST | {"meta": {"a\0": 1}}), "meta.a\ufffd holds a NUL character"),
    "raw NUL": (orjson.dumps(LEAST).replace(b"Hi", b"H\0i"), "not JSON: Invalid control character"),
    "lone surrogate": (
        json.dumps(LEAST | {"messages": [{"role": "user", "content": "\ud83d"}]}).encode(),
        "messages[0].content holds a NUL character or half of a surrogate pair",
    ),
    "not UTF-8": (orjson.dumps(LEAST).replace(b"Hi", b"H\xff"), "not UTF-8 text (byte "),
    "surrogate bytes": (orjson.dumps(LEAST).replace(b"Hi", b"\xed\xa0\xbd"), "not UTF-8 text (byte "),
    "NaN": (json.dumps(LEAST | {"cost_usd": float("nan")}).encode(), "NaN is not a JSON number"),
    "Infinity": (json.dumps(LEAST | {"meta": {"x": float("inf")}}).encode(), "Infinity is not a JSON number"),
    "1e999": (orjson.dumps(LEAST).replace(b'"Hi"', b'"Hi","cost_usd":1e999'), "1e999 is not a JSON number"),
    "a name twice": (orjson.dumps(LEAST).replace(b'"Hi"', b'"Hi","output":"Ho"'), "'output' is given twice"),
    "a name twice below": (
        b'{"meta":{"a":1,\n"a":1},' + orjson.dumps(LEAST)[1:],
        "'a' is given twice in one object",
    ),
    "101 levels": (deep(101), "nested deeper than 100 levels"),
    "2,000 levels": (deep(2_000), "nested deeper than 100 levels"),
    "a million levels": (b"[" * 1_000_000, "nested deeper than 100 levels"),
    "a million objects": (b'{"a":' * 1_000_000, "nested deeper than 100 levels"),
    "8 MiB and a bit": (b" " * LINE_LIMIT + b"{}", "longer than 8 MiB"),
    "UTF-16": (orjson.dumps(LEAST).decode().encode("utf-16"), "not UTF-8 text (byte 1)"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines_are_refused_in_words(name: str) -> None:
    line, words = HOSTILE[name]
    result = read(line)
    assert isinstance(result, Rejected)
    assert result.message.startswith(words)
    assert len(result.message) < 300


def test_a_hundred_levels_are_read() -> None:
    assert isinstance(read(deep(100)), Recorded)


def test_a_byte_order_mark_is_no_fault_of_the_first_line() -> None:
    line = b"\xef\xbb\xbf" + orjson.dumps(LEAST) + b"\r"
    assert isinstance(read_line(line, 1, Defaults(), NOW, organization="o"), Recorded)
    assert isinstance(read_line(line, 2, Defaults(), NOW, organization="o"), Rejected)


def test_escapes_and_blanks_do_not_matter() -> None:
    loose = json.dumps(LEAST | {"output": "é 😀 \\u0000"}, indent=None, separators=(" , ", " : ")).encode()
    tight = orjson.dumps(LEAST | {"output": "é 😀 \\u0000"})
    assert loose != tight
    assert read(loose) == read(tight)
    assert is_blank(b" \r\n")


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters() | st.characters(categories=["Cs"]) | st.just("\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from([*LEAST, "else", *QUIRKS["nulls everywhere"], "schema_version"])


def check_any(line: bytes) -> None:
    """Whatever the line: an answer in words, or a call that every model of the contract can read back."""
    result = read(line)
    if isinstance(result, Rejected):
        assert result.message
        return
    CallRequest.model_validate_json(result.request)
    CallResponse.model_validate_json(result.response)
    Delivery.model_validate_json(result.delivery)
    assert bad_text([result.text, orjson.loads(result.metadata)]) is None
    for row in result.feedback:
        FeedbackCreate(
            call_id=result.call_id,
            id=row.id,
            reviewer=row.reviewer,
            rating=row.rating,
            correction=row.correction,
            comment=row.comment,
        )


@given(st.dictionaries(FIELDS, ANY, max_size=6))
def test_no_value_anywhere_breaks_the_reader(fields: dict[str, Any]) -> None:
    check_any(json.dumps(LEAST | fields).encode())


@given(st.data())
def test_no_damage_to_a_line_breaks_the_reader(data: st.DataObject) -> None:
    whole = orjson.dumps(LEAST | {"rating": VERDICT, "meta": {"a": [1.5, None]}, "created_at": "2026-08-17"})
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 12)))
    check_any(whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:])


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(line: bytes) -> None:
    check_any(line)
