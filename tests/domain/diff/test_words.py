"""Words in any script."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.diff.tokens import boundary_after, boundary_before, string_words, words
from tests.domain.diff.texts import any_text, parts_a_character, pieces


def split(text: str) -> list[str]:
    return [text[start:stop] for start, stop in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't stop, please", ["don't", "stop", ",", "please"]),
        ("3.14 and 1,000.50 or 5.", ["3.14", "and", "1,000.50", "or", "5", "."]),
        ("well-known foo_bar x=y", ["well", "-", "known", "foo_bar", "x", "=", "y"]),
        ("| --- | ===", ["|", "---", "|", "==="]),
        ("Café’s naïve", ["Café’s", "naïve"]),
        ("e\u0301te\u0301 x", ["e\u0301te\u0301", "x"]),
        ("漢字とカナ、です", [*"漢字とカナ、です"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("हिन्दी नमस्ते", ["हिन्दी", "नमस्ते"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("ไทย", ["ไท", "ย"]),
        ("מה שלומך؟ مرحبا", ["מה", "שלומך", "؟", "مرحبا"]),
        ("👩‍👩‍👧👍🏽 🇩🇪🇫🇷 1️⃣🙂‍↔️", ["👩‍👩‍👧", "👍🏽", "🇩🇪", "🇫🇷", "1️⃣", "🙂‍↔️"]),
        ("a\u202eb\u200bc", ["a", "\u202e", "b", "\u200b", "c"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(pieces.map("".join) | any_text)
def test_words_leave_out_white_space_and_part_no_character(text: str) -> None:
    spans = words(text)
    at = 0
    for start, stop in [*spans, (len(text), len(text))]:
        assert at <= start
        assert text[at:start].strip() == ""
        at = stop
    assert all(start < stop for start, stop in spans)
    for start, stop in spans:
        assert not parts_a_character(text, start), (text, start)
        assert not parts_a_character(text, stop), (text, stop)


@given(any_text | pieces.map("".join))
def test_plain_and_general_way_agree_on_ascii(text: str) -> None:
    plain = re.sub(r"[^\x00-\x7f]", "x", text)
    assert [span for span in words(plain + " é") if span[1] <= len(plain)] == words(plain)


def test_an_escape_in_a_json_string_is_one_word() -> None:
    text = r"a\nb \\x \u00e9 \ud83d\ude00 \"q\""
    found = [text[a:b] for a, b in string_words(text)]
    assert found == ["a", r"\n", "b", r"\\", "x", r"\u00e9", r"\ud83d\ude00", r"\"", "q", r"\""]


def test_a_part_of_a_text() -> None:
    text = "één twee drie vier"
    assert words(text, 4, 13) == [(4, 8), (9, 13)]


@given(pieces.map("".join) | any_text, st.data())
def test_cut_at_a_boundary_the_words_stay(text: str, data: st.DataObject) -> None:
    whole = words(text)
    at = data.draw(st.integers(0, max(len(text) - 1, 0)))
    start, stop = (boundary_before(text, at), boundary_after(text, at)) if text else (0, 0)
    assert start <= at <= stop
    assert words(text, start, len(text)) == [span for span in whole if span[0] >= start]
    assert words(text, 0, stop) == [span for span in whole if span[0] < stop]
