"""Which calls to look at, and in which order: a value. How it is typed is `domain.filter`'s matter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

Field = Literal[
    "operation", "customer", "model", "provider", "quantization", "tier", "schema_version", "finish",
    "rating", "passed", "result", "corrected", "metered", "tag", "is",
    "after", "before", "latency", "cost", "size",
    "fingerprint", "id",
]  # fmt: skip
Rated = Literal["thumbs_up", "thumbs_down", "none", "unsure"]
Order = Literal["newest", "oldest"]
Op = Literal["is", "starts", "none", "gt", "ge", "lt", "le"]
Column = Literal[
    "time", "operation", "customer", "model", "provider", "rating", "passed", "latency", "cost", "size"
]

_WHITE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a field and a value in its canonical spelling (see `domain.filter.fields`).

    ``op`` ``starts``: the value is a beginning. ``none``: the call has no such thing, ``value`` is empty. The
    comparing ones are for quantities: ``Term("latency", "2s", "gt")``.
    """

    field: Field
    value: str
    op: Op = "is"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A word, or a quoted phrase, that the text of a call must have (or, ``negated``, must not have).

    A word ending in ``*`` is found by its beginning.
    """

    text: str
    phrase: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """By which column, and whether the largest comes first. Equal ones are newest first."""

    column: Column = "time"
    descending: bool = True


NEWEST: Final = Sort()
OLDEST: Final = Sort("time", descending=False)


@dataclass(frozen=True, slots=True, init=False)
class Query:
    """A filter over the stored calls and the order to show them in.

    Terms of one field are alternatives ("this or that"), but of tags, which a call may have many of, all must be
    there, as on the server. Negated terms and limits must all hold, terms of different fields, and all ``words``. The last word is found by its beginning: it may still
    be typed. A name nothing has exactly is taken for the beginning of one.

    The named arguments are a short way to write the commonest terms: ``Query(rating="none")``.
    """

    terms: tuple[Term, ...]
    words: tuple[Words, ...]
    sort: Sort

    def __init__(
        self,
        terms: Iterable[Term] = (),
        words: Iterable[Words] = (),
        sort: Sort = NEWEST,
        *,
        operation: str | None = None,
        customer: str | None = None,
        rating: Rated | None = None,
        text: str = "",
        order: Order | None = None,
    ) -> None:
        short: tuple[tuple[Field, str | None], ...] = (
            ("operation", operation), ("customer", customer), ("rating", rating),
        )  # fmt: skip
        named = (name_term(field, value) for field, value in short if value)
        object.__setattr__(self, "terms", tuple(dict.fromkeys((*terms, *named))))
        object.__setattr__(self, "words", tuple(dict.fromkeys((*words, *words_of(text)))))
        object.__setattr__(self, "sort", sort if order is None else OLDEST if order == "oldest" else NEWEST)

    def of(self, field: Field) -> tuple[Term, ...]:
        """The terms of one field."""
        return tuple(term for term in self.terms if term.field == field)

    def without(self, *fields: Field) -> "Query":
        """The same query with nothing said about these fields."""
        return replace(self, terms=tuple(term for term in self.terms if term.field not in fields))

    def having(self, *terms: Term) -> "Query":
        """The same query with these terms as well."""
        return replace(self, terms=(*self.terms, *terms))

    def sorted(self, sort: Sort) -> "Query":
        """The same calls in another order."""
        return replace(self, sort=sort)

    @property
    def filters(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.terms or self.words)


def name_term(field: Field, value: str, *, negated: bool = False) -> Term:
    """A condition on a name, as it is typed bare: a star at the end makes it a beginning."""
    if value.endswith("*"):
        return Term(field, value[:-1], "starts", negated)
    return Term(field, value, "is", negated)


def words_of(text: str) -> tuple[Words, ...]:
    """The words and phrases of free text. An unclosed quote runs to the end; empty phrases vanish."""
    found = []
    for match in re.finditer(r'"([^"]*)(?:"|$)|([^\s"]+)', text):
        inner = _WHITE.sub(" ", match[1] or match[2] or "").strip()
        if inner:
            found.append(Words(inner, phrase=match[2] is None))
    return tuple(found)
