"""Any text read as JSON, as far as it goes: the values, their places, and the first thing that is wrong."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, ParamSpec

from atlas_desktop.contract.limits import DEPTH_LIMIT
from atlas_desktop.domain.json_text import broken_string, faults
from atlas_desktop.domain.json_text.model import Fault, Kind, Node, Span

P = ParamSpec("P")
_END: Final = r'(?![^ \t\n\r{}\[\],:"])'
_TOKEN: Final = re.compile(
    r"[ \t\n\r]*(?:([{}\[\],:])"
    r'|("[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")'
    rf"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?{_END})"
    rf"|((?:true|false|null){_END})"
    r"|(/\*(?:[^*]|\*(?!/))*(?:\*/)?|(?://|\#)[^\n]*)"
    r'|([^ \t\n\r{}\[\],:"]+)'
    r'|("))'
)
_LONG: Final = 200_000
_SURELY_FINITE: Final = 300
"""Digits that a double can hold."""
_PUNCT, _STRING, _NUMBER, _LITERAL, _COMMENT, _WORD, _QUOTE = range(1, 8)
_CLOSED_BY: Final = {"object": "}", "array": "]"}
_KIND: Final[dict[str, Kind]] = {"{": "object", "[": "array"}
_LITERALS: Final[dict[str, Kind]] = {"t": "true", "f": "false", "n": "null"}


# What may come next. Plain numbers, because they are compared for every sign of the text.
_TOP, _KEY_OR_END, _KEY, _COLON, _MEMBER_VALUE, _MEMBER_END, _ITEM_OR_END, _ITEM, _ITEM_END, _NOTHING = range(
    10
)
_FIRST: Final = {"object": _KEY_OR_END, "array": _ITEM_OR_END}
_NEXT: Final = {"object": _MEMBER_END, "array": _ITEM_END}


@dataclass(frozen=True, slots=True)
class Tree:
    """What a text holds. ``root`` is None when there is no value at all; ``fault`` when it is JSON."""

    text: str
    root: Node | None
    fault: Fault | None


def read(text: str) -> Tree:
    """The tree of any text; the last few are kept. Linear: 27 kB take 3 ms."""
    return _short(text) if len(text) < _LONG else _long(text)


@lru_cache(maxsize=4)
def _short(text: str) -> Tree:
    return _Reader(text).read()


# A tree takes twenty times the room of its text.
@lru_cache(maxsize=2)
def _long(text: str) -> Tree:
    return _Reader(text).read()


def forget() -> None:
    """Let go of the trees that are kept: whoever wrote these texts went on."""
    _short.cache_clear()
    _long.cache_clear()


class _Reader:
    """Goes through a text once. Never gives up: what is wrong is noted, and what was meant is guessed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node | None = None
        self.fault: Fault | None = None
        self.open: list[Node] = []
        self.inside: list[list[Node]] = []
        self.wanted = _TOP
        self.key: Span | None = None
        self.name = ""
        self.colon = self.comma = -1
        self.last = 0
        self.halves = "\\ud" in text or "\\uD" in text

    def read(self) -> Tree:
        """The whole."""
        at: int | None = 0
        while at is not None:
            at = self._from(at)
        self._finish()
        return Tree(self.text, self.root, self.fault)

    def _from(self, at: int) -> int | None:
        """Read on from here, up to a text without its closing quote; from where to go on after that."""
        text = self.text
        for match in _TOKEN.finditer(text, at):
            kind = match.lastindex or 0
            start, end = match.span(kind)
            if kind == _PUNCT:
                self._punctuation(text[start], start)
            elif kind == _STRING:
                if self.halves:
                    self._whole_characters(start, end)
                self._string(start, end)
            elif kind == _NUMBER:
                self._number(start, end)
            elif kind == _LITERAL:
                self._value(Node(_LITERALS[text[start]], start, end))
            elif kind == _QUOTE:
                self.last = self._broken(start)
                return self.last
            elif kind == _COMMENT:
                self._wrong(start, faults.comment, start, end)
            else:
                self._word(start, end)
            self.last = end
        return None

    def _number(self, start: int, end: int) -> None:
        raw = self.text[start:end]
        if ("e" in raw or "E" in raw or len(raw) > _SURELY_FINITE) and math.isinf(float(raw)):
            self._wrong(start, faults.too_large, start, end)
        self._value(Node("number", start, end))

    def _whole_characters(self, start: int, end: int) -> None:
        if (at := faults.half_character(self.text, start, end)) is not None:
            self._wrong(at, faults.half, at)

    def _broken(self, start: int) -> int:
        at, end = broken_string.where(self.text, start)
        self._wrong(at, broken_string.fault, self.text, start, at)
        self._string(start, end, broken=True)
        return end

    def _wrong(self, at: int, make: Callable[P, Fault], *given: P.args, **named: P.kwargs) -> None:
        """Note what is wrong at a place. Only the first is put into words: a text can have ten thousand."""
        if self.fault is None or at < self.fault.start:
            self.fault = make(*given, **named)

    def _punctuation(self, sign: str, at: int) -> None:
        if sign in "{[":
            children: list[Node] = []
            node = Node(_KIND[sign], at, len(self.text), children)
            self._value(node)
            self.open.append(node)
            self.inside.append(children)
            if len(self.open) == DEPTH_LIMIT + 1:
                self._wrong(at, faults.too_deep, at)
            self.wanted = _FIRST[node.kind]
        elif sign == ",":
            self._comma(at)
        elif sign == ":":
            self._colon(at)
        else:
            self._close(sign, at)

    def _string(self, start: int, end: int, *, broken: bool = False) -> None:
        if self.wanted in (_KEY, _KEY_OR_END):
            self._key(start, end, broken=broken)
        elif self.wanted == _MEMBER_END:
            self._wrong(start, faults.no_comma, self.text, start, end)
            self.comma = -1
            self._key(start, end, broken=broken)
        else:
            self._value(Node("broken" if broken else "string", start, end))

    def _key(self, start: int, end: int, *, broken: bool = False) -> None:
        raw = self.text[start + 1 : end - 1]
        if broken:
            raw = self.text[start:end].strip("\"'")
        elif "\\" in raw:
            raw = json.loads(self.text[start:end])
        self.key, self.name, self.colon = (start, end), raw, -1
        self.wanted = _COLON

    def _word(self, start: int, end: int) -> None:
        as_key = self.wanted in (_KEY, _KEY_OR_END, _MEMBER_END)
        if self.last == start > 0 and self.text[start - 1] == '"':
            self._wrong(start - 1, faults.quote_inside, start - 1)
        elif self.wanted == _TOP:
            self._wrong(start, faults.no_beginning, self.text, start, end)
        elif self.wanted != _NOTHING:
            self._wrong(start, faults.word, self.text, start, end, as_key=as_key)
        if as_key:
            self._key(start, end, broken=True)
        else:
            self._value(Node("broken", start, end))

    def _value(self, node: Node) -> None:
        """Put a value where it belongs."""
        wanted = self.wanted
        if wanted == _NOTHING:
            self._wrong(node.start, faults.more_after_end, self.text, node.start, node.end)
            return
        if wanted == _COLON and self.key:
            self._wrong(self.key[0], faults.no_colon, self.text, self.key)
        elif wanted in (_ITEM_END, _MEMBER_END):
            self._wrong(node.start, faults.no_comma, self.text, node.start, node.end)
        elif wanted in (_KEY, _KEY_OR_END):
            self._wrong(node.start, faults.no_name, self.text, node.start)
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root, self.wanted = node, _NOTHING
            return
        parent = self.open[-1]
        siblings = self.inside[-1]
        node.name = len(siblings)
        if self.key is not None:
            node.name, node.colon = self.name, self.colon
            node.begin, node.key_end = self.key
        node.comma, self.comma = self.comma, -1
        siblings.append(node)
        self.key, self.colon = None, -1
        self.wanted = _NEXT[parent.kind]

    def _comma(self, at: int) -> None:
        if self.wanted in (_COLON, _MEMBER_VALUE):
            self._empty(at)
        elif self.wanted not in (_MEMBER_END, _ITEM_END):
            self._wrong(at, faults.comma_too_many, at, first=not self.open)
        if self.open:
            self.comma = at
            self.wanted = _KEY if self.open[-1].kind == "object" else _ITEM

    def _colon(self, at: int) -> None:
        if self.wanted == _COLON:
            self.colon, self.wanted = at, _MEMBER_VALUE
        else:
            self._wrong(at, faults.unexpected, ":", at)

    def _empty(self, at: int) -> None:
        """A member whose value is not there, or not yet."""
        key = self.key or (at, at)
        colon = self.colon >= 0
        place = self.colon + 1 if colon else key[1]
        self._wrong(place - 1, faults.no_value, self.text, key, self.colon if colon else None)
        self._add(Node("broken", place, min(place, at)))

    def _close(self, sign: str, at: int) -> None:
        if self.wanted in (_COLON, _MEMBER_VALUE):
            self._empty(at)
        elif self.wanted in (_KEY, _ITEM):
            self._wrong(self.comma, faults.comma_before_end, self.comma, sign)
        if not any(_CLOSED_BY[node.kind] == sign for node in self._near()):
            self._wrong(at, faults.unexpected, sign, at)
            return
        while self.open:
            node = self.open.pop()
            self.inside.pop()
            if _CLOSED_BY[node.kind] == sign:
                node.end = at + 1
                break
            self._wrong(at, faults.not_closed, self.text, node, at)
            node.end = at
        self.comma = -1
        self.wanted = _NEXT[self.open[-1].kind] if self.open else _NOTHING

    def _near(self) -> list[Node]:
        # A bracket further out than this was hardly meant, and looking further would be quadratic.
        return self.open[:-9:-1]

    def _finish(self) -> None:
        end = self.last
        if self.key is not None:
            self._empty(end)
        elif self.comma >= 0 and self.open:
            self._wrong(self.comma, faults.not_finished, self.comma)
        if self.open:
            self._wrong(end - 1, faults.still_open, self.text, self.open[-1], end)
        if self.root is None and self.fault is None:
            self.fault = faults.nothing(self.text)
