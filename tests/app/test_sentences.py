import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app import sentences
from atlas_desktop.app.tally import midnight_ms
from atlas_desktop.domain.opinion import Edit
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching, Some
from tests.app.desk import NOW


def test_the_sentence_of_the_design() -> None:
    assert sentences.decided("down", 2, 120, 1) == "3 of 120, rated bad, undo with Z"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (sentences.decided("up", None, 120, 1), "beside the list, rated good, undo with Z"),
        (sentences.decided("unsure", 2, 1_000_000, 1204), "1,204 calls, marked unsure, undo with Z"),
        (sentences.unchanged("up", 1), "This call was already rated good."),
        (sentences.unchanged("clear", 30), "These 30 calls were already without a rating."),
        (sentences.moved(0, 1_000_000, None), "1 of 1,000,000"),
        (
            sentences.taken_back("up", 100, None, again=True, beside=False),
            "Done again: 100 calls rated good.",
        ),
        (
            sentences.decided(Edit("down", "text", ("tone:rude", "accuracy:partial")), 2, 120, 1),
            "3 of 120, corrected, rated bad, tagged tone:rude, accuracy:partial, undo with Z",
        ),
        (
            sentences.decided(Edit(remove_tags=("tone:rude",)), 0, 9, 30),
            "30 calls, tag tone:rude removed, undo with Z",
        ),
        (
            sentences.decided(Edit(comment="why"), 0, 9, 1, key="Alt+Z"),
            "1 of 9, note written, undo with Alt+Z",
        ),
        (sentences.decided("up", 0, 9, 1, key=""), "1 of 9, rated good"),
        (
            sentences.taken_back(Edit(correction=None), 2, None, again=True, beside=False),
            "Done again: 2 calls correction taken back.",
        ),
        (sentences.selected(Some(), 9), "No call selected."),
        (sentences.selected(Some(frozenset({1})), 9), "1 call selected."),
        (sentences.selected(AllMatching(Query()), 1204), "1,204 calls selected."),
    ],
)
def test_what_is_said(said: str, expected: str) -> None:
    assert said == expected


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from(["up", "down", "unsure", "clear"]))
def test_numbers_come_first_and_the_way_back_last(position: int, total: int, verdict: str) -> None:
    said = sentences.decided(verdict, position, total, 1)  # type: ignore[arg-type]
    assert said.startswith(f"{position + 1:,} of {total:,}, ")
    assert said.endswith("undo with Z")


def test_today_began_within_the_last_day() -> None:
    now_ms = int(NOW.timestamp() * 1000)
    assert 0 <= now_ms - midnight_ms(NOW) < 25 * 3600 * 1000
