"""The endpoints of the gateway: completions, embeddings, providers, refunds, releases."""

from typing import Final

from atlas_desktop.contract.base import Page
from atlas_desktop.contract.chat import ChatCompletion, ChatCompletionCreate
from atlas_desktop.contract.embeddings import Embeddings, EmbeddingsCreate
from atlas_desktop.contract.provider_routes import PROVIDER_ROUTES
from atlas_desktop.contract.refund_routes import REFUND_ROUTES
from atlas_desktop.contract.releases import (
    Release,
    ReleaseAdvance,
    ReleaseCreate,
    ReleaseRollback,
    ReleasesQuery,
)
from atlas_desktop.contract.route import Route

_CHAT: Final[tuple[Route, ...]] = (
    Route(
        "chat.completions.create",
        "POST",
        "/chat/completions",
        ChatCompletion,
        "Ask a model; server-sent events where ``stream`` is true",
        body=ChatCompletionCreate,
    ),
    Route(
        "embeddings.create",
        "POST",
        "/embeddings",
        Embeddings,
        "Vectors of texts",
        body=EmbeddingsCreate,
    ),
    Route(
        "chat.completions.get",
        "GET",
        "/chat/completions/{completion}",
        ChatCompletion,
        "A stored completion; 202 and no choices while a call of tier batch waits",
        feature="gateway",
    ),
)

_RELEASES: Final[tuple[Route, ...]] = (
    Route(
        "releases.create",
        "POST",
        "/releases",
        Release,
        "Try a model on an operation, in the shadow first",
        body=ReleaseCreate,
        feature="releases",
    ),
    Route(
        "releases.list",
        "GET",
        "/releases",
        Page[Release],
        "Releases, newest first",
        query=ReleasesQuery,
        feature="releases",
    ),
    Route(
        "releases.get",
        "GET",
        "/releases/{release}",
        Release,
        "One release, with its live scores",
        feature="releases",
    ),
    Route(
        "releases.advance",
        "POST",
        "/releases/{release}/advance",
        Release,
        "To the next stage, or to a wider canary; refused with the gates that are unmet",
        body=ReleaseAdvance,
        lenient_body=True,
        feature="releases",
    ),
    Route(
        "releases.rollback",
        "POST",
        "/releases/{release}/rollback",
        Release,
        "Take the candidate out of the traffic",
        body=ReleaseRollback,
        lenient_body=True,
        feature="releases",
    ),
)

GATEWAY_ROUTES: Final[tuple[Route, ...]] = (*_CHAT, *_RELEASES, *PROVIDER_ROUTES, *REFUND_ROUTES)
