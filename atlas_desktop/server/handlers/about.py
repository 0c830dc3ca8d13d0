"""What this server is and can do."""

from typing import Final

from atlas_desktop import __version__
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas

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
        }
    )


async def models(_atlas: Atlas, _asked: Asked) -> Answered:
    """No provider is configured, so no model can be asked: the list is empty."""
    return answer({"object": "list", "data": []})
