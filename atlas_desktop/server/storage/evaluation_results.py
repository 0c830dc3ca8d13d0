"""The results of runs: written once each, read by item or the worst first, and summed up."""

from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluations import ResultsQuery
from atlas_desktop.server.evaluation_runs.material import Result
from atlas_desktop.server.evaluation_runs.summary import Given
from atlas_desktop.server.evaluation_runs.texts import texts_of
from atlas_desktop.server.storage import evaluations
from atlas_desktop.server.storage.loop_tables import dataset_item, evaluation_result
from atlas_desktop.server.storage.scope import PAGE_BYTES, Row, Tenant

_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Results as wire objects, and the position after the last one when there are more."""

    data: list[dict[str, Any]]
    position: tuple[Json, ...] | None


def record(tenant: Tenant, run: int, results: list[Result], owner: str) -> int | None:
    """Keep results and count them up, together or not at all; how many are done now. None when the run is over,
    or another process than ``owner`` has taken it.

    That an item is scored once by an evaluator is the table's key: a second result is an IntegrityError.
    """
    done = evaluations.count_up(tenant, run, len(results), owner)
    if done is None:
        return None
    rows = [
        {
            "org": tenant.scope.org,
            "evaluation": run,
            "evaluator_id": rule,
            "item_id": item,
            "score": score,
            "passed": passed,
            "weight": weight,
            "document": document,
        }
        for item, rule, score, passed, weight, document in results
    ]
    tenant.insert(evaluation_result, rows)
    return done


def done_by(tenant: Tenant, run: int) -> dict[str, set[str]]:
    """The items that each evaluator has scored."""
    columns = (evaluation_result.c.evaluator_id, evaluation_result.c.item_id)
    found: dict[str, set[str]] = {}
    for row in tenant.all(sa.select(*columns).where(*_of(tenant, run))):
        found.setdefault(row.evaluator_id, set()).add(row.item_id)
    return found


def given(tenant: Tenant, run: int) -> list[Given]:
    """All results of a run, equal ones counted together."""
    columns = (
        evaluation_result.c.evaluator_id,
        evaluation_result.c.score,
        evaluation_result.c.passed,
        evaluation_result.c.weight,
    )
    counted = sa.select(*columns, sa.func.count().label("many")).where(*_of(tenant, run)).group_by(*columns)
    return [
        Given(row.evaluator_id, row.score, row.passed, row.weight, row.many) for row in tenant.all(counted)
    ]


def page(tenant: Tenant, name: str, query: ResultsQuery, after: list[Json] | None) -> ResultPage:
    """Results of a run. Raises Refusal (404)."""
    run = evaluations.row_of(tenant, name)
    statement = sa.select(evaluation_result).where(*_of(tenant, run.seq))
    if query.evaluator_id is not None:
        statement = statement.where(evaluation_result.c.evaluator_id == query.evaluator_id)
    place = (evaluation_result.c.item_id, evaluation_result.c.evaluator_id)
    order: list[sa.ColumnElement[Any]] = [*place]
    if query.order == "worst":
        order.insert(0, evaluation_result.c.score.asc().nulls_first())
    if after is not None:
        statement = statement.where(_beyond(after, query))
    # First the page, then its texts: sorting would carry those of every result with it.
    ordered = statement.order_by(*order).limit(query.limit + 1)
    rows = tenant.all(ordered)
    texts = _texts(tenant, run, [row.item_id for row in rows[: query.limit]])
    shown = list(takewhile(lambda row: row.item_id in texts, rows[: query.limit]))
    versions = {one["id"]: one["version"] for one in orjson.loads(run.document)["evaluators"]}
    data = [_wire(row, versions, texts[row.item_id]) for row in shown]
    return ResultPage(data, _position(shown[-1], query) if len(shown) < len(rows) else None)


def _texts(tenant: Tenant, run: Row, ids: list[str]) -> dict[str, str | None]:
    """What was scored of the first of these items, as many as a page holds."""
    held = evaluations.held(tenant, run.dataset, run.dataset_revision)
    found: dict[str, str | None] = {}
    size = 0
    names = list(dict.fromkeys(ids))
    for start in range(0, len(names), _AT_ONCE):
        wanted = names[start : start + _AT_ONCE]
        columns = (dataset_item.c.id, dataset_item.c.document)
        rows = {
            row.id: row for row in tenant.all(sa.select(*columns).where(*held, dataset_item.c.id.in_(wanted)))
        }
        for name in wanted:
            if found and size > PAGE_BYTES:
                return found
            size += len(rows[name].document)
            found[name] = texts_of(rows[name].document, run.predictions).answer
    return found


def _position(row: Row, query: ResultsQuery) -> tuple[Json, ...]:
    place = (row.item_id, row.evaluator_id)
    return (row.score, *place) if query.order == "worst" else place


def _beyond(after: list[Json], query: ResultsQuery) -> sa.ColumnElement[bool]:
    """What comes after a position: those without a score come before all that have one."""
    score = evaluation_result.c.score
    place = sa.tuple_(evaluation_result.c.item_id, evaluation_result.c.evaluator_id)
    if query.order == "item":
        return place > sa.tuple_(*map(sa.literal, after))
    last, *there = after
    further = place > sa.tuple_(*map(sa.literal, there))
    if last is None:
        return sa.or_(sa.and_(score.is_(None), further), score.is_not(None))
    return sa.or_(score > last, sa.and_(score == last, further))


def _of(tenant: Tenant, run: int) -> list[sa.ColumnElement[bool]]:
    return [tenant.mine(evaluation_result), evaluation_result.c.evaluation == run]


def _wire(row: Row, versions: dict[str, int], prediction: str | None) -> dict[str, Any]:
    said = orjson.loads(row.document)
    return {
        "object": "evaluation.result",
        "item_id": row.item_id,
        "evaluator_id": row.evaluator_id,
        "evaluator_version": versions.get(row.evaluator_id),
        "score": row.score,
        "passed": row.passed,
        "weight": row.weight,
        "reason": said.get("reason"),
        "message": said.get("message"),
        "details": said.get("details", []),
        "prediction": prediction,
    }
