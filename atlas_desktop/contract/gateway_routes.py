"""The endpoints of the gateway: completions, embeddings, providers, refunds, releases."""

from typing import Final

from atlas_desktop.contract.route import Route

GATEWAY_ROUTES: Final[tuple[Route, ...]] = ()
