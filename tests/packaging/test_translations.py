"""The catalogs fit the program: every sentence is in them, compiled as it is written, with its places for values."""

import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

import translations as made

from atlas_desktop.app.language import TONGUES, language_of, speak_language, words_of
from atlas_desktop.wording import number, tr, trn

PLACES = re.compile(r"\{(\w+)(?::[^}]*)?\}")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak_language("en")


def test_every_language_but_english_has_a_catalog() -> None:
    assert set(made.LANGUAGES) | {"en"} == set(TONGUES)


@pytest.mark.parametrize("language", made.LANGUAGES)
def test_the_catalog_has_every_sentence_and_no_other(language: str) -> None:
    kept = (made.PLACE / language / "atlas.po").read_bytes()
    assert kept == made.po_bytes(made.updated(language)), "run: python packaging/translations.py update"


@pytest.mark.parametrize("language", made.LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = (made.PLACE / language / "atlas.mo").read_bytes()
    assert compiled == made.mo_bytes(language), "run: python packaging/translations.py update"


@pytest.mark.parametrize("language", made.LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    assert made.missing(language) == []


@pytest.mark.parametrize("language", made.LANGUAGES)
def test_every_place_for_a_value_is_kept_as_it_is(language: str) -> None:
    wrong = [each.id for each in made.catalog(language) if each.id and not _same_places(each)]
    assert wrong == []


def _same_places(each: Message) -> bool:
    wanted = _places(made.strings(each.id)[-1])
    # "one" and "two" may say the number in a word.
    spared = {_COUNT} if isinstance(each.id, tuple) else set()
    return all(wanted - spared <= _places(form) <= wanted for form in made.strings(each.string) if form)


_COUNT = "count"


def _places(text: str) -> set[str]:
    assert [*string.Formatter().parse(text)] or not text
    return set(PLACES.findall(text))


def test_sentences_are_found_wherever_they_stand() -> None:
    source = 'tr("a {b}" " c", b=1)\ntrn("one", "many", n)\nX = {"k": mark("d")}\nCommand("id", "Title", "Go", (), "x", f)\nf("no")'
    assert set(made.messages_in(source)) == {"a {b} c", ("one", "many"), "d", "Title"}
    assert set(made.messages_in('x = Field(title="T", description="D", default="no")', fields=True)) == {
        "T",
        "D",
    }


def test_german_and_arabic_numbers_and_plurals() -> None:
    speak_language("de")
    assert number(1204567.5, 1) == "1.204.567,5"
    assert tr("{position:,} of {total:,}", position=3, total=1204) == "3 von 1.204"
    speak_language("ar")
    forms = {trn("{count:,} call", "{count:,} calls", count) for count in (1, 2, 3, 11, 100)}
    assert len(forms) == 5


@pytest.mark.parametrize(
    ("choice", "system", "spoken"),
    [
        ("system", ["de-AT", "en"], "de"), ("system", ["fr-FR", "ar_EG"], "ar"), ("system", ["fr"], "en"),
        ("system", [], "en"), ("ar", ["de"], "ar"), ("en", ["de"], "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_chosen_or_the_systems(choice: str, system: list[str], spoken: str) -> None:
    assert language_of(choice, system) == spoken  # type: ignore[arg-type]


def test_a_sentence_without_a_translation_is_said_in_english() -> None:
    assert words_of("de").gettext("nobody wrote this") == "nobody wrote this"


@pytest.mark.parametrize("language", made.LANGUAGES)
def test_no_hidden_character_stands_in_a_sentence(language: str) -> None:
    """The app's own labels show those as chips, as they do in a call."""
    hidden = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
    assert [
        each.id for each in made.catalog(language) if any(map(hidden.search, made.strings(each.string)))
    ] == []
