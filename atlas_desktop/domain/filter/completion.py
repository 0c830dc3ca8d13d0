"""What could stand where the cursor is, best first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, get_args

from atlas_desktop.domain.filter.facets import Facets
from atlas_desktop.domain.filter.fields import FIELDS, SHAPES, SORT, field_named
from atlas_desktop.domain.filter.language import Token, parse
from atlas_desktop.domain.filter.reading import SORT_WORDS, nearest
from atlas_desktop.domain.filter.spelling import format_sort, format_term, format_value
from atlas_desktop.domain.query import NEWEST, OLDEST, Column, Field, Sort, Term
from atlas_desktop.wording import tr

MOST: Final = 50
"""So many candidates are offered."""
_ENOUGH: Final = 2
_MOST_NAMED: Final = 8
_MOMENTS: Final = ("today", "yesterday", "24h", "7d", "30d", "90d")
_QUANTITIES: Final[dict[Field, tuple[str, ...]]] = {
    "latency": (">500ms", ">1s", ">2s", ">5s", "<500ms"),
    "cost": (">0.001", ">0.01", ">0.1"),
    "size": (">10kB", ">100kB", ">1MB", "<1kB"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """``text`` replaces the part of the line. ``detail`` stands beside it, muted: a count, or what it means."""

    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What to put from ``start`` to ``end`` of the line: one of ``options``, none when there is nothing to offer."""

    start: int
    end: int
    options: tuple[Option, ...] = ()

    def applied(self, line: str, option: Option) -> tuple[str, int]:
        """The line with this candidate in it, and where the cursor is then: after a value a blank follows."""
        after = line[self.end :]
        more = "" if option.text.endswith(":") or after[:1].isspace() else " "
        made = line[: self.start] + option.text + more
        step = 1 if not more and not option.text.endswith(":") else 0
        return made + after, len(made) + step


def complete(line: str, cursor: int, vocabulary: Facets) -> Completion:
    """The candidates at the cursor: fields while none is named, then the values with the number of calls of each."""
    cursor = min(max(cursor, 0), len(line))
    token = next((each for each in parse(line).tokens if each.start < cursor <= each.end), None)
    if token is None:
        free = not line[cursor : cursor + 1].strip()
        return Completion(cursor, cursor, tuple(_fields("")) if free else ())
    if token.colon is not None and cursor >= token.colon:
        return _value(line, cursor, token, vocabulary)
    start = token.start + line.startswith("-", token.start)
    typed = line[start:cursor]
    if not re.fullmatch(r"[A-Za-z_]*", typed):
        return Completion(cursor, cursor)
    end = token.end if token.colon is None else token.colon
    named = _named(typed, vocabulary) if token.colon is None and len(typed) >= _ENOUGH else []
    return Completion(start, end, (*_fields(typed), *named))


def _fields(typed: str) -> Iterator[Option]:
    lower = typed.lower()
    for name in (*FIELDS, SORT):
        if name.startswith(lower):
            yield Option(f"{name}:", _about(name))


def _named(typed: str, vocabulary: Facets) -> list[Option]:
    """Names that begin with the word being typed, with their field: the commonest."""
    lower = typed.lower()
    found = [
        value
        for values in vocabulary.fields.values()
        for value in values
        if SHAPES[value.term.field].kind == "name" and value.term.value.lower().startswith(lower)
    ]
    found.sort(key=lambda value: -value.count)
    return [Option(format_term(value.term), f"{value.count:,}") for value in found[:_MOST_NAMED]]


def _about(name: str) -> str:
    field = field_named(name)
    if field is None:
        return tr("oldest, latency, -cost …")
    if field == "tag":
        return tr("{example}; of several, all", example=SHAPES[field].example)
    if SHAPES[field].choices:
        return ", ".join(words[0] for words in SHAPES[field].choices.values())
    return SHAPES[field].example


def _value(line: str, cursor: int, token: Token, vocabulary: Facets) -> Completion:
    assert token.colon is not None  # noqa: S101  # looked at by the caller
    key = line[token.start : token.colon - 1].removeprefix("-")
    typed = line[token.colon : cursor].strip('"')
    if key.lower() in SORT_WORDS:
        return Completion(token.colon, token.end, _matching(_orders(), typed))
    field = field_named(key)
    if field is None:
        return Completion(cursor, cursor)
    return Completion(token.colon, token.end, _matching(_values(field, vocabulary), typed))


def _orders() -> Iterator[Option]:
    yield Option(format_sort(NEWEST))
    yield Option(format_sort(OLDEST))
    for column in get_args(Column):
        if column != "time":
            yield from _both_ways(column)


def _both_ways(column: Column) -> Iterator[Option]:
    yield Option(format_sort(Sort(column, descending=True)), tr("largest first"))
    yield Option(format_sort(Sort(column, descending=False)), tr("smallest first"))


def _values(field: Field, vocabulary: Facets) -> Iterator[Option]:
    counted = {value.term: value.count for value in vocabulary.of(field)}
    shape = SHAPES[field]
    if shape.kind == "choice":
        for value in shape.choices:
            yield _option(Term(field, value), counted.get(Term(field, value)))
    elif shape.kind == "moment":
        yield from (Option(moment) for moment in _MOMENTS)
    elif shape.kind == "quantity":
        yield from (Option(quantity) for quantity in _QUANTITIES[field])
    else:
        yield from _groups(counted)
        for term, count in counted.items():
            yield _option(term, count)


def _groups(counted: "dict[Term, int]") -> Iterator[Option]:
    """``northwind/*`` for names that share what stands before a slash."""
    groups: dict[str, list[int]] = {}
    for term, count in counted.items():
        head, slash, _ = term.value.partition("/")
        if slash and term.op == "is":
            groups.setdefault(head + slash, []).append(count)
    for head, counts in groups.items():
        if len(counts) > 1:
            (field,) = {term.field for term in counted}
            yield _option(Term(field, head, "starts"), sum(counts))


def _option(term: Term, count: int | None) -> Option:
    return Option(format_value(replace(term, negated=False)), "" if count is None else f"{count:,}")


def _matching(options: Iterable[Option], typed: str) -> tuple[Option, ...]:
    """Those beginning with what is typed, then those containing it; failing both, the one nearly so called."""
    every = list(options)
    wanted = typed.lower()
    plain = [option.text.strip('"').lower() for option in every]
    begins = [option for option, text in zip(every, plain, strict=True) if text.startswith(wanted)]
    inside = [
        option
        for option, text in zip(every, plain, strict=True)
        if wanted in text and not text.startswith(wanted)
    ]
    found = begins + inside
    if not found and (near := nearest(wanted, plain)) is not None:
        found = [every[plain.index(near)]]
    return tuple(found[:MOST])


def may_become_field(line: str) -> bool:
    """Whether the last word of a line being typed is the beginning of a field: text, unless a colon follows."""
    word = re.search(r'(?:^|\s)-?([^\s":-][^\s":]*)$', line)
    return word is not None and any(field.startswith(word[1].lower()) for field in FIELDS)
