"""What this server is and can do."""

from typing import Final
from urllib.parse import urlsplit

from atlas_desktop import __version__
from atlas_desktop.domain.routing.model import SMART, SMART_EMBEDDING
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.scoring.endpoint import ModelEndpoint

_US: Final = "atlas"
_SINCE: Final = 1_735_689_600
"""2025-01-01: OpenAI's clients want a time, and a provider table has none."""

SERVER: Final = f"atlas-desktop/{__version__}"


async def capabilities(atlas: Atlas, asked: Asked) -> Answered:
    """The features that are really there, and what this key reaches."""
    return answer(
        {
            "object": "capabilities",
            "server": SERVER,
            "features": list(atlas.features),
            "organization": asked.scope.organization,
            "customer": asked.scope.customer,
            "reviewer": asked.scope.reviewer,
            "judge": None if asked.scope.customer is not None else _judge(atlas.config.judge),
        }
    )


def _judge(endpoint: ModelEndpoint | None) -> dict[str, str | None] | None:
    """Whom this server asks to judge: its host only, never the path or the key."""
    if endpoint is None:
        return None
    return {"host": urlsplit(endpoint.base_url).netloc.rpartition("@")[2], "model": endpoint.model}


async def models(atlas: Atlas, _asked: Asked) -> Answered:
    """What can be asked: the models of the provider table, and those that choose among them."""
    owners: dict[str, str] = {}
    for variant in atlas.gateway.book.table.variants:
        if variant.ready:
            owners.setdefault(SMART if variant.kind == "chat" else SMART_EMBEDDING, _US)
            owners.setdefault(variant.model, variant.model.partition("/")[0])
    listed = sorted(owners.items(), key=lambda pair: (pair[1] != _US, pair[0]))
    data = [{"id": name, "object": "model", "created": _SINCE, "owned_by": owner} for name, owner in listed]
    return answer({"object": "list", "data": data})
