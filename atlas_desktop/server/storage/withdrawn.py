"""Candidates that were rolled back: nothing chooses them for their operation before they are released again."""

from typing import NamedTuple

import sqlalchemy as sa

from atlas_desktop.domain.routing.model import VariantKey
from atlas_desktop.server.storage.release_tables import release, release_result
from atlas_desktop.server.storage.scope import Tenant


class Withdrawn(NamedTuple):
    """What a release had tried: a model, perhaps of one provider, at one quantization only."""

    model: str
    provider: str | None
    quantization: str | None

    def means(self, key: VariantKey) -> bool:
        """Whether this variant was what it tried."""
        return (
            key.model == self.model
            and self.provider in (None, key.provider)
            and self.quantization in (None, key.quantization)
        )


def withdrawn(tenant: Tenant, operation: str) -> list[Withdrawn]:
    """Of each candidate the newest release decides. One that only was in the shadow has done no harm."""
    answered = sa.exists().where(
        tenant.mine(release_result),
        release_result.c.release == release.c.seq,
        release_result.c.stage.in_(("canary", "prod")),
    )
    rows = tenant.all(
        sa.select(release.c.model, release.c.provider, release.c.quantization, release.c.stage)
        .where(tenant.mine(release), release.c.operation == operation)
        .where(sa.or_(release.c.stage != "rolled_back", answered))
        .order_by(release.c.seq)
    )
    newest = {Withdrawn(row.model, row.provider, row.quantization): row.stage for row in rows}
    return [candidate for candidate, stage in newest.items() if stage == "rolled_back"]
