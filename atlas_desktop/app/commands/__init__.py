"""Every command, once. Menus, keys, the cheat sheet and the README's table are views of this table."""

from typing import Final

from atlas_desktop.app.commands import (
    datasets,
    describing,
    editing,
    gates,
    listing,
    moving,
    operations,
    providers,
    rating,
    reading,
    releases,
    trends,
    usage,
    window,
)
from atlas_desktop.app.commands.command import MENUS, Command, Menu, Zone, clashes
from atlas_desktop.app.commands.context import Context, Listing, Screen

__all__ = ["COMMANDS", "MENUS", "Command", "Context", "Listing", "Menu", "Screen", "Zone", "clashes"]

COMMANDS: Final[tuple[Command, ...]] = (
    *rating.commands(),
    *editing.commands(),
    *describing.commands(),
    *moving.commands(),
    *listing.commands(),
    *reading.commands(),
    *datasets.commands(),
    *gates.commands(),
    *trends.commands(),
    *operations.commands(),
    *providers.commands(),
    *releases.commands(),
    *usage.commands(),
    *window.commands(),
)
