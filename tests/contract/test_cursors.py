"""A cursor opens for whom it was made, and nothing else opens at all."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from atlas_desktop.contract.cursors import BadCursorError, decode_cursor, encode_cursor

SECRET = b"0" * 32
scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.floats(allow_nan=False)
)
positions = st.lists(scalars.filter(lambda item: item not in (float("inf"), float("-inf"))), max_size=4)
scopes = st.text(max_size=20)


@given(positions, scopes)
def test_round_trip(position: list[object], scope: str) -> None:
    cursor = encode_cursor(position, secret=SECRET, scope=scope)
    assert decode_cursor(cursor, secret=SECRET, scope=scope) == position
    assert cursor.isascii()
    assert "=" not in cursor


@given(positions, scopes, scopes)
def test_another_scope_is_refused(position: list[object], scope: str, other: str) -> None:
    assume(scope != other)
    cursor = encode_cursor(position, secret=SECRET, scope=scope)
    with pytest.raises(BadCursorError):
        decode_cursor(cursor, secret=SECRET, scope=other)
    with pytest.raises(BadCursorError):
        decode_cursor(cursor, secret=b"1" * 32, scope=scope)


@given(positions, st.data())
def test_no_altered_cursor_opens(position: list[object], data: st.DataObject) -> None:
    cursor = encode_cursor(position, secret=SECRET, scope="org/calls")
    at = data.draw(st.integers(0, len(cursor)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text(alphabet=st.sampled_from("AZaz09-_=! \n+/é"), max_size=3))
    altered = cursor[:at] + put + cursor[at + cut :]
    assume(altered != cursor)
    with pytest.raises(BadCursorError):
        decode_cursor(altered, secret=SECRET, scope="org/calls")


@given(st.text())
@example("")
@example("AAAA")
@example("é" * 20)
@example("\ud800")
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadCursorError):
        decode_cursor(text, secret=SECRET, scope="org/calls")
