"""The keys as a table in Markdown: the README's copy is made from the commands, and a test compares."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from atlas_desktop.app.commands import MENUS, Command

BEGIN: Final = "<!-- keys -->"
END: Final = "<!-- /keys -->"
Line = tuple[str, tuple[str, ...]]
_NUMBERED: Final = re.compile(r"(.*)[1-9]")


def lines(
    commands: Sequence[Command], title: Callable[[Command], str] = lambda each: each.title
) -> list[Line]:
    """Titles with keys; nine commands that differ by their number, in title and key, are one line."""
    found: list[Line] = []
    for _, family in groupby((each for each in commands if each.keys), key=_family):
        members = [*family]
        names, keys = [title(each) for each in members], [each.keys[0] for each in members]
        if len(members) > 1 and all(_is_run(each) for each in (names, keys)):
            found.append((_run(names), (_run(keys),)))
        else:
            found += [(title(each), each.keys) for each in members]
    return found


def _family(command: Command) -> str:
    numbered = _NUMBERED.fullmatch(command.id)
    return f"{numbered[1]} {len(command.keys)}" if numbered and len(command.keys) == 1 else command.id


def _is_run(texts: Sequence[str]) -> bool:
    return [*texts] == [f"{texts[0].removesuffix('1')}{number}" for number in range(1, len(texts) + 1)]


def _run(texts: Sequence[str]) -> str:
    return f"{texts[0]}–{len(texts)}"


def key_table(commands: Sequence[Command]) -> str:
    """One row a menu: its commands with their keys, in the order of the table."""
    rows = ["| | keys |", "|---|---|"]
    for menu in MENUS:
        cells = [_cell(*each) for each in lines([each for each in commands if each.menu == menu])]
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


def _cell(title: str, keys: Sequence[str]) -> str:
    return f"{' or '.join(f'`{key}`' for key in keys)} {title[0].lower()}{title[1:]}"
