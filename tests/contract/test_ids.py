"""Ids sort by time, say what they are, and never collide by construction."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.ids import (
    FEEDBACK_ID,
    KINDS,
    Kind,
    derived_id,
    id_at,
    is_operation_key,
    new_id,
)

moments = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
bits = st.integers(min_value=0, max_value=2**74 - 1)
kinds = st.sampled_from(KINDS)


def number(text: str, kind: Kind) -> int:
    """Read Crockford's base32 as its definition says, independently of the program."""
    value = 0
    for digit in text.removeprefix(kind):
        value = value * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(digit)
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_new_ids_ascend_and_are_uuid7(kind: Kind) -> None:
    ids = [new_id(kind) for _ in range(2_000)]
    assert ids == sorted(set(ids))
    assert all(len(text) == len(kind) + 26 for text in ids)
    assert {number(text, kind) >> 76 & 0xF for text in ids} == {7}
    assert {number(text, kind) >> 62 & 0b11 for text in ids} == {0b10}


@given(kinds, moments, bits, moments, bits)
def test_an_id_holds_its_moment_and_sorts_by_it(
    kind: Kind, one: datetime, one_bits: int, other: datetime, other_bits: int
) -> None:
    first, second = id_at(kind, one, one_bits), id_at(kind, other, other_bits)
    assert number(first, kind) >> 80 == int(one.timestamp() * 1000)
    if other - one >= timedelta(milliseconds=1):
        assert first < second
    assert (first == second) == (
        (int(one.timestamp() * 1000), one_bits) == (int(other.timestamp() * 1000), other_bits)
    )


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_derived_ids_are_the_same_exactly_for_the_same_parts(one: list[str], other: list[str]) -> None:
    assert (derived_id("fb_", *one) == derived_id("fb_", *other)) == (one == other)


@pytest.mark.parametrize("separator", ["", "\x00", "\x1f", "/", "é", "\ud800"])
def test_parts_never_run_together(separator: str) -> None:
    assert derived_id("fb_", f"a{separator}b", "c") != derived_id("fb_", "a", f"b{separator}c")
    assert derived_id("fb_", "a", "b") != derived_id("fb_", f"a{separator}b")


def test_a_made_feedback_id_fits_its_own_pattern() -> None:
    import re

    assert re.fullmatch(FEEDBACK_ID, new_id("fb_"))
    assert re.fullmatch(FEEDBACK_ID, derived_id("fb_", "x"))


@pytest.mark.parametrize("key", ["a", "0", "summarize_ticket", "a.b-c_d", "a" * 64])
def test_operation_keys(key: str) -> None:
    assert is_operation_key(key)


@pytest.mark.parametrize("key", ["", "A", "_a", "-a", "a b", "a/b", "é", "a" * 65, "a\n", "\na", "a\x00"])
def test_not_operation_keys(key: str) -> None:
    assert not is_operation_key(key)
