"""Making, changing and asking evaluators."""

from typing import Any, Final, cast

import orjson

from atlas_desktop.contract.evaluators import (
    EvaluatorCreate,
    EvaluatorScoreCreate,
    EvaluatorTrialCreate,
    EvaluatorUpdate,
)
from atlas_desktop.contract.listing import ListQuery
from atlas_desktop.domain.scoring.score import Finding, Score
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.evaluator_rules import merged
from atlas_desktop.server.refusals import conflict, forbidden
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.storage import calls, evaluators, operations
from atlas_desktop.server.storage.evaluators import Standing
from atlas_desktop.server.storage.scope import Tenant

_ATTEMPTS: Final = 5


async def create(atlas: Atlas, asked: Asked) -> Answered:
    """Make an evaluator."""
    _whole_organization(asked)
    body: EvaluatorCreate = asked.body
    config = await atlas.scorer.checked(body.kind, body.config)
    return await atlas.act(
        asked, lambda tenant: answer(evaluators.create(tenant, body, config, atlas.config.ids))
    )


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """All evaluators, by id."""
    query: ListQuery = asked.query
    after = cast("list[str] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = evaluators.page(tenant, after[0] if after else None, query.limit)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def get(atlas: Atlas, asked: Asked) -> Answered:
    """One evaluator."""
    name = asked.path["evaluator"]
    return await atlas.storage.read(asked.scope, lambda tenant: answer(evaluators.get(tenant, name)))


async def update(atlas: Atlas, asked: Asked) -> Answered:
    """Change an evaluator. Its new config is checked outside of the transaction: that may take a second."""
    _whole_organization(asked)
    body: EvaluatorUpdate = asked.body
    for _ in range(_ATTEMPTS):
        before = await atlas.storage.read(
            asked.scope, lambda tenant: evaluators.standing(tenant, asked.path["evaluator"])
        )
        config = before.config
        if body.config is not None:
            config = await atlas.scorer.checked(before.kind, merged(config, body.config))
        done = await atlas.storage.write(asked.scope, _change(before, body.name, config))
        if done is not None:
            return answer(done)
    raise conflict("evaluator_busy", "others change this evaluator all the time: try again")


async def score(atlas: Atlas, asked: Asked) -> Answered:
    """Score one output. Nothing is kept but the answer, for whoever repeats the request."""
    if (before := await atlas.replayed(asked)) is not None:
        return before
    body: EvaluatorScoreCreate = asked.body
    name = asked.path["evaluator"]
    rule, material = await atlas.storage.read(asked.scope, lambda tenant: _material(tenant, name, body))
    done = answer(_wire(rule, await atlas.scorer.score(material)))
    await atlas.keep_first(asked, done)
    return done


async def attempt(atlas: Atlas, asked: Asked) -> Answered:
    """Score one output by a rule that is kept nowhere, to see what it says before it is."""
    _whole_organization(asked)
    if (before := await atlas.replayed(asked)) is not None:
        return before
    body: EvaluatorTrialCreate = asked.body
    config = await atlas.scorer.checked(body.kind, body.config)
    rule = Standing(0, "", body.kind, config, 0)
    material = await atlas.storage.read(asked.scope, lambda tenant: _stuff(tenant, rule, body))
    done = answer({"object": "evaluator.trial"} | _said(await atlas.scorer.score(material)))
    await atlas.keep_first(asked, done)
    return done


def _change(before: Standing, name: str | None, config: dict[str, Any]) -> Any:
    return lambda tenant: evaluators.update(tenant, before, name, config)


def _material(tenant: Tenant, name: str, body: EvaluatorScoreCreate) -> tuple[Standing, Material]:
    rule = evaluators.standing(tenant, name)
    return rule, _stuff(tenant, rule, body)


def _stuff(tenant: Tenant, rule: Standing, body: EvaluatorScoreCreate) -> Material:
    if body.call_id is None:
        return Material(rule.kind, rule.config, body.output, expected=body.expected)
    facts = calls.facts(tenant, body.call_id)
    schema = None
    if rule.kind == "json_schema" and "schema" not in rule.config and facts.operation is not None:
        schema = operations.schema_of(tenant, facts.operation, facts.schema_version)
    expected = body.expected if body.expected is not None else facts.correction
    return Material(rule.kind, rule.config, body.output, facts.messages, schema, expected)


def _wire(rule: Standing, made: Score) -> dict[str, Any]:
    return {
        "object": "evaluator.score",
        "evaluator_id": rule.id,
        "evaluator_version": rule.version,
        **_said(made),
    }


def _said(made: Score) -> dict[str, Any]:
    return {
        "score": made.value,
        "passed": made.passed,
        "reason": made.reason,
        "message": made.words or None,
        "details": [_detail(finding) for finding in made.details],
    }


def _detail(finding: Finding) -> Any:
    return orjson.Fragment(orjson.dumps(finding))


def _whole_organization(asked: Asked) -> None:
    """Evaluators belong to the organization: a key for one customer does not change them for the others."""
    if asked.scope.customer is not None:
        raise forbidden(
            "organization_key_required",
            "a key narrowed to one customer cannot make, change or try evaluators",
        )
