"""Embeddings through the gateway: routed, asked, recorded and metered as a completion is; no gate looks at vectors."""

import time
from typing import TYPE_CHECKING, Final

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import EMBEDDED
from atlas_desktop.domain.fingerprints import RequestPrints
from atlas_desktop.domain.routing.model import NoVariantError
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.gateway import upstream_errors
from atlas_desktop.server.gateway.chat import live_call
from atlas_desktop.server.gateway.live import Live
from atlas_desktop.server.gateway.presence import ClientGoneError, Presence
from atlas_desktop.server.gateway.providers.refusing import refusal_of
from atlas_desktop.server.gateway.upstream_errors import UpstreamError

if TYPE_CHECKING:
    from atlas_desktop.server.gateway.gateway import Gateway

_PATH: Final = "/embeddings"


async def embed(gateway: "Gateway", asked: Asked) -> Answered:
    """The vectors of some texts. Raises Refusal."""
    started = time.perf_counter()
    call = await live_call(gateway, asked)
    # What is embedded is the prompt: the same texts have the same fingerprint.
    said = {"messages": [{"role": "user", "content": call.request.get("input")}]}
    prints = RequestPrints(call.request | said)
    live = Live(call, prints, started, gateway.recorder.done)
    try:
        live.decided(gateway.decide(call, prints.prints))
    except NoVariantError as error:
        raise refusal_of(error) from None
    # Gates, cache and history are of answers that were written.
    call.standing = None
    gateway.begin(live)
    try:
        async with Presence(gateway.tasks, asked.receive):
            return answer(_shown(live, await gateway.providers.ask(live, _PATH)))
    except ClientGoneError:
        live.cut("cancelled")
        return Answered(b"", 499)
    except UpstreamError as error:
        live.fail(error)
        raise error.refusal from None
    finally:
        live.cut("interrupted")


def _shown(live: Live, made: dict[str, Json]) -> dict[str, Json]:
    if not isinstance(made.get("data"), list):
        raise upstream_errors.nonsense(live.variant.entry)
    block, usage = live.finish(None, EMBEDDED, made.get("usage"), "")
    return made | {"object": "list", "model": live.variant.model, "usage": usage, "delivery": block}
