"""What is a tag, and which one is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.tags import LONGEST_TAG, TagFault, read_tag, room, suggested


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("accuracy:partial", "accuracy:partial"),
        ("  accuracy : partial  ", "accuracy:partial"),
        ("tone:very   rude", "tone:very rude"),
        ("plain", "plain"),
        ("a:b:c", "a:b:c"),
        ("cafe\u0301:ja", "café:ja"),
        ("زبان:می\u200cخواهم", "زبان:می\u200cخواهم"),
        ("mood:👩\u200d🔬", "mood:👩\u200d🔬"),
    ],
)
def test_a_tag_is_kept_without_stray_space(typed: str, tag: str) -> None:
    assert read_tag(typed) == tag


@pytest.mark.parametrize(
    "typed",
    ["", "   ", ":", "accuracy:", ":partial", "x" * 101, "tone:\u202erude", "a\x00b", "a\ud800b", "a\u200bb", "review:note", "review:unsure"],
)  # fmt: skip
def test_what_is_no_tag_says_why(typed: str) -> None:
    wrong = read_tag(typed)
    assert isinstance(wrong, TagFault)
    assert wrong.message.endswith(".")


@given(st.text(max_size=120))
def test_a_tag_reads_as_itself_and_fits_the_contract(typed: str) -> None:
    tag = read_tag(typed)
    if isinstance(tag, str):
        assert read_tag(tag) == tag
        assert 1 <= len(tag) <= LONGEST_TAG
        tag.encode()


def test_room_counts_each_tag_once() -> None:
    tags = [f"t:{n}" for n in range(49)]
    assert room(tags, ["t:0", "t:50"]) is None
    assert isinstance(room(tags, ["t:50", "t:51"]), TagFault)


def test_suggestions_by_use_beginnings_first() -> None:
    uses = {"accuracy:partial": 3, "accuracy:wrong": 9, "tone:accusing": 50, "style:inaccurate": 99, "x": 1}
    assert suggested("acc", uses) == [
        "accuracy:wrong", "accuracy:partial", "tone:accusing", "style:inaccurate",
    ]  # fmt: skip
    assert suggested("ACC", uses, but=["accuracy:wrong"])[0] == "accuracy:partial"
    assert suggested("", uses)[0] == "style:inaccurate"
    assert suggested("zzz", uses) == []


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 99), max_size=30), st.text(max_size=3))
def test_every_suggestion_has_the_letters(uses: dict[str, int], typed: str) -> None:
    found = suggested(typed, uses)
    assert len(found) <= 20
    assert all(typed.strip().casefold() in tag.casefold() for tag in found)
