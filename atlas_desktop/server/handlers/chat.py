"""Chat completions and embeddings of the gateway."""

from atlas_desktop.server.answers import Answered, Streamed
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.gateway.chat import chat
from atlas_desktop.server.gateway.embeddings import embed


async def create(atlas: Atlas, asked: Asked) -> Answered | Streamed:
    """Ask a model. With an ``Idempotency-Key`` a provider is asked once; a stream or a batch knows none here."""
    token = asked.token
    if token is None or asked.body.stream or asked.body.tier == "batch":
        return await chat(atlas.gateway, asked)
    async with atlas.gateway.turn(f"{asked.scope.salt}\x1f{token.key}"):
        if (first := await atlas.replayed(asked)) is not None:
            return first
        done = await chat(atlas.gateway, asked)
        if isinstance(done, Answered) and done.status == 200:
            await atlas.keep_first(asked, done)
        return done


async def embeddings(atlas: Atlas, asked: Asked) -> Answered:
    """Ask an embedding model."""
    return await embed(atlas.gateway, asked)
