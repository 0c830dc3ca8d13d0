"""What can be wrong with JSON, in words for people, each with its place."""

import re
from typing import Final

from atlas_desktop.contract.limits import DEPTH_LIMIT
from atlas_desktop.domain.json_text.model import Fault, Node, Span
from atlas_desktop.wording import tr

_SHOWN: Final = 40
_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
_MEANT: Final = {
    **dict.fromkeys(("True", "TRUE"), "true"),
    **dict.fromkeys(("False", "FALSE"), "false"),
    **dict.fromkeys(("None", "NULL", "Null", "nil", "undefined"), "null"),
}
_QUOTES: Final = "'‘’‚“”„«»`"
_NO_NUMBERS: Final = frozenset({"NaN", "nan", "Infinity", "-Infinity", "inf", "-inf"})


def nothing(text: str) -> Fault:
    """No value at all."""
    return Fault(0, len(text), tr("there is no JSON here yet"))


def no_comma(text: str, start: int, end: int) -> Fault:
    """Two values, or a value and a name, side by side."""
    return Fault(
        *_first(text, start, end), tr("a comma is missing before {what}", what=_shown(text, start, end))
    )


def no_colon(text: str, key: Span) -> Fault:
    """A name and its value side by side."""
    return Fault(*key, tr("a colon is missing after {name}", name=_shown(text, *key)))


def no_value(text: str, key: Span, colon: int | None) -> Fault:
    """A name without a value, or without colon and value."""
    name = _shown(text, *key)
    if colon is None:
        return Fault(*key, tr("a colon and a value are missing after {name}", name=name))
    return Fault(colon, colon + 1, tr("the value of {name} is missing", name=name))


def no_name(text: str, at: int) -> Fault:
    """A value where an object has a name."""
    return Fault(at, at + 1, tr("in an object, a name in double quotes stands before each value"))


def comma_too_many(at: int, *, first: bool) -> Fault:
    """A comma with nothing before it."""
    words = tr("JSON does not begin with a comma") if first else tr("there is nothing before this comma")
    return Fault(at, at + 1, words)


def comma_before_end(at: int, bracket: str) -> Fault:
    """A comma with nothing after it."""
    return Fault(at, at + 1, tr("the comma before {bracket} is one too many", bracket=bracket))


def not_finished(at: int) -> Fault:
    """A comma at the end of the text."""
    return Fault(at, at + 1, tr("something is missing after this comma"))


def unexpected(sign: str, at: int) -> Fault:
    """A colon or a closing bracket out of place."""
    if sign == ":":
        return Fault(at, at + 1, tr("this colon has no name before it"))
    opening = "{" if sign == "}" else "["
    return Fault(
        at,
        at + 1,
        tr("{bracket} closes nothing: there is no {opening} for it", bracket=sign, opening=opening),
    )


def not_closed(text: str, node: Node, at: int) -> Fault:
    """One kind of bracket closed by the other."""
    missing = "}" if node.kind == "object" else "]"
    return Fault(at, at + 1, tr("{bracket} is missing before {found}", bracket=missing, found=text[at]))


def still_open(text: str, node: Node, end: int) -> Fault:
    """The text ends too early."""
    closing, opening = ("}", "{") if node.kind == "object" else ("]", "[")
    line = text.count("\n", 0, node.start) + 1
    words = tr(
        "{bracket} is missing at the end: {opening} in line {line} is still open",
        bracket=closing,
        opening=opening,
        line=line,
    )
    return Fault(max(0, end - 1), end, words)


def more_after_end(text: str, start: int, end: int) -> Fault:
    """A second value."""
    return Fault(*_first(text, start, end), tr("there is more after the end of the JSON"))


def too_deep(at: int) -> Fault:
    """More brackets than anyone reads."""
    return Fault(at, at + 1, tr("brackets are nested deeper than {levels} levels", levels=DEPTH_LIMIT))


def too_large(start: int, end: int) -> Fault:
    """A number that most readers take for infinity."""
    return Fault(start, end, tr("this number is larger than a computer can hold"))


def comment(start: int, end: int) -> Fault:
    """// or # or /* */."""
    return Fault(start, end, tr("JSON has no comments"))


def word(text: str, start: int, end: int, *, as_key: bool) -> Fault:
    """Something that is no JSON value, or no name."""
    found = text[start:end]
    return Fault(start, end, _strange(found) or _about_name(found) if as_key else _about_value(found))


def _strange(found: str) -> str | None:
    if found.startswith("```"):
        return tr("the marks ``` around the JSON are not part of it")
    if found[0] in _QUOTES:
        return tr('text stands in double quotes ("…"), not in {sign}', sign=found[0])
    if not found[0].isprintable():
        return tr("an invisible character (U+{code}) stands here", code=f"{ord(found[0]):04X}")
    return None


def _about_name(found: str) -> str:
    return tr("the name {name} needs double quotes", name=_cut(found))


def _about_value(found: str) -> str:
    if (meant := _MEANT.get(found)) is not None:
        return tr("{found} is written {meant} in JSON", found=found, meant=meant)
    if found in _NO_NUMBERS:
        return tr("{found} is no number in JSON", found=found)
    return (
        _strange(found) or _about_number(found) or tr("text needs double quotes: {found}", found=_cut(found))
    )


def _about_number(found: str) -> str | None:
    bare = found.lstrip("+-")
    if not bare:
        return tr("{found} is no number in JSON", found=_cut(found))
    if not bare[:1].isascii() or not (bare[:1].isdigit() or (bare[:1] == "." and bare[1:2].isdigit())):
        return None
    if found[0] == "+":
        return tr("a number has no + before it")
    if bare[0] == "." or bare.endswith(".") or ".e" in bare.lower():
        return tr("a number has digits before and after its point")
    if bare[0] == "0" and bare.isdigit():
        return tr("a number does not begin with a zero that counts nothing")
    return tr("{found} is no number in JSON", found=_cut(found))


def quote_inside(at: int) -> Fault:
    """A text goes on right after its closing quote."""
    return Fault(at, at + 1, tr('the text ends at this quote; a quote inside text is written \\"'))


def no_beginning(text: str, start: int, end: int) -> Fault:
    """Words where JSON should begin."""
    found = text[start:end]
    known = found in _MEANT or found in _NO_NUMBERS or _strange(found) or _about_number(found)
    words = _about_value(found) if known else tr("JSON does not begin like this: {found}", found=_cut(found))
    return Fault(start, end, words)


def half_character(text: str, start: int, end: int) -> int | None:
    r"""Where half of a surrogate pair is, written \ud83d without the other half, which nothing can show."""
    high: int | None = None
    for match in _ESCAPE.finditer(text, start, end):
        code = int(match[0][2:] if len(match[0]) == 6 else "0", 16)
        if high is not None and (match.start() != high + 6 or not 0xDC00 <= code < 0xE000):
            return high
        if high is None and 0xDC00 <= code < 0xE000:
            return match.start()
        high = match.start() if 0xD800 <= code < 0xDC00 else None
    return high


def half(at: int) -> Fault:
    """One of the two, alone."""
    return Fault(at, at + 6, tr("this is one half of a character: the other half is missing"))


def _first(text: str, start: int, end: int) -> Span:
    """Of a container only its bracket: underlining all of it would say nothing."""
    return (start, start + 1) if text[start] in "{[" else (start, end)


def _shown(text: str, start: int, end: int) -> str:
    return text[start] if text[start] in "{[" else _cut(text[start:end])


def _cut(words: str) -> str:
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
