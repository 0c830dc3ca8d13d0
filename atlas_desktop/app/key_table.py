"""The keys as a table in Markdown: the README's copy is made from the commands, and a test compares."""

from collections.abc import Sequence
from typing import Final

from atlas_desktop.app.commands import MENUS, Command

BEGIN: Final = "<!-- keys -->"
END: Final = "<!-- /keys -->"


def key_table(commands: Sequence[Command]) -> str:
    """One row a menu: its commands with their keys, in the order of the table."""
    rows = ["| | keys |", "|---|---|"]
    for menu in MENUS:
        cells = [_cell(each) for each in commands if each.menu == menu and each.keys]
        if cells:
            rows.append(f"| {menu} | {' · '.join(cells)} |")
    return "\n".join(rows)


def with_key_table(text: str, commands: Sequence[Command]) -> str:
    """The text with a fresh table between its markers. Raises ValueError when it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{key_table(commands)}\n{END}{after}"


def _cell(command: Command) -> str:
    return f"{' or '.join(f'`{key}`' for key in command.keys)} {command.title[0].lower()}{command.title[1:]}"
