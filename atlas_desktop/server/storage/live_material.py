"""What live calls are scored by: the answers, and the evaluators in the versions that were pinned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from pydantic import ValidationError

from atlas_desktop.contract.chat import Message
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.server.evaluation_runs.material import Rule
from atlas_desktop.server.storage import operations
from atlas_desktop.server.storage.live_jobs import Job, OpenGate
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import call, call_document, evaluator, evaluator_version


@dataclass(frozen=True, slots=True)
class Subject:
    """A call that is to be scored."""

    job: Job
    call_id: str
    customer: str
    operation: str
    created_ms: int
    model: str
    provider: str | None
    quantization: str | None
    released: bool
    output: str
    rules: tuple[Rule | None, ...]
    """For each gate of the job; None where that version of the evaluator is not known."""


def subjects(tenant: Tenant, jobs: Sequence[Job]) -> list[Subject]:
    """What these jobs are about."""
    rows = tenant.all(
        sa.select(
            call.c.seq,
            call.c.id,
            call.c.customer,
            call.c.operation,
            call.c.schema_version,
            call.c.created_ms,
            call.c.model,
            call.c.provider,
            call.c.quantization,
            call_document.c.response,
            call_document.c.delivery,
        )
        .join(call_document, call_document.c.seq == call.c.seq)
        .where(tenant.mine(call), call.c.seq.in_([job.call_seq for job in jobs]))
    )
    calls = {row.seq: row for row in rows}
    versions = _versions(tenant, (gate for job in jobs for gate in job.gates))
    schemas: dict[tuple[str, str, str | None], Rule] = {}
    found = []
    for job in jobs:
        row = calls.get(job.call_seq)
        if row is not None:
            pinned = [versions.get((gate.evaluator_id, gate.version)) for gate in job.gates]
            found.append(_subject(job, row, tuple(_rule(tenant, rule, row, schemas) for rule in pinned)))
    return found


def messages(tenant: Tenant, call_seq: int) -> list[dict[str, Any]]:
    """What was asked in a call."""
    row = tenant.first(
        sa.select(call_document.c.request)
        .join(call, call.c.seq == call_document.c.seq)
        .where(tenant.mine(call), call.c.seq == call_seq)
    )
    found: list[dict[str, Any]] = [] if row is None else orjson.loads(row.request).get("messages", [])
    return found


def _versions(tenant: Tenant, gates: Iterable[OpenGate]) -> dict[tuple[str, int], Rule]:
    ids = {gate.evaluator_id for gate in gates}
    rows = tenant.all(
        sa.select(evaluator.c.id, evaluator.c.kind, evaluator_version.c.version, evaluator_version.c.config)
        .join(evaluator_version, evaluator_version.c.evaluator_seq == evaluator.c.seq)
        .where(tenant.mine(evaluator), evaluator.c.id.in_(ids))
    )
    return {(row.id, row.version): Rule(row.id, row.kind, orjson.loads(row.config)) for row in rows}


def _rule(
    tenant: Tenant, rule: Rule | None, row: Row, schemas: dict[tuple[str, str, str | None], Rule]
) -> Rule | None:
    """The rule, with the operation's schema of the call's version where it has none of its own."""
    if rule is None or rule.kind != "json_schema" or rule.config.get("schema") is not None:
        return rule
    key = (rule.id, row.operation, row.schema_version)
    if key not in schemas:
        schema = operations.schema_of(tenant, row.operation, row.schema_version)
        schemas[key] = Rule(rule.id, rule.kind, rule.config, schema)
    return schemas[key]


def _subject(job: Job, row: Row, rules: tuple[Rule | None, ...]) -> Subject:
    delivery = orjson.loads(row.delivery)
    return Subject(
        job=job,
        call_id=row.id,
        customer=row.customer,
        operation=row.operation,
        created_ms=row.created_ms,
        model=delivery.get("model", row.model),
        provider=row.provider,
        quantization=row.quantization,
        released=delivery.get("release") is not None,
        output=_output(row.response),
        rules=rules,
    )


def _output(response: bytes) -> str:
    try:
        return answer_text(Message.model_validate(orjson.loads(response)["message"]))
    except ValidationError:
        # Of a message that is none: nothing was said. One such call must not keep the others from being scored.
        return ""
