"""All tables, whichever module describes them."""

from atlas_desktop.server.storage import figure_tables, loop_tables
from atlas_desktop.server.storage.tables import metadata

__all__ = ["figure_tables", "loop_tables", "metadata"]
