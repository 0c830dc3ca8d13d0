"""Starting runs, watching them, reading what they found."""

from typing import Final, cast

import orjson

from atlas_desktop.contract.evaluations import (
    EvaluationCreate,
    EvaluationsQuery,
    EvaluationWait,
    ResultsQuery,
)
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.evaluation_runs.texts import PREDICTIONS
from atlas_desktop.server.handlers.whole import whole_organization
from atlas_desktop.server.refusals import Refusal
from atlas_desktop.server.storage import evaluation_results, evaluations
from atlas_desktop.server.storage.scope import Tenant

STARTED: Final = 200


async def create(atlas: Atlas, asked: Asked) -> Answered:
    """Begin a run, and wait for it ten seconds at most."""
    whole_organization(asked, "evaluations")
    body: EvaluationCreate = asked.body
    if (before := await atlas.replayed(asked)) is not None:
        return before
    if body.predictions not in PREDICTIONS:
        raise _no_provider(body.predictions)

    def work(tenant: Tenant) -> Answered:
        name = evaluations.create(tenant, body, atlas.config.ids, atlas.runs.by)
        return answer(evaluations.get(tenant, name))

    begun = await atlas.act(asked, work)
    if begun.status != STARTED:
        return begun
    name = str(orjson.loads(begun.body)["id"])
    await atlas.runs.begin(asked.scope, name)
    wait: EvaluationWait = asked.query
    await atlas.runs.finished(name, wait.wait)
    done = await atlas.storage.read(asked.scope, lambda tenant: answer(evaluations.get(tenant, name)))
    await atlas.keep_last(asked, done)
    return done


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """Runs, newest first."""
    query: EvaluationsQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = evaluations.page(tenant, query.dataset_id, after[0] if after else None, query.limit)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def get(atlas: Atlas, asked: Asked) -> Answered:
    """One run."""
    name = asked.path["evaluation"]
    return await atlas.storage.read(asked.scope, lambda tenant: answer(evaluations.get(tenant, name)))


async def results(atlas: Atlas, asked: Asked) -> Answered:
    """What each item scored."""
    query: ResultsQuery = asked.query
    after = atlas.unseal(asked)

    def ask(tenant: Tenant) -> Answered:
        found = evaluation_results.page(tenant, asked.path["evaluation"], query, after)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def cancel(atlas: Atlas, asked: Asked) -> Answered:
    """Stop a run."""
    whole_organization(asked, "evaluations")
    name = asked.path["evaluation"]
    done = await atlas.act(asked, lambda tenant: answer(evaluations.cancel(tenant, name)))
    if done.status == STARTED:
        atlas.runs.drop(name)
    return done


def _no_provider(model: str) -> Refusal:
    message = (
        f"no provider is set up that could answer as {model}: score what is expected, or what was recorded"
    )
    return Refusal(503, "no_provider", "no_provider", message, param="predictions")
