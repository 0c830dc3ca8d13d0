"""What candidates made of calls: in the shadow beside the answer, in the canary and in prod as the answer."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.releases import Result
from atlas_desktop.server.storage.release_tables import release, release_result
from atlas_desktop.server.storage.scope import Row, Tenant

if TYPE_CHECKING:
    # An import of recorded calls deletes through here, and needs nothing of the gateway.
    from atlas_desktop.server.gateway.live_call import LiveRecord

_EMPTY: Final = b"{}"
_MARK: Final = b'"release"'
_REFUSED: Final = 400
_LOOK_UP: Final = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """What the candidate answered, and what that cost. ``failure``: the code of why it did not answer.

    ``scored``: whether gates stood when it was asked.
    """

    call_id: str
    customer: str
    failure: str | None
    latency_ms: float | None
    cost_nano: int
    prompt_tokens: int
    completion_tokens: int
    document: bytes = _EMPTY
    scored: bool = True

    @property
    def state(self) -> str:
        """What follows: it waits for its scores, where there will be any."""
        if self.failure is not None:
            return "failed"
        return "waiting" if self.scored else "left"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A shadow's answer whose scores are not there yet: what was asked (``messages``) and answered (``output``)."""

    seq: int
    release_id: str
    messages: list[dict[str, Json]]
    output: str
    operation: str
    schema_version: str | None


def note(tenant: Tenant, records: "Sequence[LiveRecord]") -> None:
    """Count live calls that are new and that a release's candidate answered, or failed to."""
    taken = [(record, delivery) for record in records if (delivery := _taken(record)) is not None]
    if not taken:
        return
    named = {delivery["release"]["id"] for _, delivery in taken}
    rows = tenant.all(
        sa.select(release.c.id, release.c.seq).where(tenant.mine(release), release.c.id.in_(named))
    )
    seqs = {row.id: row.seq for row in rows}
    known = [(record, delivery) for record, delivery in taken if delivery["release"]["id"] in seqs]
    tenant.insert(
        release_result,
        [
            _row(
                tenant,
                seqs[delivery["release"]["id"]],
                delivery["release"]["stage"],
                _facts(record, delivery),
            )
            for record, delivery in known
        ],
    )


def in_canary(record: "LiveRecord") -> bool:
    """Whether a canary answered: nobody else is given that."""
    delivery = _taken(record)
    return delivery is not None and delivery["release"]["stage"] == "canary"


def _taken(record: "LiveRecord") -> dict[str, Json] | None:
    """What is known of a call that says something about the candidate that answered it."""
    if _MARK not in record.ended.delivery:
        return None
    delivery: dict[str, Json] = orjson.loads(record.ended.delivery)
    if "release" not in delivery or delivery.get("error_status") == _REFUSED:
        # Where it asked for what nobody takes, that says nothing about who answered.
        return None
    # Nor where the client went away.
    return delivery if record.whole or "error" in delivery else None


def add(tenant: Tenant, release_seq: int, stage: str, facts: Facts) -> int | None:
    """Keep a result; its number. None when this call has one already."""
    same = (
        tenant.mine(release_result),
        release_result.c.release == release_seq,
        release_result.c.stage == stage,
        release_result.c.call_id == facts.call_id,
    )
    if tenant.first(sa.select(release_result.c.seq).where(*same)) is not None:
        return None
    tenant.insert(release_result, [_row(tenant, release_seq, stage, facts)])
    return int(tenant.one(sa.select(release_result.c.seq).where(*same)).seq)


def judged(tenant: Tenant, call_id: str, scores: Sequence[Score]) -> None:
    """Scores of a live call are there: where a candidate answered it, they are its scores, beside earlier ones."""
    live = (
        tenant.mine(release_result),
        release_result.c.call_id == call_id,
        release_result.c.stage != "shadow",
        release_result.c.state != "failed",
    )
    for row in tenant.all(sa.select(release_result.c.seq, release_result.c.document).where(*live)):
        given = {score.evaluator_id: (score.evaluator_version, score.score) for score in scores}
        this = (tenant.mine(release_result), release_result.c.seq == row.seq)
        tenant.run(sa.update(release_result).where(*this).values(**_judgement(_scores(row) | given)))


def shadow_judged(tenant: Tenant, seq: int, scores: Mapping[str, tuple[int, float | None]]) -> bool:
    """The scores of a shadow's answer; what was asked and answered is forgotten. False when they were there."""
    this = (tenant.mine(release_result), release_result.c.seq == seq, release_result.c.state == "waiting")
    return tenant.run(sa.update(release_result).where(*this).values(**_judgement(scores))) > 0


