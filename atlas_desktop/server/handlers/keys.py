"""A key for a program, made for whoever runs the server."""

from atlas_desktop.contract.keys import ApiKeyCreate
from atlas_desktop.logs import register_secret
from atlas_desktop.server.answers import Answered, answer, moment
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.refusals import forbidden
from atlas_desktop.server.storage.api_keys import MadeKey, fresh
from atlas_desktop.server.storage.scope import Tenant


async def create(atlas: Atlas, asked: Asked) -> Answered:
    """Make one for the organization, and say it this once.

    Not replayed by ``Idempotency-Key``: for that its text would have to be kept. Asked twice, there are two.
    """
    if not asked.scope.operator:
        raise forbidden(
            "operator_required",
            "only the app of this computer may do this: elsewhere, atlas-desktop keys create makes one",
        )
    body: ApiKeyCreate = asked.body
    now = atlas.config.clock.now()

    def act(tenant: Tenant) -> MadeKey:
        made, statement = fresh(tenant.scope.org, body.name.strip(), body.customer, now)
        tenant.run(statement)
        return made

    made = await atlas.storage.write(asked.scope, act)
    register_secret(made.key)
    return answer(
        {
            "object": "api_key",
            "id": made.id,
            "key": made.key,
            "prefix": made.prefix,
            "name": body.name.strip(),
            "customer": body.customer,
            "created_at": moment(int(now.timestamp() * 1000)),
        }
    )
