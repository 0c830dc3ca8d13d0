"""Chat completions of the gateway."""

from atlas_desktop.server.answers import Answered, Streamed
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.gateway.chat import chat


async def create(atlas: Atlas, asked: Asked) -> Answered | Streamed:
    """Ask a model through the gateway."""
    return await chat(atlas.gateway, asked)
