"""Whether the provider table knows what a release is to try. Pure."""

from atlas_desktop.contract.releases import ReleaseCreate
from atlas_desktop.domain.routing.model import SMART, SMART_EMBEDDING
from atlas_desktop.domain.routing.table import ProviderTable
from atlas_desktop.server.refusals import Refusal, unprocessable


def check_candidate(table: ProviderTable, asked: ReleaseCreate) -> None:
    """Raises Refusal (422, 503)."""
    if not table.variants:
        message = "no provider is configured: add one under Operations, Providers, or in providers.toml"
        raise Refusal(503, "no_provider", "no_provider", message)
    if asked.model in (SMART, SMART_EMBEDDING):
        message = f"{asked.model} is what chooses: name the model that it is to choose"
        raise unprocessable("unknown_model", message, param="model")
    named = [variant for variant in table.models.get(asked.model, ()) if variant.kind == "chat"]
    if not named:
        message = f"no provider of the table has a chat model {asked.model}"
        raise unprocessable("unknown_model", message, param="model")
    for name in ("provider", "quantization"):
        wanted = getattr(asked, name)
        named = [variant for variant in named if wanted in (None, getattr(variant, name))]
        if not named:
            message = f"the table has {asked.model}, but not with {name} {wanted}"
            raise unprocessable(f"unknown_{name}", message, param=name)
