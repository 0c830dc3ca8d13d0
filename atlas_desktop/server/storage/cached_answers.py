"""Which call's answer may be given again, for each request of a customer to an operation that allows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from atlas_desktop.server.storage.gateway_tables import cached_answer
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import call, call_document


@dataclass(frozen=True, slots=True)
class Place:
    """A request as the cache knows it."""

    customer: str
    operation: str
    fp_cache: str


def remember(tenant: Tenant, answers: Sequence[tuple[Place, int]]) -> None:
    """These calls (by number) have the newest answer to their request."""
    # Two of one request in a group: the newer one.
    for place, seq in dict(answers).items():
        tenant.run(sa.delete(cached_answer).where(*_at(tenant, place)))
        tenant.insert(
            cached_answer,
            [
                {
                    "org": tenant.scope.org,
                    "customer": place.customer,
                    "operation": place.operation,
                    "fp_cache": place.fp_cache,
                    "call_seq": seq,
                }
            ],
        )


def forget(tenant: Tenant, operation: str) -> None:
    """Another model answers an operation from now on: nothing the one before said is given again."""
    tenant.run(
        sa.delete(cached_answer).where(tenant.mine(cached_answer), cached_answer.c.operation == operation)
    )


def find(tenant: Tenant, place: Place) -> Row | None:
    """The answer there is: id, response, delivery. Never one that was refunded, failed, rated down or corrected."""
    return tenant.first(
        sa.select(call.c.id, call_document.c.response, call_document.c.delivery)
        .select_from(cached_answer)
        .join(call, call.c.seq == cached_answer.c.call_seq)
        .join(call_document, call_document.c.seq == call.c.seq)
        .where(
            *_at(tenant, place),
            tenant.mine(call),
            call.c.deleted.is_(sa.false()),
            call.c.metered.is_(sa.true()),
            call.c.corrected.is_(sa.false()),
            call.c.correction.is_(None),
            sa.or_(call.c.passed.is_(None), call.c.passed.is_(sa.true())),
            sa.or_(call.c.rating.is_(None), call.c.rating != "thumbs_down"),
        )
    )


def _at(tenant: Tenant, place: Place) -> list[sa.ColumnElement[bool]]:
    return [
        tenant.mine(cached_answer),
        cached_answer.c.customer == place.customer,
        cached_answer.c.operation == place.operation,
        cached_answer.c.fp_cache == place.fp_cache,
    ]
