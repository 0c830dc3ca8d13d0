"""Whether two JSON values are the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.same_json import same_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"const": 1}, {"const": True}, False),
        ({"enum": [0, "a"]}, {"enum": [False, "a"]}, False),
        ({"maximum": 1}, {"maximum": 1.0}, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1], [1, 1], False),
        ({"a": None}, {}, False),
        ("1", 1, False),
        ([], {}, False),
        (None, False, False),
    ],
)
def test_by_example(one: Any, other: Any, same: bool) -> None:
    assert same_json(one, other) is same
    assert same_json(other, one) is same


@given(VALUES, VALUES)
def test_as_their_canonical_texts(one: Any, other: Any) -> None:
    assert same_json(one, other) is (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))
