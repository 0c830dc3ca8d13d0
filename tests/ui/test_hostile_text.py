import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.ui.hostile_text import (
    FOLD_AT,
    MOST_MARKS,
    Kind,
    chip_label,
    hidden_count,
    one_line,
    pieces,
)
from atlas_desktop.ui.shown_text import ShownText, width

BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
CONTROLS = [*range(0x09), 0x0B, 0x0C, *range(0x0D, 0x20), *range(0x7F, 0xA0)]
ZERO_WIDTH = [0x00AD, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0x2061, 0x2064, 0xFEFF, 0x2028, 0x2029]
FILLERS = [0x115F, 0x3164, 0xFFA0]
TAGS = [0xE0001, *range(0xE0020, 0xE0080), 0xE0100, 0xE01EF]
QT_OWN = [0xFDD0, 0xFDD1, 0xFFFC, 0xFFFE, 0xFFFF]
HIDDEN = [*BIDI, *CONTROLS, *ZERO_WIDTH, *FILLERS, *TAGS, *QT_OWN]

any_text = st.lists(
    st.one_of(st.characters(), st.sampled_from([*map(chr, HIDDEN), "\r\n", "\ud83d"]), st.text(max_size=5))
).map("".join)


@pytest.mark.parametrize("code", HIDDEN, ids=lambda code: f"U+{code:04X}")
def test_each_hidden_character_becomes_a_chip(code: int) -> None:
    text = f"a{chr(code)}b"
    assert [piece.original for piece in pieces(text) if piece.kind is Kind.CHIP] == [chr(code)]
    assert hidden_count(text) == 1
    assert chip_label(chr(code)) in one_line(text)
    assert chr(code) not in one_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "tab\tand\nline", "é", "e\u0301", "日本語", "שלום עולם", "no\u00a0break", "em\u2003space",
        "می\u200cخواهم", "क्\u200dष", "\U0001f468\u200d\U0001f469", "❤\ufe0f", "crlf\r\nend",
    ],
)  # fmt: skip
def test_what_can_be_seen_is_left_alone(text: str) -> None:
    assert hidden_count(text) == 0


def test_joiners_and_selectors_out_of_place_are_shown() -> None:
    assert hidden_count("a\u200cb") == 1
    assert hidden_count("\u200dx") == 1
    assert hidden_count("❤\ufe0f\ufe0f") == 1
    assert hidden_count("\ufe0f") == 1


@given(any_text)
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(piece.original for piece in pieces(text)) == text


@given(st.lists(st.sampled_from(["x" * 1500, " ", "\n", "\u202e", "\r\n", "ש" * 700, "\U0001f600" * 900])))
def test_no_line_of_the_display_is_endless(parts: list[str]) -> None:
    shown = "".join(piece.shown for piece in pieces("".join(parts)))
    assert max(map(len, shown.split("\n"))) <= FOLD_AT


@given(any_text, st.data())
def test_any_range_of_the_display_gives_back_its_original(text: str, data: st.DataObject) -> None:
    shown = ShownText()
    for piece in pieces(text):
        shown.add(piece)
    end = sum(width(piece.shown) for piece in pieces(text))
    assert shown.original(0, end) == text
    cut = data.draw(st.integers(0, end))
    before, after = shown.original(0, cut), shown.original(cut, end)
    if not any(ord(character) > 0xFFFF for character in text):
        assert before + after == text


@pytest.mark.parametrize(
    "unit",
    ["\u0301", "\u0f90", "\u093e", "\U0001f3fd", "\u200d\U0001f468", "\U0001f3fd\u200d\U0001f468"],
    ids=ascii,
)
def test_no_character_of_the_display_is_endless(unit: str) -> None:
    text = "\U0001f468" + unit * 10_000
    shown = "".join(piece.shown for piece in pieces(text))
    assert shown.replace("\n", "") == text
    assert max(map(len, shown.split("\n"))) <= 4 * MOST_MARKS + 1
    few = "\U0001f468" + unit * (MOST_MARKS // len(unit))
    assert "".join(piece.shown for piece in pieces(few)) == few


def test_a_label_has_one_line_and_no_overrides() -> None:
    assert one_line("safe\u202egpj.exe\nnext") == "safe‹RLO›gpj.exe next"


def test_the_first_piece_of_five_megabytes_comes_at_once() -> None:
    text = "x" * 5_000_000
    started = time.perf_counter()
    first = next(pieces(text))
    assert first.kind is Kind.TEXT
    assert time.perf_counter() - started < 0.02
