"""From a stretch of a chart back to its calls: the filter that gives exactly those that did not pass."""

from datetime import UTC, datetime

from atlas_desktop.domain.pass_rate import Group
from atlas_desktop.domain.query import Query, Term


def failing(query: Query, group_by: Group, group: str | None, start_ms: int, end_ms: int) -> Query:
    """The calls of a group that failed in ``start_ms <= created_at < end_ms``, under the filter of the chart.

    Both must be whole seconds, as the edges of buckets are.
    """
    named = Term(group_by, "", "none") if group is None else Term(group_by, group)
    when = (Term("after", _moment(start_ms)), Term("before", _moment(end_ms)))
    return query.without(group_by, "result").having(named, *_failed(query.of("result")), *when)


def _failed(asked: tuple[Term, ...]) -> tuple[Term, ...]:
    """The results asked for, and failed: terms of one field are alternatives, so this takes more than one more."""
    failed = Term("result", "failed")
    wanted = [term for term in asked if not term.negated]
    unwanted = tuple(term for term in asked if term.negated)
    if wanted and failed not in wanted:
        unwanted = (*unwanted, Term("result", "failed", negated=True))
    return failed, *unwanted


def _moment(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return at.strftime("%Y-%m-%dT%H:%MZ" if at.second == 0 else "%Y-%m-%dT%H:%M:%SZ")
