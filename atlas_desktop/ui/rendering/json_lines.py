"""JSON laid out in lines that can be folded, each token the one that was recorded. Pure.

Only white space differs from the source: numbers, order, repeated keys and escapes stay as they were written.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.rendering.runs import Look, Run, Steps, between
from atlas_desktop.wording import trn

LONGEST: Final = 500_000
"""JSON longer than this is shown as it was recorded."""

CHILDREN: Final = 100
"""So many entries of one object or list are shown at once; the next so many after a word from the reader."""

_WIDE: Final = 76
"""An object or list that fits into this many columns stays on one line."""

_LARGE: Final = 2_000
"""What is longer than this is folded at first, unless it is all there is."""

_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
)
_PAUSE: Final = 2_000
_INDENT: Final = "  "
_TOKEN: Final = re.compile(
    r'(?P<space>[ \t\r\n]+)|(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)'
    r"|(?P<colon>:)|(?P<word>[^\s{}\[\],:\"]+)"
)
RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


@dataclass(slots=True)
class _Container:
    """An object or a list: where it is, and what is known once its end was seen."""

    start: int
    depth: int
    end: int = -1
    children: int = 0
    nested: bool = False
    cut: int = -1
    """Where the entries begin that are not shown at once."""


_Place = Generator[Run | None, None, int]


def looks_like_json(text: str) -> bool:
    """Whether this is an object or a list that can be read: nothing else gains from lines."""
    inside = text.strip(" \t\r\n")
    if len(inside) < 2 or inside[0] not in "{[" or inside[-1] not in "}]":
        return False
    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return False
    return True


def json_runs(text: str, start: int, end: int, folds: Mapping[int, int], look: int = 0) -> Steps:
    """The runs of readable JSON in ``text[start:end]``.

    ``folds`` says of an object or list, by where it begins, how many entries are shown: 0 folds it. The rest goes
    by size.
    """
    containers = yield from _containers(text, start, end, folds)
    yield from _Lines(text, end, containers, folds, look | Look.MONO).runs(start)


def _containers(
    text: str, start: int, end: int, folds: Mapping[int, int]
) -> Generator[Run | None, None, dict[int, _Container]]:
    found: dict[int, _Container] = {}
    open_: list[_Container] = []
    filled = False
    for number, token in enumerate(_TOKEN.finditer(text, start, end), 1):
        if number % _PAUSE == 0:
            yield None
        kind = token.lastgroup
        if kind == "open":
            if open_:
                open_[-1].nested = True
            made = found[token.start()] = _Container(token.start(), len(open_))
            open_.append(made)
            filled = False
            continue
        if kind == "close":
            done = open_.pop()
            done.end = token.end()
            done.children += filled
        elif kind == "comma":
            last = open_[-1]
            last.children += 1
            if last.children == (folds.get(last.start) or CHILDREN):
                last.cut = token.end()
            continue
        elif kind == "space":
            continue
        filled = True
    return found


class _Lines:
    def __init__(
        self, text: str, end: int, containers: dict[int, _Container], folds: Mapping[int, int], look: int
    ) -> None:
        self._text = text
        self._end = end
        self._containers = containers
        self._folds = folds
        self._look = look
        self._open: list[_Container] = []
        self._flat = -1
        self._gap = ""

    def runs(self, start: int) -> Steps:
        """From here to the end of the text."""
        at, number = start, 0
        while at < self._end:
            token = _TOKEN.match(self._text, at, self._end)
            if token is None:  # cannot be: it was read before
                yield Run(at, self._end, None, self._look)
                return
            number += 1
            if number % _PAUSE == 0:
                yield None
            if token.lastgroup == "space":
                at = token.end()
                yield Run(token.start(), at, self._take_gap(), self._look)
                continue
            if self._gap and token.lastgroup != "close":
                yield between(at, self._take_gap(), self._look)
            at = yield from self._token(token)

    def _take_gap(self) -> str:
        gap, self._gap = self._gap, ""
        return gap

    def _token(self, token: re.Match[str]) -> _Place:
        kind, at = token.lastgroup, token.start()
        if kind == "open":
            return (yield from self._opening(self._containers[at]))
        if kind == "close":
            yield from self._closing(token)
        elif kind == "comma":
            yield Run(at, token.end(), None, self._look | Look.MUTED)
            if (more := self._more(token.end())) is not None:
                yield between(token.end(), self._line(), self._look)
                yield more
                return more.end
            self._gap = " " if self._flat >= 0 else self._line()
        elif kind == "colon":
            yield Run(at, token.end(), None, self._look | Look.MUTED)
            self._gap = " "
        elif kind == "string":
            yield from self._string(token)
        else:
            yield Run(at, token.end(), None, self._look | Look.ACCENT)
        return token.end()

    def _opening(self, container: _Container) -> _Place:
        size = container.end - container.start
        fold = self._folds.get(container.start)
        name = str(container.start)
        if not container.children or self._flat >= 0 or self._fits(container):
            if self._flat < 0:
                self._flat = len(self._open)
            self._open.append(container)
            yield Run(container.start, container.start + 1, None, self._look | Look.MUTED)
            return container.start + 1
        if fold == 0 or (fold is None and container.depth and size > _LARGE):
            brackets = self._text[container.start] + " … " + self._text[container.end - 1]
            shown = f"{brackets}  {_entries(container)}"
            yield Run(container.start, container.end, shown, self._look | Look.FOLD | Look.SHUT, name)
            return container.end
        self._open.append(container)
        yield Run(container.start, container.start + 1, None, self._look | Look.FOLD, name)
        self._gap = self._line()
        return container.start + 1

    def _fits(self, container: _Container) -> bool:
        return (
            not container.nested and container.end - container.start <= _WIDE - len(_INDENT) * container.depth
        )

    def _closing(self, token: re.Match[str]) -> Steps:
        self._open.pop()
        flat = self._flat >= 0
        if self._flat == len(self._open):
            self._flat = -1
        self._gap = ""
        if not flat:
            yield between(token.start(), self._line(), self._look)
        yield Run(token.start(), token.end(), None, self._look | Look.MUTED)

    def _string(self, token: re.Match[str]) -> Steps:
        at, end = token.span()
        following = _TOKEN.match(self._text, end, self._end)
        while following is not None and following.lastgroup == "space":
            following = _TOKEN.match(self._text, following.end(), self._end)
        key = following is not None and following.lastgroup == "colon"
        look = self._look | (Look.BOLD if key else 0)
        pieces = list(self._escapes(at, end, look))
        # Isolated: in a line from left to right, key and value must not change places.
        isolate = any(RIGHT_TO_LEFT.search(run.shown or self._text[run.start : run.end]) for run in pieces)
        if isolate:
            yield between(at, "\u2068", self._look)
        yield from pieces
        if isolate:
            yield between(end, "\u2069", self._look)

    def _escapes(self, at: int, end: int, look: int) -> Iterator[Run]:
        """A string whose escapes are readable: letters as letters, line ends as lines."""
        for found in _ESCAPE.finditer(self._text, at, end):
            shown = self._spoken(found[0])
            if shown is not None:
                if found.start() > at:
                    yield Run(at, found.start(), None, look)
                at = found.end()
                yield Run(found.start(), at, shown, look | (Look.MUTED if "\n" in shown else 0))
        yield Run(at, end, None, look)

    def _spoken(self, escape: str) -> str | None:
        if escape == "\\n":
            return f"↵{self._line()}{_INDENT}" if self._flat < 0 else None
        if not escape.startswith("\\u"):
            return None
        try:
            letter = str(orjson.loads(f'"{escape}"'))
        except orjson.JSONDecodeError:
            return None
        return letter if letter.isprintable() and one_line(letter) == letter and letter not in '"\\' else None

    def _more(self, at: int) -> Run | None:
        """What stands for the entries of the innermost container that are not shown yet."""
        container = self._open[-1] if self._open and self._flat < 0 else None
        if container is None or container.cut != at:
            return None
        shown = self._folds.get(container.start) or CHILDREN
        words = trn("… {count:,} more entry", "… {count:,} more entries", container.children - shown)
        name = f"{container.start}+{shown}"
        return Run(at, container.end - 1, words, self._look | Look.FOLD | Look.SHUT, name)

    def _line(self) -> str:
        return "\n" + _INDENT * len(self._open)


def _entries(container: _Container) -> str:
    return trn("{count:,} entry", "{count:,} entries", container.children)