def waiting(tenant: Tenant, most: int) -> list[Waiting]:
    """Shadows' answers that were not scored before a server ended, oldest first."""
    rows = tenant.all(
        sa.select(release_result.c.seq, release_result.c.document, release.c.id, release.c.operation)
        .join(release, release.c.seq == release_result.c.release)
        .where(
            tenant.mine(release_result),
            tenant.mine(release),
            release_result.c.stage == "shadow",
            release_result.c.state == "waiting",
        )
        .order_by(release_result.c.seq)
        .limit(most)
    )
    return [_waiting(row) for row in rows]


def newest(tenant: Tenant, release_seq: int, stage: str, most: int) -> list[Result]:
    """The newest results of a stage that say something."""
    rows = tenant.all(
        sa.select(release_result.c.state, release_result.c.document)
        .where(*_of(tenant, release_seq, stage), release_result.c.state.in_(("judged", "failed")))
        .order_by(release_result.c.seq.desc())
        .limit(most)
    )
    return [Result(_scores(row), row.state == "failed") for row in rows]


def traffic(tenant: Tenant, release_seq: int, stage: str) -> dict[str, Any]:
    """What a stage saw, as on the wire."""
    many = sa.func.count().label("many")
    rows = tenant.all(
        sa.select(
            release_result.c.state,
            release_result.c.failure,
            many,
            sa.func.sum(release_result.c.cost_nano).label("nano"),
            sa.func.sum(release_result.c.latency_ms).label("latency"),
        )
        .where(*_of(tenant, release_seq, stage))
        .group_by(release_result.c.state, release_result.c.failure)
    )
    failures: Counter[str] = Counter()
    for row in rows:
        if row.failure is not None:
            failures[row.failure] += row.many
    answered = [row for row in rows if row.failure is None]
    served = sum(row.many for row in answered)
    return {
        "stage": stage,
        "calls": sum(row.many for row in rows),
        "waiting": sum(row.many for row in rows if row.state == "waiting"),
        "failures": dict(sorted(failures.items())),
        "cost_usd": sum(row.nano for row in rows) / 1e9,
        "latency_ms": sum(row.latency or 0.0 for row in answered) / served if served else None,
    }


def forget(tenant: Tenant, call_ids: Collection[str]) -> None:
    """Calls are deleted: what a candidate made of them goes too."""
    ids = list(call_ids)
    for start in range(0, len(ids), _LOOK_UP):
        part = ids[start : start + _LOOK_UP]
        these = (tenant.mine(release_result), release_result.c.call_id.in_(part))
        tenant.run(sa.delete(release_result).where(*these))


def _of(tenant: Tenant, release_seq: int, stage: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        tenant.mine(release_result),
        release_result.c.release == release_seq,
        release_result.c.stage == stage,
    )


def _row(tenant: Tenant, release_seq: int, stage: str, facts: Facts) -> dict[str, Any]:
    return {
        "org": tenant.scope.org,
        "release": release_seq,
        "stage": stage,
        "call_id": facts.call_id,
        "customer": facts.customer,
        "state": facts.state,
        "failure": facts.failure,
        "latency_ms": facts.latency_ms,
        "cost_nano": facts.cost_nano,
        "prompt_tokens": facts.prompt_tokens,
        "completion_tokens": facts.completion_tokens,
        "document": facts.document,
        "created_ms": tenant.now_ms,
    }


def _judgement(given: Mapping[str, tuple[int, float | None]]) -> dict[str, Any]:
    known = any(score is not None for _, score in given.values())
    return {"state": "judged" if known else "left", "document": orjson.dumps({"scores": given})}


def _scores(row: Row) -> dict[str, tuple[int, float | None]]:
    given = orjson.loads(row.document).get("scores") or {}
    return {evaluator: (version, score) for evaluator, (version, score) in given.items()}


def _waiting(row: Row) -> Waiting:
    asked = orjson.loads(row.document)
    return Waiting(
        row.seq, row.id, asked["messages"], asked["output"], row.operation, asked["schema_version"]
    )


def waiting_document(messages: Json, output: str, schema_version: str | None) -> bytes:
    """What is kept of a shadow's answer until its scores are there."""
    return orjson.dumps({"messages": messages, "output": output, "schema_version": schema_version})


def _facts(record: "LiveRecord", delivery: dict[str, Json]) -> Facts:
    usage = orjson.loads(record.ended.response).get("usage") or {}
    return Facts(
        record.begun.id,
        record.begun.customer,
        None if record.whole else delivery["error"],
        record.ended.latency_ms,
        record.ended.cost_nano or 0,
        tokens(usage.get("prompt_tokens")),
        tokens(usage.get("completion_tokens")),
        scored=bool(record.begun.gates),
    )


def tokens(value: Json) -> int:
    """A number of tokens as a provider sent it; nothing where it is none."""
    return value if isinstance(value, int) and value > 0 else 0
