"""What a request wants of the router."""

from dataclasses import replace
from typing import Final

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.routing.model import Asked
from atlas_desktop.server.gateway.seams import LiveCall, Overlay

_STRUCTURED: Final = frozenset({"json_schema", "json_object"})


def asked_of(call: LiveCall) -> Asked:
    """The caller's own words, as the router takes them."""
    request = call.request
    return Asked(
        model=call.model,
        tier=call.tier,
        tier_strict=request.get("tier_strict") is True,
        forbid_atlas_network=request.get("forbid_atlas_network") is True,
        needs=_needs(request),
        kind="chat" if "messages" in request else "embedding",
    )


def pinned(asked: Asked, release: Overlay) -> Asked:
    """The same, answered by the model of a release, and by nobody else where it names who."""
    return replace(asked, model=release.model, quantization=release.quantization, provider=release.provider)


def _needs(request: dict[str, Json]) -> frozenset[str]:
    needs = set()
    if request.get("tools"):
        needs.add("tools")
    asked_format = request.get("response_format")
    if isinstance(asked_format, dict) and asked_format.get("type") in _STRUCTURED:
        needs.add("response_format")
    for message in request.get("messages") or ():
        content = message.get("content")
        if isinstance(content, list) and any(
            isinstance(part, dict) and part.get("type") == "image_url" for part in content
        ):
            needs.add("images")
            break
    return frozenset(needs)
