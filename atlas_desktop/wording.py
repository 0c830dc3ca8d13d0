"""Words a person reads, in the person's language. Knows no Qt: the model speaks too."""

import gettext
from typing import Any

_words: gettext.NullTranslations = gettext.NullTranslations()


def tr(text: str, /, **values: Any) -> str:
    """The sentence in the language chosen, with ``{name}`` replaced by the values."""
    found = _words.gettext(text)
    return found.format(**values) if values else found


def trn(one: str, many: str, number: int, /, **values: Any) -> str:
    """The sentence for this number, which it may name as ``{count}``."""
    return _words.ngettext(one, many, number).format(count=number, **values)


def speak(words: gettext.NullTranslations) -> None:
    """Use these words from now on."""
    global _words
    _words = words
