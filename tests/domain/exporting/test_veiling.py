from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.exporting import veiled_json, veiled_text
from atlas_desktop.domain.veil import spans

MAIL = "jane.doe@example.com"
PRIVATE = st.sampled_from(
    [MAIL, "4111 1111 1111 1111", "DE89370400440532013000", "sk-proj-abcdefghijklmnop1234"]
)
TEXT = st.one_of(PRIVATE, st.text(max_size=20), st.builds("{} {}".format, st.text(max_size=8), PRIVATE))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


def leaves(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [*value, *(leaf for each in value.values() for leaf in leaves(each))]
    return [leaf for each in value for leaf in leaves(each)] if isinstance(value, list) else []


@given(JSON)
def test_nothing_private_is_left_and_the_shape_stays(value: Any) -> None:
    covered = veiled_json(value)
    for leaf in leaves(covered):
        assert spans(leaf) == (), leaf
    assert shape(covered) == shape(value)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return [shape(each) for each in value.values()]
    return [shape(each) for each in value] if isinstance(value, list) else None


@given(JSON.filter(lambda value: isinstance(value, dict | list)))
def test_json_kept_as_text_stays_json_with_nothing_private_in_it(value: Any) -> None:
    covered = orjson.loads(veiled_text(orjson.dumps(value).decode()))
    for leaf in leaves(covered):
        assert spans(leaf) == (), leaf


def test_an_escape_does_not_hide_an_address() -> None:
    assert veiled_text(r'{"to":"jane.doe\u0040example.com"}') == '{"to":"[e-mail]"}'
    assert veiled_text(r'"jane.doe\u0040example.com"') == '"[e-mail]"'


def test_a_secret_is_known_by_its_name() -> None:
    assert veiled_json({"password": "hunter22", "colour": "hunter22"}) == {
        "password": "[secret]",
        "colour": "hunter22",
    }


def test_a_card_number_without_quotes_is_covered() -> None:
    assert veiled_text('{"card":4111111111111111,"total":12}') == '{"card":"[card number]","total":12}'


def test_two_addresses_as_names_keep_both_members() -> None:
    assert veiled_json({MAIL: 1, f"x{MAIL}": 2}) == {"[e-mail]": 1, "[e-mail] 2": 2}


@pytest.mark.parametrize("text", ['{ "a" : 1 }', "plain", '{"a": 1', "[", "", '{"a":1,"a":2}'])
def test_text_without_anything_private_stays_to_the_letter(text: str) -> None:
    assert veiled_text(text) == text


def test_a_hidden_twin_of_a_member_is_covered() -> None:
    assert MAIL not in veiled_text(f'{{"a":"{MAIL}","a":1}}')


def test_depth_is_no_way_out() -> None:
    value: Any = MAIL
    for _ in range(300):
        value = [value]
    assert MAIL not in orjson.dumps(veiled_json(value)).decode()
    assert MAIL not in veiled_text("[" * 900 + f'"{MAIL}"' + "]" * 900)
