"""Two texts made from one, merged by a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.diff import merge3, take, take_all
from tests.domain.diff.texts import alphabet, edited


@st.composite
def three(draw: st.DrawFn) -> tuple[str, str, str]:
    base, mine = draw(edited())
    pieces = [base[at : at + 3] for at in range(0, len(base), 3)]
    at = draw(st.integers(0, len(pieces)))
    pieces[at : at + draw(st.integers(0, 2))] = draw(st.lists(alphabet, max_size=3))
    return base, mine, "".join(pieces)


@given(three())
def test_all_of_one_side_is_that_text(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    merge = merge3(base, mine, theirs)
    assert take_all(merge, "base").text == base
    assert take_all(merge, "mine").text == mine
    assert take_all(merge, "theirs").text == theirs
    for index, (start, stop) in enumerate(merge.spans()):
        assert merge.text[start:stop] == merge.piece(merge.parts[index])


@given(three())
def test_who_changed_nothing_loses_nothing(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    assert merge3(base, mine, base).text == mine
    assert merge3(base, base, theirs).text == theirs
    assert merge3(base, mine, mine).text == mine
    assert not merge3(base, mine, mine).unsettled


@given(three())
def test_it_does_not_matter_who_is_who(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    one, other = merge3(base, mine, theirs), merge3(base, theirs, mine)
    assert one.unsettled == other.unsettled
    if not one.unsettled:
        assert one.text == other.text


def test_changes_in_different_places_are_both_in_the_result() -> None:
    base = "The total is 30 EUR. It was paid on Monday."
    merge = merge3(base, base.replace("30", "35"), base.replace("Monday", "Tuesday"))
    assert merge.text == "The total is 35 EUR. It was paid on Tuesday."
    assert [part.origin for part in merge.parts] == ["mine", "theirs"]
    assert merge.unsettled == ()


def test_a_conflict_waits_for_a_person() -> None:
    merge = merge3("pay 30 now", "pay 35 now", "pay 40 now")
    assert merge.unsettled == (0,)
    assert [part.origin for part in merge.parts] == ["conflict"]
    assert take(merge, 0, "mine").text == "pay 35 now"
    assert take(merge, 0, "theirs").text == "pay 40 now"
    assert take(merge, 0, "base").text == "pay 30 now"
    assert take(merge, 0, "both").text == "pay 3540 now"
    assert take(merge, 0, "theirs").unsettled == ()
    with pytest.raises(IndexError):
        take(merge, 1, "mine")


def test_the_same_change_of_both_is_one_and_no_conflict() -> None:
    merge = merge3("pay 30 now", "pay 35 now", "pay 35 now")
    assert [(part.origin, part.settled) for part in merge.parts] == [("same", True)]


def test_additions_at_one_place_conflict() -> None:
    merge = merge3("a.\nb.", "a.\nmine.\nb.", "a.\ntheirs.\nb.")
    assert [part.origin for part in merge.parts] == ["conflict"]
    assert take(merge, 0, "both").text == "a.\nmine.\ntheirs.\nb."


def test_of_json_the_result_is_json() -> None:
    base = '{"a": 1, "b": [1, 2], "c": "x"}'
    merge = merge3(base, '{"a": 1, "b": [1, 2, 3], "c": "x"}', '{"a": 2, "b": [1, 2], "c": "x", "d": null}')
    assert merge.text == '{"a": 2, "b": [1, 2, 3], "c": "x", "d": null}'
    assert merge.unsettled == ()
