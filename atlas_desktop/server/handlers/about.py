"""What this server is and can do."""

from typing import Final
from urllib.parse import urlsplit

from atlas_desktop import __version__
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.scoring.endpoint import ModelEndpoint

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


async def models(_atlas: Atlas, _asked: Asked) -> Answered:
    """No provider is configured, so no model can be asked: the list is empty."""
    return answer({"object": "list", "data": []})
