"""A query as the line that means it: what `language.parse` reads back to the same query."""

import re
from typing import Final

from atlas_desktop.domain.filter.fields import SHAPES, spoken
from atlas_desktop.domain.filter.quantities import SIGNS
from atlas_desktop.domain.filter.reading import is_special
from atlas_desktop.domain.query import NEWEST, OLDEST, Query, Sort, Term, Words

_BARE: Final = re.compile(r'[^\s"]+')


def format_query(query: Query) -> str:
    """The line that parses back to the same query."""
    parts = [format_term(term) for term in query.terms]
    parts += [format_words(words) for words in query.words]
    if query.sort != NEWEST:
        parts.append(f"sort:{format_sort(query.sort)}")
    return " ".join(parts)


def format_term(term: Term) -> str:
    """One condition as it is typed."""
    return f"{'-' if term.negated else ''}{term.field}:{format_value(term)}"


def format_value(term: Term) -> str:
    """What stands after the colon."""
    if term.op == "none":
        return "none"
    if term.op in SIGNS:
        return SIGNS[term.op] + term.value
    if SHAPES[term.field].kind not in ("name", "exact"):
        return spoken(term.field, term.value)
    star = "*" if term.op == "starts" else ""
    ambiguous = not star and (term.value.endswith("*") or term.value.lower() == "none")
    if (_BARE.fullmatch(term.value) or (star and not term.value)) and not ambiguous:
        return term.value + star
    return '"' + term.value.replace('"', '""') + '"' + star


def format_words(words: Words) -> str:
    """A word or phrase as it is typed."""
    sign = "-" if words.negated else ""
    if words.phrase:
        return f'{sign}"{words.text}"'
    return sign + ("\\" if is_special(words.text) else "") + words.text


def format_sort(sort: Sort) -> str:
    """``oldest``, or a column with ``-`` before it when the largest comes first."""
    if sort in (NEWEST, OLDEST):
        return "newest" if sort == NEWEST else "oldest"
    return ("-" if sort.descending else "") + sort.column
