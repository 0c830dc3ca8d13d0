"""Gates of the dataset at hand: the fix list, promotion, runs."""

from atlas_desktop.app.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return ()
