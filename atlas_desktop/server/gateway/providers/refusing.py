"""The router's refusals as answers."""

from typing import Final

from atlas_desktop.domain.routing.model import NoVariantError
from atlas_desktop.server.refusals import Refusal

_MODEL: Final = "model"


def refusal_of(error: NoVariantError) -> Refusal:
    """How the gateway says that nobody may answer."""
    if error.code == "model_not_found":
        return Refusal(404, "not_found_error", error.code, error.message, param=_MODEL)
    if error.code == "not_supported":
        return Refusal(400, "invalid_request_error", error.code, error.message, param=_MODEL)
    return Refusal(503, "no_provider", error.code, error.message)
