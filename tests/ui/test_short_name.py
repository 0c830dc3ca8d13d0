"""Names from outside, made fit for labels, lists, screen readers and notices."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.ui.hostile_text import hidden_count
from atlas_desktop.ui.short_name import NAME, short_name

ZALGO = "Z" + "\u0315\u031b\u0321\u0334" * 400 + "algo"


def test_an_ordinary_name_is_as_it_was() -> None:
    for name in ("northwind/prod", "Größe", "شركة النور", "Tiếng Việt", "", "👩‍👩‍👧"):
        assert short_name(name) == name


def test_what_is_hidden_is_spelled_and_lines_are_one() -> None:
    assert short_name("a\u202egnp.exe") == "a‹RLO›gnp.exe"
    assert "\n" not in short_name("a\nb")


def test_a_tower_of_accents_is_low_and_the_letters_after_it_are_there() -> None:
    found = short_name("a\u0301\u0302" + "Z" + "\u0315" * 30 + "algo")
    assert found == "a\u0301\u0302Z" + "\u0315" * 4 + "algo"
    assert short_name(ZALGO) == "Z\u0315\u031b\u0321\u0334…"


@given(
    st.text(st.one_of(st.characters(), st.sampled_from("\u0301\u202e\u200b\n")), max_size=2000),
    st.integers(1, 90),
)
def test_it_is_never_long_high_or_hidden(text: str, most: int) -> None:
    found = short_name(text, most)
    assert len(found) <= most + 1
    assert hidden_count(found) == 0
    run = 0
    for character in found:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        assert run <= 4


def test_it_is_cut_where_it_is_too_long() -> None:
    assert short_name("x" * 10_000) == "x" * NAME + "…"
    assert short_name("x" * NAME) == "x" * NAME
