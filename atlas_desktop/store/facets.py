"""How many calls have which value: the counts of the facet sidebar."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import apsw
import orjson

from atlas_desktop.domain.filter.facets import FACETS, Facets, FacetValue, of_tags
from atlas_desktop.domain.opinion import UNSURE_TAG
from atlas_desktop.domain.query import NEWEST, Field, Query, Term
from atlas_desktop.store.browse import Source, where
from atlas_desktop.store.conditions import KIND_FIELDS
from atlas_desktop.store.said import SHOWN

# One reading of the index for all fields that are counted under the same filter.
_HITS: Final = (
    "WITH hit AS MATERIALIZED (SELECT kind, shown, corrected, passed, count(*) AS n FROM {0}"
    " GROUP BY kind, shown, corrected, passed) SELECT '', NULL, sum(n) FROM hit"
)
_OF_HITS: Final = " UNION ALL SELECT '{0}', {1}, sum(n) FROM hit{2} GROUP BY {1}"
_KINDS: Final = " JOIN kind ON kind.id = hit.kind"
_RATINGS: Final = {number: name for name, number in SHOWN.items()}
_COUNTED: Final[dict[Field, tuple[str, str]]] = {
    "rating": ("shown", ""), "corrected": ("corrected", ""), "passed": ("passed", ""), "metered": ("metered", _KINDS),
    **{field: (field, _KINDS) for field in KIND_FIELDS},
}  # fmt: skip

_Found = dict[Field, list[FacetValue]]


def facets(connection: apsw.Connection, query: Query) -> Facets:
    """The values of every facet field with their counts, each under the query without this field's own terms."""
    query = replace(query, sort=NEWEST)
    under = {field: of_tags(query) if field == "tag" else query.without(field) for field in FACETS}
    total, found = _count(connection, query, [field for field in FACETS if under[field] == query])
    for field in FACETS:
        if field not in found:
            found |= _count(connection, under[field], [field])[1]
    return Facets({field: _with_asked(query, field, found[field]) for field in FACETS}, total)


def _count(connection: apsw.Connection, query: Query, fields: list[Field]) -> tuple[int, _Found]:
    source = where(connection, query)
    found: _Found = {field: [] for field in fields}
    total = 0
    counted = [field for field in fields if field in _COUNTED]
    sql = _HITS.format(source.sql) + "".join(_OF_HITS.format(field, *_COUNTED[field]) for field in counted)
    rows: Iterator[tuple[Any, ...]] = iter(connection.execute(sql, source.bindings))
    for field, value, number in rows:
        if field:
            found[field].append(FacetValue(_term(field, value), number))
        else:
            total = number or 0
    if "tag" in found:
        found["tag"] = _tags(connection, source)
    return total, {field: sorted(values, key=_most_first) for field, values in found.items()}


def _most_first(value: FacetValue) -> tuple[int, str]:
    return -value.count, value.term.value


def _term(field: Field, value: Any) -> Term:
    if field == "rating":
        return Term(field, _RATINGS[value])
    if field == "passed":
        return Term(field, "none" if value is None else "yes" if value else "no")
    if field in ("metered", "corrected"):
        return Term(field, "yes" if value else "no")
    return Term(field, "", "none") if value is None else Term(field, value)


def _tags(connection: apsw.Connection, source: Source) -> list[FacetValue]:
    """Few calls are tagged: those are looked up, by each set of tags there is."""
    sql = (
        "SELECT tags, count(*) FROM tagged CROSS JOIN call ON call.seq = tagged.call"  # noqa: S608  # no value in it
        f" WHERE {source.conditions} GROUP BY tags"
    )
    counts: Counter[str] = Counter()
    for tags, number in connection.execute(sql, source.bindings):
        for tag in orjson.loads(tags):
            counts[tag] += number
    return [FacetValue(Term("tag", tag), number) for tag, number in counts.items() if tag != UNSURE_TAG]


def _with_asked(query: Query, field: Field, values: list[FacetValue]) -> tuple[FacetValue, ...]:
    """What the query asks for is listed even where nothing has it, so that it can be unticked."""
    known = {value.term for value in values}
    asked = (replace(term, negated=False) for term in query.of(field) if term.op in ("is", "none"))
    return (*values, *(FacetValue(term, 0) for term in dict.fromkeys(asked) if term not in known))
