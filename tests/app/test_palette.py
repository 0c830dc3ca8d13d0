import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.commands import COMMANDS
from atlas_desktop.app.palette import RECENT, Entry, folded, ranked, with_recent

ENTRIES = [Entry(f"command:{each.id}", each.title, each.menu, each.keys) for each in COMMANDS]


def first(typed: str) -> str:
    found = ranked(typed, ENTRIES)
    return found[0].title if found else ""


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("sync n", "Sync now"),
        ("nuc", "Next unrated call"),
        ("unrated next", "Next unrated call"),
        ("focus", "Focus mode"),
        ("FOCUS  MODE", "Focus mode"),
        ("theme dark", "Theme: dark"),
        ("foucs mode", "Focus mode"),
        ("setings", "Settings"),
        ("copy id", "Copy the call's id"),
        ("go_settings", "Settings"),
        ("thme drk", "Theme: dark"),
        ("thdark", "Theme: dark"),
        ("savevi", "Save this view…"),
    ],
)
def test_a_few_letters_find_it(typed: str, title: str) -> None:
    assert first(typed) == title


@pytest.mark.parametrize("typed", ["zzzzzz", "qxqxq", "1234567", "thme drkhghhge"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert ranked(typed, ENTRIES) == []


def test_accents_need_not_be_typed() -> None:
    entries = [Entry("a", "Später ansehen"), Entry("b", "Tag entfernen")]
    assert [each.id for each in ranked("spater", entries)] == ["a"]
    assert folded("  ÄÖ  ß ") == "ao ss"


def test_recent_ones_come_first_and_win_ties() -> None:
    recent = (ENTRIES[7].id, ENTRIES[3].id)
    assert [each.id for each in ranked("", ENTRIES, recent)][:2] == list(recent)
    assert len(ranked("", ENTRIES, recent)) == len(ENTRIES)
    themes = [each for each in ENTRIES if each.title.startswith("Theme")]
    assert ranked("theme", themes, (themes[-1].id,))[0] == themes[-1]


@given(st.lists(st.sampled_from("abcdef"), max_size=60))
def test_recent_has_each_once_the_newest_first_and_an_end(used: list[str]) -> None:
    recent: tuple[str, ...] = ()
    for each in used:
        recent = with_recent(recent, each)
        assert recent[0] == each
    assert len(recent) == len(set(recent)) <= RECENT


@given(st.text(max_size=30))
def test_whatever_is_typed_only_entries_come_back_and_each_once(typed: str) -> None:
    found = [each.id for each in ranked(typed, ENTRIES)]
    assert len(found) == len(set(found))
    assert set(found) <= {each.id for each in ENTRIES}
