"""All tables, whichever module describes them."""

from atlas_desktop.server.storage import (
    figure_tables,
    gateway_tables,
    loop_tables,
    release_tables,
    routing_tables,
)
from atlas_desktop.server.storage.tables import metadata

__all__ = ["figure_tables", "gateway_tables", "loop_tables", "metadata", "release_tables", "routing_tables"]
