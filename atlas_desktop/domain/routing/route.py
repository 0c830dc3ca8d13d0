"""The decision: which variant answers a call."""

from atlas_desktop.domain.routing.model import Asked, Decision, History, NoVariantError
from atlas_desktop.domain.routing.table import ProviderTable


def route(asked: Asked, table: ProviderTable, history: History, now: float) -> Decision:
    """Who answers. ``now`` in seconds since 1970. Raises NoVariantError."""
    if not table.variants:
        raise NoVariantError("no_provider", "no provider is set up")
    return Decision(table.variants[0], asked.tier, upgraded=False, why="only")
