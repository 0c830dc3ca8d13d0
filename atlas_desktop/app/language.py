"""Which language the app speaks: the one chosen, or the first of the system's that there is."""

import gettext
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from atlas_desktop.resources import resource_path
from atlas_desktop.wording import speak

T = TypeVar("T")
Language = Literal["en", "de", "ar"]
LanguageChoice = Literal["system", "en", "de", "ar"]


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: its own name for itself, its direction, its signs in numbers."""

    code: Language
    name: str
    right_to_left: bool = False
    group: str = ","
    point: str = "."


TONGUES: Final[dict[Language, Tongue]] = {
    "en": Tongue("en", "English"),
    "de": Tongue("de", "Deutsch", group=".", point=","),
    "ar": Tongue("ar", "العربية", right_to_left=True),
}


def language_of(choice: LanguageChoice, system: Sequence[str] = ()) -> Language:
    """The language to speak. ``system`` are the desktop's, the dearest first, such as ``de-AT``."""
    if choice != "system":
        return choice
    for each in system:
        code = each.replace("_", "-").split("-")[0].lower()
        for known in TONGUES:
            if code == known:
                return known
    return "en"


def speak_language(language: Language) -> Tongue:
    """Say everything in this language from now on."""
    tongue = TONGUES[language]
    speak(words_of(language), language=language, group=tongue.group, point=tongue.point)
    return tongue


def speaking(language: Language, work: Callable[[], T]) -> T:
    """Do this with these words: for a process beside, which was told no language yet."""
    speak_language(language)
    return work()


def words_of(language: Language) -> gettext.NullTranslations:
    """The catalog of a language; of English, the source, an empty one. Raises FileNotFoundError."""
    if language == "en":
        return gettext.NullTranslations()
    with resource_path("translations", language, "atlas.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
