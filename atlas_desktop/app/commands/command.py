"""One command, and how commands are told apart."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from atlas_desktop.app.commands.context import Context

if TYPE_CHECKING:
    from atlas_desktop.app.review import Review

Zone = Literal["anywhere", "calls", "editor", "datasets", "operations", "providers", "usage", "chart"]
"""Where keys act. ``calls``: on the Review screen, focus not in a text field; ``datasets``, ``operations`` (with
``providers`` and ``usage``, its other areas, instead) and ``chart`` (on Trends) likewise. ``editor``: the focus is in the
correction editor. ``anywhere``: on every screen. In a text field a key that types a character types it."""

Menu = Literal[
    "Rate",
    "Edit",
    "Move",
    "Select",
    "List",
    "Call",
    "Dataset",
    "Trend",
    "Operation",
    "Provider",
    "Usage",
    "View",
    "Go",
    "Atlas",
]
MENUS: Final[tuple[Menu, ...]] = get_args(Menu)
Run = Callable[[Context], None]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can do.

    ``keys`` are alternatives, each a combination such as ``Shift+J`` or a chord such as ``* A`` (keys pressed one
    after the other). ``repeats`` allows auto-repeat of a held key; decisions ignore it. ``needs_call``: it makes no
    sense without an open workspace, and does nothing then.
    """

    id: str
    title: str
    menu: Menu
    keys: tuple[str, ...]
    when: Zone
    run: Callable[[Context], None]
    repeats: bool = False
    needs_call: bool = True


def clashes(commands: "tuple[Command, ...]") -> list[str]:
    """Every key that would mean two things at one place, or is the beginning of another's chord there."""
    found = []
    for index, one in enumerate(commands):
        for other in commands[index + 1 :]:
            if meet(one.when, other.when):
                found += [
                    f"{mine} ({one.id}) and {theirs} ({other.id})"
                    for mine in one.keys
                    for theirs in other.keys
                    if _same_or_prefix(mine, theirs)
                ]
    return found


def meet(one: Zone, other: Zone) -> bool:
    """Whether there is a place where keys of both zones act."""
    return one == other or "anywhere" in (one, other)


def _same_or_prefix(one: str, other: str) -> bool:
    mine, theirs = one.split(" "), other.split(" ")
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]


def on_review(act: "Callable[[Review], object]") -> Run:
    """Do this with the review, if one is open."""

    def run(context: Context) -> None:
        if context.review is not None:
            act(context.review)

    return run


def later(name: str, act: "Callable[[Review], Coroutine[Any, Any, object]]") -> Run:
    """Begin this with the review, if one is open; ``name`` is the task's."""

    def run(context: Context) -> None:
        if context.review is not None:
            context.spawn(name, act(context.review))

    return run
