"""Regular expressions by RE2: time grows with the text, whatever the pattern (sync.md, threat 5)."""

import re as _re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Protocol

from atlas_desktop.contract.evaluators import RegexConfig
from atlas_desktop.domain.scoring.pointer import part_of
from atlas_desktop.domain.scoring.score import LARGEST_OUTPUT, ConfigError, Finding, Score, unscored
from atlas_desktop.wording import tr

MOST_BYTES: Final = 1024
"""Of a pattern."""
_PROGRAM: Final = 1024 * 1024
"""Bytes that the compiled pattern may take; what is larger is refused."""
_STATES: Final = 8 * 1024 * 1024
"""Bytes for the states that matching comes across. With one MiB RE2 gives up collecting them at ``.{0,500}z`` and
goes through the program at each character: 20 s for 1 MiB of text, where it takes 0.05 s with eight."""
_SHOWN: Final = 20
_AT_ONCE: Final = 8
"""Instructions of a program in such a step: `[\\s\\S]{1,1000}z` has 8,004 and took 20 s for 1 MiB."""
_INSIDE: Final = bytes(range(0x80, 0xC0))
"""The bytes of a character after its first: `\\C` matches a single byte, so a match may begin or end within one."""
_REFUSED: Final = (b"invalid perl operator: ", b"invalid escape sequence: ", b"bad repetition operator: ")


class _Match(Protocol):
    def span(self) -> tuple[int, int]: ...


class _Pattern(Protocol):
    """What is used of google-re2, which has no types."""

    programsize: int

    def search(self, text: bytes) -> _Match | None: ...
    def finditer(self, text: bytes) -> Iterator[_Match]: ...


def check_pattern(pattern: str) -> None:
    """Raises ConfigError that names what RE2 does not know."""
    _compiled(pattern)


def steps(pattern: str, output: str) -> int:
    """A bound on the steps of a search, of some twenty nanoseconds: each character may go through the whole program."""
    try:
        return _compiled(pattern).programsize * len(output) // _AT_ONCE
    except ConfigError:
        return 0


def score_regex(config: RegexConfig, output: str) -> Score:
    """1 when the pattern is found and should be, or is not and should not be; else 0, with where it was found."""
    if len(output) > LARGEST_OUTPUT or len(data := output.encode("utf-8", "replace")) > LARGEST_OUTPUT:
        return unscored("too_large", tr("the output is larger than 1 MiB"))
    try:
        pattern = _compiled(config.pattern)
    except ConfigError as error:
        return unscored("invalid_config", str(error))
    if config.field:
        part = part_of(output, config.field)
        if part is None:
            return Score(0.0, False, details=(_no_field(config.field),))
        data = part.encode("utf-8", "replace")
    found = pattern.search(data)
    if (found is not None) == config.wants_match:
        return Score(1.0, True)
    if found is None:
        return Score(0.0, False, details=(_not_found(config.field),))
    return Score(0.0, False, details=tuple(_places(pattern, data, whole=not config.field)))


def _not_found(field: str | None) -> Finding:
    """Where it was looked for: whoever puts it right has the whole output before them."""
    where = (
        tr("the pattern is not found in {field}", field=field) if field else tr("the pattern is not found")
    )
    return Finding(where)


def _no_field(field: str) -> Finding:
    return Finding(tr("there is no {field} in the output", field=field))


def _places(pattern: _Pattern, data: bytes, *, whole: bool) -> list[Finding]:
    """The first places of a match that should not be; offsets in characters where the whole output was searched."""
    places, at, characters = [], 0, 0
    for match in pattern.finditer(data):
        start, end = match.span()
        characters += len(data[at:start].translate(None, _INSIDE))
        length = len(data[start:end].translate(None, _INSIDE))
        message = tr("the pattern is found here")
        if whole:
            places.append(Finding(message, start=characters, end=characters + length))
        else:
            places.append(Finding(message))
        at, characters = end, characters + length
        # After an empty match the library goes on a byte later: perhaps inside a character.
        if len(places) == _SHOWN or start == end:
            break
    return places


@lru_cache(32)
def _compiled(pattern: str) -> _Pattern:
    try:
        data = pattern.encode()
    except UnicodeEncodeError:
        raise ConfigError(tr("the pattern holds half of a surrogate pair"), "pattern") from None
    if len(data) > MOST_BYTES:
        raise ConfigError(tr("a pattern may have {most} bytes", most=MOST_BYTES), "pattern")
    import re2  # noqa: PLC0415 - a megabyte for whoever has a pattern

    options = re2.Options()
    # Where groups are kept, every match is gone through once more for their places: 1.5 s for `(.*a){20}$`.
    options.log_errors, options.never_capture = False, True
    try:
        options.max_mem = _PROGRAM
        re2.compile(data, options)
        options.max_mem = _STATES
        ready: _Pattern = re2.compile(data, options)
    except re2.error as error:
        raise ConfigError(_words(error.args[0] if error.args else b""), "pattern") from None
    finally:
        # The library keeps 128 of its own, each with all of its states.
        re2.purge()
    return ready


def _words(said: bytes | str) -> str:
    """RE2's complaint for whoever wrote the pattern."""
    data = said if isinstance(said, bytes) else said.encode()
    text = data.decode("utf-8", "replace")
    _, _, what = text.partition(": ")
    if what in ("(?=", "(?!", "(?<=", "(?<!"):
        return tr("RE2 has no look-ahead and no look-behind: {what}", what=what)
    if _re.fullmatch(r"\\\d|\(\?P=?", what):
        return tr("RE2 has no references to earlier groups: {what}", what=what)
    if data.startswith(_REFUSED):
        return tr("RE2 does not know {what}", what=what)
    if text.startswith("pattern too large"):
        return tr("the pattern needs too much memory: write it with fewer repetitions")
    return tr("the pattern is not well formed: {what}", what=text)
