"""Releases: begun, advanced, rolled back."""

from collections.abc import Callable

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.release_acts import ReleaseActs


def _do(act: Callable[[ReleaseActs], None]) -> Run:
    return lambda context: act(context.releases)


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("operation.releases", "Releases of the operation", "Operation", ("4",), "operations",
                lambda context: context.operations.show_section("releases")),
        Command("release.begin", "Start a release…", "Operation", ("S",), "operations",
                _do(lambda releases: releases.begin())),
        Command("release.advance", "Advance the release…", "Operation", ("Shift+A",), "operations",
                _do(lambda releases: releases.advance())),
        Command("release.widen", "Widen the canary…", "Operation", ("Shift+W",), "operations",
                _do(lambda releases: releases.widen())),
        Command("release.roll_back", "Roll the release back…", "Operation", ("Shift+R",), "operations",
                _do(lambda releases: releases.roll_back())),
    )  # fmt: skip
