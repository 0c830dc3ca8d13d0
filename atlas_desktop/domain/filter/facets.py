"""The sidebar's half of the filter: values with counts, and what ticking one does to the query."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from atlas_desktop.domain.query import Field, Query, Term

FACETS: Final[tuple[Field, ...]] = (
    "rating", "corrected", "passed", "operation", "customer", "model", "tag", "provider", "quantization", "tier",
    "schema_version", "finish", "metered",
)  # fmt: skip
"""The fields that have few enough values to list, in the order they are shown."""

Chosen = Literal["no", "yes", "excluded"]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field, as the condition that asks for it, and how many calls have it."""

    term: Term
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The values of each field, most calls first.

    A field's counts are those under the query without this field's own terms: what one would get by choosing it.
    Wanted tags stay, since one more narrows: see `of_tags`.
    """

    fields: Mapping[Field, tuple[FacetValue, ...]] = field(default_factory=dict)
    total: int = 0

    def of(self, name: Field) -> tuple[FacetValue, ...]:
        """The values of one field; none when it has no counts."""
        return self.fields.get(name, ())


def of_tags(query: Query) -> Query:
    """The query under which tags are counted: with the tags it wants, without what it says of no tags."""
    kept = (term for term in query.terms if term.field != "tag" or not (term.negated or term.op == "none"))
    return replace(query, terms=tuple(kept))


def is_chosen(query: Query, term: Term) -> Chosen:
    """Whether the query asks for this value, or excludes it."""
    plain = replace(term, negated=False)
    if plain in query.terms:
        return "yes"
    return "excluded" if replace(plain, negated=True) in query.terms else "no"


def toggle(query: Query, term: Term) -> Query:
    """Ask for this value (or exclude it, when ``term`` is negated) beside the field's others; not any more if so."""
    opposite = replace(term, negated=not term.negated)
    rest = tuple(each for each in query.terms if each not in (term, opposite))
    return replace(query, terms=rest if term in query.terms else (*rest, term))


def set_only(query: Query, term: Term) -> Query:
    """Ask for this value alone of its field, in the place where the field was spoken of first."""
    rest = list(query.without(term.field).terms)
    before = next((i for i, each in enumerate(query.terms) if each.field == term.field), len(rest))
    rest.insert(before, term)
    return replace(query, terms=tuple(rest))


def exclude_only(query: Query, term: Term) -> Query:
    """Leave this value out, and nothing else of its field."""
    return set_only(query, replace(term, negated=True))
