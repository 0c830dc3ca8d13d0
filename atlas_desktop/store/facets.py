"""How many calls have which value: the counts of the facet sidebar."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import apsw
import orjson

from atlas_desktop.domain.filter.facets import FACETS, Facets, FacetValue
from atlas_desktop.domain.opinion import UNSURE_TAG
from atlas_desktop.domain.query import NEWEST, Field, Query, Term
from atlas_desktop.store.browse import Source, where
from atlas_desktop.store.conditions import KIND_FIELDS
from atlas_desktop.store.said import SHOWN

# One reading of the index for all fields that are counted under the same filter.
_HITS: Final = "WITH hit AS MATERIALIZED (SELECT kind, shown, passed, count(*) AS n FROM {0} GROUP BY kind, shown, passed) "
_OF_HITS: Final = "SELECT '{0}', {0}, sum(n) FROM hit{1} GROUP BY {0}"
_KINDS: Final = " JOIN kind ON kind.id = hit.kind"
_RATINGS: Final = {number: name for name, number in SHOWN.items()}
_COUNTED: Final[dict[Field, tuple[str, str]]] = {
    "rating": ("shown", ""), "passed": ("passed", ""), "metered": ("metered", _KINDS),
    **{field: (field, _KINDS) for field in KIND_FIELDS},
}  # fmt: skip


def facets(connection: apsw.Connection, query: Query) -> Facets:
    """The values of every facet field with their counts, each under the query without this field's own terms."""
    query = replace(query, sort=NEWEST)
    free = [field for field in FACETS if not query.of(field)]
    found = _count(connection, query, free)
    for field in FACETS:
        if query.of(field):
            found |= _count(connection, query.without(field), [field])
    source = where(connection, query)
    total = connection.execute(f"SELECT count(*) FROM {source.sql}", source.bindings).get  # noqa: S608
    return Facets({field: _with_asked(query, field, found[field]) for field in FACETS}, total)


def _count(connection: apsw.Connection, query: Query, fields: list[Field]) -> dict[Field, list[FacetValue]]:
    source = where(connection, query)
    found: dict[Field, list[FacetValue]] = {field: [] for field in fields}
    columns = {_COUNTED[field][0]: field for field in fields if field in _COUNTED}
    if columns:
        parts = [_OF_HITS.format(*_COUNTED[field]) for field in columns.values()]
        sql = _HITS.format(source.sql) + " UNION ALL ".join(parts)
        for column, value, number in connection.execute(sql, source.bindings):
            found[columns[column]].append(FacetValue(_term(columns[column], value), number))
    if "tag" in found:
        found["tag"] = _tags(connection, source)
    if "corrected" in found:
        found["corrected"] = _corrected(connection, source)
    return {field: sorted(values, key=_most_first) for field, values in found.items()}


def _most_first(value: FacetValue) -> tuple[int, str]:
    return -value.count, value.term.value


def _term(field: Field, value: Any) -> Term:
    if field == "rating":
        return Term(field, _RATINGS[value])
    if field == "passed":
        return Term(field, "none" if value is None else "yes" if value else "no")
    if field == "metered":
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


def _corrected(connection: apsw.Connection, source: Source) -> list[FacetValue]:
    sql = f"SELECT seq IN (SELECT call FROM corrected) AS it, count(*) FROM {source.sql} GROUP BY it"  # noqa: S608
    rows: Iterator[tuple[Any, ...]] = iter(connection.execute(sql, source.bindings))
    return [FacetValue(Term("corrected", "yes" if it else "no"), number) for it, number in rows]


def _with_asked(query: Query, field: Field, values: list[FacetValue]) -> tuple[FacetValue, ...]:
    """What the query asks for is listed even where nothing has it, so that it can be unticked."""
    known = {value.term for value in values}
    asked = (replace(term, negated=False) for term in query.of(field) if term.op in ("is", "none"))
    return (*values, *(FacetValue(term, 0) for term in dict.fromkeys(asked) if term not in known))
