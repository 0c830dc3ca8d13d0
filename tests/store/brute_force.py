"""What a filter means, in plain Python: the store must agree with it."""

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from atlas_desktop.domain.filter.facets import FACETS
from atlas_desktop.domain.filter.fields import SHAPES
from atlas_desktop.domain.filter.quantities import instant, measure
from atlas_desktop.domain.opinion import UNSURE_TAG
from atlas_desktop.domain.pass_rate import verdict
from atlas_desktop.domain.query import Column, Field, Query, Sort, Term
from atlas_desktop.store.rows import CallRow
from tests.store.making import NOW

QUERIES = (
    Query(),
    Query(rating="none"),
    Query(rating="thumbs_up", order="oldest"),
    Query(rating="unsure", customer="north/*"),
    Query(operation="classify", rating="thumbs_down"),
    Query(operation="classify", customer="ha*", rating="none", text="question"),
    Query(text="refund"),
    Query(text="card", rating="none", operation="summarize"),
    Query([Term("rating", "thumbs_up"), Term("rating", "thumbs_down")], sort=Sort("rating")),
    Query([Term("corrected", "yes")]),
    Query([Term("corrected", "no"), Term("tag", "", "none")], sort=Sort("customer")),
    Query([Term("tag", UNSURE_TAG)]),
    Query([Term("tag", "tone:rude"), Term("tag", "accuracy:partial")]),
    Query([Term("tag", "tone:rude"), Term("tag", "it's", negated=True)]),
    Query([Term("tag", "tone:rude"), Term("tag", "", "none")]),
    Query([Term("tag", "", "none", negated=True), Term("rating", "none")]),
    Query([Term("is", "unsent"), Term("rating", "none", negated=True)]),
)
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip


def values(row: CallRow, field: Field) -> tuple[Any, ...]:
    """What a call has of a field that can be listed; nothing stands for none."""
    if field == "tag":
        return row.tags
    if field == "rating":
        return ("unsure" if row.unsure else row.rating or "none",)
    if field == "passed":
        return ("none" if row.passed is None else "yes" if row.passed else "no",)
    if field == "result":
        judged = verdict(row.passed, row.rating)
        return ("none" if judged is None else "passed" if judged.passed else "failed",)
    if field == "corrected":
        return ("yes" if row.corrected else "no",)
    if field == "metered":
        return ("yes" if row.seq % 5 else "no",)  # as the calls of these tests are made
    value = getattr(row, field)
    return () if value is None else (value,)


def matching(rows: Sequence[CallRow], query: Query, now: datetime = NOW) -> list[CallRow]:
    """The rows that belong to the filter, as they came."""
    names = {
        field: {value for row in rows for value in values(row, field)}
        for field in FACETS
        if SHAPES[field].kind == "name"
    }
    return [row for row in rows if _belongs(row, query, names, now)]


def _belongs(row: CallRow, query: Query, names: dict[Field, set[Any]], now: datetime) -> bool:
    for field in {term.field for term in query.terms}:
        limits = SHAPES[field].kind in ("quantity", "moment") or field == "tag"
        either = [term for term in query.of(field) if not term.negated]
        held = [_holds(row, term, names.get(field, set()), now) for term in either]
        if either and not (all(held) if limits else any(held)):
            return False
        if any(_holds(row, term, names.get(field, set()), now) for term in query.of(field) if term.negated):
            return False
    # Texts of these tests are short: the preview has all of it.
    return all((words.text in row.preview) != words.negated for words in query.words)


def _holds(row: CallRow, term: Term, known: set[Any], now: datetime) -> bool:
    kind = SHAPES[term.field].kind
    if kind == "quantity":
        number = {"latency": row.latency_ms, "cost": row.cost_usd, "size": row.size_bytes}[term.field]
        return number is not None and _SIGNS[term.op](number, measure(term.field, term.value))
    if kind == "moment":
        at = instant(term.value, now).timestamp() * 1000
        return row.created_ms >= at if term.field == "after" else row.created_ms < at
    if term.field == "is":
        return {"unsent": row.pending or row.needs_you, "conflict": False}.get(term.value, False)
    if term.field == "id":
        return row.id == term.value
    has = values(row, term.field)
    if term.op == "none":
        return not has
    if kind == "name" and (term.op == "starts" or term.value not in known):
        return any(value.lower().startswith(term.value.lower()) for value in has)
    return term.value in has


def ordered(rows: Iterable[CallRow], sort: Sort) -> list[CallRow]:
    """The rows in this order; those without a value last, equal ones newest first."""
    newest = sorted(rows, key=lambda row: (row.created_ms, row.seq), reverse=True)
    if sort.column == "time":
        return newest if sort.descending else newest[::-1]
    having = [row for row in newest if _rank(row, sort.column) is not None]
    having.sort(key=lambda row: _rank(row, sort.column), reverse=sort.descending)
    return having + [row for row in newest if _rank(row, sort.column) is None]


def _rank(row: CallRow, column: Column) -> Any:
    if column == "rating":
        return {"thumbs_up": 3, "thumbs_down": 1}.get(row.rating or "", 2 if row.unsure else None)
    name = {"latency": "latency_ms", "cost": "cost_usd", "size": "size_bytes"}.get(column, column)
    value = getattr(row, name)
    return (value.lower(), value) if isinstance(value, str) else value


def counts(rows: Sequence[CallRow], query: Query, now: datetime = NOW) -> dict[Field, Counter[Any]]:
    """How many calls have which value of each facet field, under the query without the field's own terms."""
    found: dict[Field, Counter[Any]] = {}
    for field in FACETS:
        under = query.without(field)
        if field == "tag":
            wanted = [term for term in query.of(field) if not term.negated and term.op != "none"]
            under = Query([*under.terms, *wanted], under.words)
        having = [values(row, field) for row in matching(rows, under, now)]
        if field == "tag":
            found[field] = Counter(tag for tags in having for tag in tags if tag != UNSURE_TAG)
        else:
            found[field] = Counter(each[0] if each else None for each in having)
    return found
