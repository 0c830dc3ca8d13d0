"""A text in double quotes that is none: what is wrong with it, and where it was meant to end."""

import re
from typing import Final

from atlas_desktop.domain.json_text.model import Fault
from atlas_desktop.wording import tr

_NEAR: Final = 2_000
"""Characters after a line break inside a text in which its closing quote is looked for."""
_FINE: Final = re.compile(r'[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*')
_STRING_END: Final = re.compile(r'"(?=[ \t\r\n]*(?:[,:}\]]|$))')
_LINE: Final = re.compile(r'[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*')


def where(text: str, start: int) -> tuple[int, int]:
    """Of a text whose opening quote is at ``start``: where the first thing is wrong, and where it probably ends."""
    match = _FINE.match(text, start + 1)
    at = match.end() if match else start + 1
    if at < len(text) and text[at] not in "\n\r":
        return at, _end_of_line(text, at)
    # A line break inside, or the quote forgotten? The next quote tells, if it could close.
    quote = text.find('"', at, at + _NEAR)
    if quote < 0 or _looks_finished(text[start:at]) or not _STRING_END.match(text, quote):
        return start, start + max(1, len(text[start:at].rstrip(" \t,}]")))
    return at, quote + 1


def fault(text: str, start: int, at: int) -> Fault:
    """What is wrong there, in words."""
    if at == start:
        return Fault(start, where(text, start)[1], tr("the closing quote of this text is missing"))
    sign = text[at]
    if sign in "\n\r":
        return Fault(at, at + 1, tr("a line break inside text is written \\n"))
    if sign < " ":
        written = "\\t" if sign == "\t" else f"\\u{ord(sign):04x}"
        words = tr("an invisible character inside text is written {written}", written=written)
        return Fault(at, at + 1, words)
    if text[at + 1 : at + 2] == "u":
        return Fault(at, at + 2, tr("\\u is followed by four digits or letters from a to f"))
    escape = text[at : at + 2].strip()
    words = tr("{escape} means nothing: a backslash itself is written \\\\", escape=escape)
    return Fault(at, at + len(escape), words)


def _looks_finished(line: str) -> bool:
    """Whether other parts of JSON follow on the line, so that only the quote was forgotten."""
    return line.rstrip().endswith((",", "}", "]"))


def _end_of_line(text: str, at: int) -> int:
    match = _LINE.match(text, at + 1 if text[at] == "\\" else at)
    end = match.end() if match else at + 1
    return end + 1 if text[end : end + 1] == '"' else max(end, at + 1)
