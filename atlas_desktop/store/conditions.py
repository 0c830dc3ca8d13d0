"""The terms of a query as SQL conditions on the table `call`."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

import apsw

from atlas_desktop.domain.filter.fields import SHAPES, all_hold
from atlas_desktop.domain.filter.quantities import instant, measure
from atlas_desktop.domain.query import Field, Op, Query, Term
from atlas_desktop.store.records import fingerprint_number
from atlas_desktop.store.said import SHOWN

Bindings = list[str | int | float]

KIND_FIELDS: Final[tuple[Field, ...]] = (
    "operation", "customer", "model", "provider", "quantization", "tier", "schema_version", "finish",
)  # fmt: skip
"""Fields of the table ``kind``, whose columns have their names."""

_BEGINS: Final = "lower(substr({0}, 1, length({1}))) = lower({1})"
_TAGS: Final = "tagged CROSS JOIN json_each(tags)"
_TAG: Final = "json_each.value"
_COLUMNS: Final[dict[str, str]] = {"latency": "latency_ms", "cost": "cost_usd", "size": "size_bytes"}
_SIGNS: Final[dict[Op, str]] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_PASSED: Final = {"yes": "passed = 1", "no": "passed = 0", "none": "passed IS NULL"}
_RESULTS: Final = {
    "passed": "CASE WHEN passed IS NULL THEN shown = 1 ELSE passed END",
    "failed": "CASE WHEN passed IS NULL THEN shown = 2 ELSE NOT passed END",
    "none": "passed IS NULL AND shown NOT IN (1, 2)",
}
"""Scores decide where something was evaluated, else what the call shows (`domain.pass_rate.verdict`)."""
_STATES: Final = {
    "unsent": "seq IN (SELECT call FROM outbox)",
    "conflict": "seq IN (SELECT call FROM outbox WHERE state = 3)",
    "later": "seq IN (SELECT call FROM later)",
    "draft": "seq IN (SELECT call FROM draft)",
}


class Conditions:
    """What must hold for a call, with the values it is compared with."""

    def __init__(self, connection: apsw.Connection, query: Query, now: datetime) -> None:
        self.bindings: Bindings = []
        self._connection = connection
        self._now = now
        self.kinds = " AND ".join(self._of_kinds(query))
        """What must hold for a row of the table ``kind``."""
        self.all = ["gone = 0"]
        if self.kinds:
            self.all.append(f"kind IN (SELECT id FROM kind WHERE {self.kinds})")  # noqa: S608  # no value in it
        fields = dict.fromkeys(
            term.field for term in query.terms if term.field not in (*KIND_FIELDS, "metered")
        )
        for field in fields:
            self.all += self._hold(query.of(field))

    def bind(self, value: str | int | float) -> str:
        """A placeholder for a value."""
        self.bindings.append(_comparable(value) if isinstance(value, str) else value)
        return f"?{len(self.bindings)}"

    def _of_kinds(self, query: Query) -> list[str]:
        fields: tuple[Field, ...] = (*KIND_FIELDS, "metered")
        return [part for field in fields for part in self._hold(query.of(field))]

    def _hold(self, terms: Sequence[Term]) -> list[str]:
        """The terms of one field: any of the alternatives, all of the limits and tags, none of the negated."""
        limited = bool(terms) and all_hold(terms[0].field)
        wanted = [term for term in terms if not term.negated]
        unwanted = [term for term in terms if term.negated]
        if wanted and terms[0].field == "tag":
            parts = [self._all_tags(wanted)]
        else:
            parts = [self._one(term) for term in wanted] if limited else []
        if wanted and not limited:
            parts.append(self._any(wanted))
        if unwanted:
            parts.append(f"{self._any(unwanted)} IS NOT TRUE")
        return parts

    def _any(self, terms: Sequence[Term]) -> str:
        if terms[0].field == "tag":
            return self._any_tag(terms)
        return f"({' OR '.join(self._one(term) for term in terms)})"

    def _all_tags(self, terms: Sequence[Term]) -> str:
        """One look through the tagged calls for all of them: a look for each is more than SQLite nests."""
        named = [self._name(term, _TAG) for term in terms if term.op != "none"]
        parts = ["seq NOT IN (SELECT call FROM tagged)"] if len(named) < len(terms) else []
        if named:
            every = " AND ".join(f"max({each})" for each in named)
            parts.append(
                f"seq IN (SELECT call FROM {_TAGS} WHERE {' OR '.join(named)} GROUP BY call HAVING {every})"  # noqa: S608
            )
        return f"({' AND '.join(parts)})"

    def _any_tag(self, terms: Sequence[Term]) -> str:
        """All tags at once: the tagged calls are looked through one time."""
        named = " OR ".join(self._name(term, _TAG) for term in terms if term.op != "none")
        parts = [f"seq IN (SELECT call FROM {_TAGS} WHERE {named})"] if named else []  # noqa: S608
        if any(term.op == "none" for term in terms):
            parts.append("seq NOT IN (SELECT call FROM tagged)")
        return f"({' OR '.join(parts)})"

    def _one(self, term: Term) -> str:
        if term.field in KIND_FIELDS:
            return self._name(term, term.field)
        if term.field in _COLUMNS:
            limit = self.bind(measure(term.field, term.value))
            return f"{_COLUMNS[term.field]} {_SIGNS[term.op]} {limit}"
        if SHAPES[term.field].kind == "moment":
            at = self.bind(round(instant(term.value, self._now).timestamp() * 1000))
            return f"created_ms {'>=' if term.field == 'after' else '<'} {at}"
        if SHAPES[term.field].kind == "exact":
            return self._exact(term)
        return self._choice(term)

    def _name(self, term: Term, column: str) -> str:
        if term.op == "none":
            return f"{column} IS NULL"
        # While a name is being typed there is none like it yet: then its beginning counts.
        begins = term.op == "starts" or not self._is_known(term)
        wanted = self.bind(term.value)
        return _BEGINS.format(column, wanted) if begins else f"{column} = {wanted}"

    def _is_known(self, term: Term) -> bool:
        if term.field == "tag":
            return term.value in self._tags
        known = f"SELECT EXISTS (SELECT 1 FROM kind WHERE {term.field} = ?)"  # noqa: S608  # names of ours
        return bool(self._connection.execute(known, (_comparable(term.value),)).get)

    @cached_property
    def _tags(self) -> frozenset[object]:
        """Every tag a call shows: one look at the tagged calls, however many are asked for."""
        return frozenset(row[0] for row in self._connection.execute(f"SELECT DISTINCT {_TAG} FROM {_TAGS}"))  # noqa: S608

    def _choice(self, term: Term) -> str:
        if term.field == "rating":
            return f"shown = {SHOWN[term.value]}"
        if term.field == "passed":
            return _PASSED[term.value]
        if term.field == "result":
            return f"({_RESULTS[term.value]})"
        if term.field == "metered":
            return f"metered = {int(term.value == 'yes')}"
        if term.field == "corrected":
            return f"corrected = {int(term.value == 'yes')}"
        return _STATES[term.value]

    def _exact(self, term: Term) -> str:
        if term.field == "id":
            return f"seq IN (SELECT seq FROM call WHERE id = {self.bind(term.value)})"  # noqa: S608
        number = self.bind(fingerprint_number(term.value) or 0)
        if term.value.startswith("fp_p_"):
            return f"seq IN (SELECT seq FROM call WHERE gone = 0 AND prompt = {number})"  # noqa: S608
        return f"exchange = {number}"


def _comparable(text: str) -> str:
    """A text without what SQLite cannot compare: then it simply matches nothing."""
    return text.encode("utf-8", "replace").decode()
