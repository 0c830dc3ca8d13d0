"""The terms of a query as SQL conditions on the table `call`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from atlas_desktop.domain.filter.fields import SHAPES
from atlas_desktop.domain.filter.quantities import instant, measure
from atlas_desktop.domain.query import Field, Op, Query, Term
from atlas_desktop.store.records import fingerprint_number
from atlas_desktop.store.said import SHOWN

Bindings = list[str | int | float]

KIND_FIELDS: Final[tuple[Field, ...]] = (
    "operation", "customer", "model", "provider", "quantization", "tier", "schema_version", "finish",
)  # fmt: skip
"""Fields of the table ``kind``, whose columns have their names."""

_BEGINS: Final = "lower(substr({column}, 1, length({0}))) = lower({0})"
# While a name is being typed there is none like it yet: then its beginning counts.
_IS: Final = (
    "CASE WHEN EXISTS (SELECT 1 FROM {source} WHERE {column} = {0}) THEN {column} = {0} ELSE {begins} END"
)
_TAGS: Final = "tagged CROSS JOIN json_each(tags)"
_COLUMNS: Final[dict[str, str]] = {"latency": "latency_ms", "cost": "cost_usd", "size": "size_bytes"}
_SIGNS: Final[dict[Op, str]] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_PASSED: Final = {"yes": "passed = 1", "no": "passed = 0", "none": "passed IS NULL"}
_STATES: Final = {
    "unsent": "seq IN (SELECT call FROM outbox)",
    "conflict": "seq IN (SELECT call FROM outbox WHERE state = 3)",
    "later": "seq IN (SELECT call FROM later)",
    "draft": "seq IN (SELECT call FROM draft)",
}


class Conditions:
    """What must hold for a call, with the values it is compared with."""

    def __init__(self, query: Query, now: datetime) -> None:
        self.bindings: Bindings = []
        self._now = now
        self.all = ["gone = 0", *self._of_kinds(query)]
        fields = dict.fromkeys(
            term.field for term in query.terms if term.field not in (*KIND_FIELDS, "metered")
        )
        for field in fields:
            self.all += self._hold(query.of(field))

    def bind(self, value: str | int | float) -> str:
        """A placeholder for a value."""
        # A text without what SQLite cannot compare: then it simply matches nothing.
        self.bindings.append(value.encode("utf-8", "replace").decode() if isinstance(value, str) else value)
        return f"?{len(self.bindings)}"

    def _of_kinds(self, query: Query) -> list[str]:
        fields: tuple[Field, ...] = (*KIND_FIELDS, "metered")
        held = [part for field in fields for part in self._hold(query.of(field))]
        return [f"kind IN (SELECT id FROM kind WHERE {' AND '.join(held)})"] if held else []  # noqa: S608

    def _hold(self, terms: Sequence[Term]) -> list[str]:
        """The terms of one field: any of the alternatives, all of the limits, none of the negated."""
        limits = [
            term for term in terms if not term.negated and SHAPES[term.field].kind in ("quantity", "moment")
        ]
        either = [term for term in terms if not term.negated and term not in limits]
        parts = [self._one(term) for term in limits]
        if either:
            parts.append(_any(self._one(term) for term in either))
        parts += [f"({self._one(term)}) IS NOT TRUE" for term in terms if term.negated]
        return parts

    def _one(self, term: Term) -> str:
        if term.field in KIND_FIELDS:
            return self._name(term, term.field, "kind")
        if term.field == "tag":
            return self._tag(term)
        if term.field in _COLUMNS:
            limit = self.bind(measure(term.field, term.value))
            return f"{_COLUMNS[term.field]} {_SIGNS[term.op]} {limit}"
        if SHAPES[term.field].kind == "moment":
            at = self.bind(round(instant(term.value, self._now).timestamp() * 1000))
            return f"created_ms {'>=' if term.field == 'after' else '<'} {at}"
        if SHAPES[term.field].kind == "exact":
            return self._exact(term)
        return self._choice(term)

    def _name(self, term: Term, column: str, source: str) -> str:
        if term.op == "none":
            return f"{column} IS NULL"
        wanted = self.bind(term.value)
        begins = _BEGINS.format(wanted, column=column)
        if term.op == "starts":
            return begins
        return _IS.format(wanted, column=column, source=source, begins=begins)

    def _tag(self, term: Term) -> str:
        if term.op == "none":
            return "seq NOT IN (SELECT call FROM tagged)"
        return f"seq IN (SELECT call FROM {_TAGS} WHERE {self._name(term, 'json_each.value', _TAGS)})"  # noqa: S608

    def _choice(self, term: Term) -> str:
        if term.field == "rating":
            return f"shown = {SHOWN[term.value]}"
        if term.field == "passed":
            return _PASSED[term.value]
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


def _any(parts: Iterable[str]) -> str:
    return f"({' OR '.join(parts)})"
