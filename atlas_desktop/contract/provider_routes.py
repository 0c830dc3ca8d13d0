"""The endpoints of the provider table, of routing, and of keys for those who ask the gateway."""

from typing import Final

from atlas_desktop.contract.keys import ApiKeyCreate, ApiKeyMade
from atlas_desktop.contract.providers import (
    Presets,
    ProviderKey,
    ProviderKeyKept,
    ProviderTable,
    ProviderTableWrite,
    ProviderTrial,
    ProviderTry,
    Routing,
)
from atlas_desktop.contract.route import Route

PROVIDER_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "providers.list",
        "GET",
        "/providers",
        ProviderTable,
        "The provider table, and how each provider stands",
        feature="providers",
    ),
    Route(
        "providers.replace",
        "PUT",
        "/providers",
        ProviderTable,
        "Write the whole provider table: for the app of this computer only",
        body=ProviderTableWrite,
        feature="providers",
    ),
    Route(
        "providers.presets",
        "GET",
        "/providers/presets",
        Presets,
        "How known upstreams are set up",
        feature="providers",
    ),
    Route(
        "providers.try",
        "POST",
        "/providers/try",
        ProviderTrial,
        "Ask one tiny completion: for the app of this computer only",
        body=ProviderTry,
        feature="providers",
    ),
    Route(
        "providers.key",
        "PUT",
        "/providers/{provider}/key",
        ProviderKeyKept,
        "Hand over a provider's key, for as long as the server runs: for the app of this computer only",
        body=ProviderKey,
        feature="providers",
    ),
    Route(
        "operations.routing",
        "GET",
        "/operations/{operation}/routing",
        Routing,
        "What would answer its next call, and why",
        feature="providers",
    ),
    Route(
        "keys.create",
        "POST",
        "/keys",
        ApiKeyMade,
        "Make a key for a program, told this once: for the app of this computer only",
        body=ApiKeyCreate,
        feature="keys",
    ),
)
