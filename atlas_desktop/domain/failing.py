"""From a stretch of a chart back to its calls: the filter that gives exactly those that did not pass, or that nobody
and nothing has judged."""

from datetime import UTC, datetime
from typing import Literal

from atlas_desktop.domain.pass_rate import Group
from atlas_desktop.domain.query import Query, Term

Result = Literal["failed", "none"]


def failing(query: Query, group_by: Group, group: str | None, start_ms: int, end_ms: int) -> Query:
    """The calls of a group that failed in ``start_ms <= created_at < end_ms``, under the filter of the chart.

    Both must be whole seconds, as the edges of buckets are.
    """
    return of_group(query, group_by, group, start_ms, end_ms, "failed")


def of_group(
    query: Query, group_by: Group, group: str | None, start_ms: int, end_ms: int, result: Result
) -> Query:
    """The same of another result; ``none``: the calls without a verdict."""
    named = Term(group_by, "", "none") if group is None else Term(group_by, group)
    return _of(query.without(group_by).having(named), start_ms, end_ms, result)


def unjudged(query: Query, start_ms: int, end_ms: int) -> Query:
    """The calls without a verdict, of any group."""
    return _of(query, start_ms, end_ms, "none")


def _of(query: Query, start_ms: int, end_ms: int, result: Result) -> Query:
    when = (Term("after", _moment(start_ms)), Term("before", _moment(end_ms)))
    return query.without("result").having(*_only(result, query.of("result")), *when)


def _only(result: Result, asked: tuple[Term, ...]) -> tuple[Term, ...]:
    """The results asked for, and this one: terms of one field are alternatives, so this takes more than one more."""
    only = Term("result", result)
    wanted = [term for term in asked if not term.negated]
    unwanted = tuple(term for term in asked if term.negated)
    if wanted and only not in wanted:
        unwanted = (*unwanted, Term("result", result, negated=True))
    return only, *unwanted


def _moment(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return at.strftime("%Y-%m-%dT%H:%MZ" if at.second == 0 else "%Y-%m-%dT%H:%M:%SZ")
