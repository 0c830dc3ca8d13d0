"""Who may change what belongs to a whole organization."""

from atlas_desktop.server.asking import Asked
from atlas_desktop.server.refusals import forbidden


def whole_organization(asked: Asked, what: str) -> None:
    """``what`` belongs to the organization: a key for one customer does not change it for the others.

    Raises Refusal (403).
    """
    if asked.scope.customer is not None:
        message = f"a key narrowed to one customer cannot make or change {what}"
        raise forbidden("organization_key_required", message)
