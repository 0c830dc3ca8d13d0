"""Words a person reads, in the person's language. Knows no Qt: the model speaks too.

English is the source: a sentence that a catalog lacks is said as it is written. Catalogs are looked up at each
call, so a sentence is to be made where it is said, never kept in a constant; `mark` is for tables that need one.
"""

import gettext
import string
from typing import Any, Final

_words: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


class _Numbers(string.Formatter):
    """``{count:,}`` with the separators of the language: 1,204.5 or 1.204,5."""

    def __init__(self, group: str = ",", point: str = ".") -> None:
        self._signs = str.maketrans({",": group, ".": point})

    def format_field(self, value: Any, format_spec: str) -> str:
        """Numbers get the language's signs, all else is formatted as ever."""
        shown = str(super().format_field(value, format_spec))
        return shown.translate(self._signs) if isinstance(value, int | float) else shown


_ENGLISH: Final = _Numbers()
_numbers = _ENGLISH


def tr(text: str, /, **values: Any) -> str:
    """The sentence in the language chosen, with ``{name}`` replaced by the values."""
    # An empty message is the head of a catalog.
    found = _words.gettext(text) if text else ""
    return _numbers.vformat(found, (), values) if values else found


def trn(one: str, many: str, number: int, /, **values: Any) -> str:
    """The sentence for this number, which it may name as ``{count}``."""
    return _numbers.vformat(_words.ngettext(one, many, number), (), {"count": number, **values})


def mark(text: str, /) -> str:
    """The English itself, for a table of constants: whoever shows it says ``tr(…)``. Here so that it is found."""
    return text


def number(value: float, digits: int = 0) -> str:
    """A number by itself, grouped as the language does."""
    return _numbers.format_field(value, f",.{digits}f" if digits else ",")


def language() -> str:
    """The language chosen, such as ``de``."""
    return _language


def speak(
    words: gettext.NullTranslations, *, language: str = "en", group: str = ",", point: str = "."
) -> None:
    """Use these words, and these signs in numbers, from now on."""
    global _words, _language, _numbers
    _words, _language, _numbers = words, language, _Numbers(group, point)
