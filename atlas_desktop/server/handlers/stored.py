"""Completions fetched again by their id: how the answer of a batch is fetched, and any recorded one."""

from typing import Any

import orjson

from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.gateway.completed import completed
from atlas_desktop.server.storage import calls
from atlas_desktop.server.storage.scope import Tenant


async def get(atlas: Atlas, asked: Asked) -> Answered:
    """The completion; 202 and no choices while it waits for its turn."""
    name = asked.path["completion"]
    batch = atlas.gateway.batch
    # In this order: the job goes in the transaction that records the call, so one of the two is always there.
    if batch is not None and (pending := await batch.waiting(asked.scope, name)) is not None:
        return answer(pending, status=202)

    def ask(tenant: Tenant) -> dict[str, Any]:
        # Through JSON: the call is made of fragments, as they are stored.
        call: dict[str, Any] = orjson.loads(orjson.dumps(calls.get(tenant, name)))
        return completed(call)

    return answer(await atlas.storage.read(asked.scope, ask))
