"""Listing refunds, and saying what a reviewer thinks of one."""

from functools import partial
from typing import Final, cast

from atlas_desktop.contract.refunds import RefundDecision, RefundOverturn, RefundsQuery
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.handlers.whole import whole_organization
from atlas_desktop.server.storage import refunds
from atlas_desktop.server.storage.scope import Tenant

_WHAT: Final = "what is refunded"


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """Refunds, newest first; a key narrowed to a customer sees those of its own calls."""
    query: RefundsQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = refunds.page(tenant, query, after[0] if after else None)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def confirm(atlas: Atlas, asked: Asked) -> Answered:
    """The reviewer agrees."""
    whole_organization(asked, _WHAT)
    body: RefundDecision = asked.body
    decide = partial(refunds.decide, call_id=asked.path["call"], state="confirmed", note=body.reason)
    return await atlas.act(asked, lambda tenant: answer(decide(tenant)))


async def overturn(atlas: Atlas, asked: Asked) -> Answered:
    """The reviewer disagrees."""
    whole_organization(asked, _WHAT)
    body: RefundOverturn = asked.body
    decide = partial(refunds.decide, call_id=asked.path["call"], state="overturned", note=body.reason)
    return await atlas.act(asked, lambda tenant: answer(decide(tenant)))
