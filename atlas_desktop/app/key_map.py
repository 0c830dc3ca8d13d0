"""Which keys do what: a preset, and what the user changed. Pure; commands with other keys come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from atlas_desktop.app.commands.command import Command, meet
from atlas_desktop.app.key_presets import PRESETS, Preset

Keys = tuple[str, ...]
Changes = Mapping[str, Keys]
"""What the user chose, by command id; no keys at all is a choice, too."""

_HELD: Final = ("Ctrl", "Alt", "Meta", "Shift")
_TAKEN_BY_ALL: Final = frozenset({"Esc", "Tab", "Shift+Tab"})
"""Keys that always mean the same: the way out, and the way on."""
NEVER_DECIDES: Final = frozenset({"Backspace", "Shift+Backspace", "Delete"})


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a key cannot be given: ``command`` has it (``theirs``), or, without one, nobody may."""

    key: str
    command: Command | None = None
    theirs: str = ""


def canonical(stroke: str) -> str:
    """A combination or chord with its modifiers in one order: ``Shift+Alt+F`` is ``Alt+Shift+F``."""
    return " ".join(_ordered(part) for part in stroke.split(" "))


def _ordered(part: str) -> str:
    *held, last = [each or "+" for each in part.replace("++", "+\0").replace("\0", "").split("+")]
    return "+".join([*(each for each in _HELD if each in held), last])


def is_single(stroke: str) -> bool:
    """Whether it is, or begins with, a key that types a character and is pressed alone or with Shift."""
    first = stroke.split(" ", maxsplit=1)[0].removeprefix("Shift+")
    return len(first) == 1


def bound(commands: Sequence[Command], preset: Preset, changes: Changes | None = None) -> tuple[Command, ...]:
    """The commands with the keys they have now. A key the user gave to one is taken from whoever had it."""
    of_preset = {each.id: preset_keys(each, preset) for each in commands}
    if not changes:
        return tuple(replace(each, keys=of_preset[each.id]) for each in commands)
    kept: dict[str, Keys] = {}
    order = sorted(commands, key=lambda each: each.id not in changes)
    done: list[Command] = []
    for command in order:
        wanted = tuple(map(canonical, changes.get(command.id, of_preset[command.id])))
        free = tuple(key for key in dict.fromkeys(wanted) if clash(done, command, key) is None)
        kept[command.id] = free
        done.append(replace(command, keys=free))
    return tuple(replace(each, keys=kept[each.id]) for each in commands)


def preset_keys(command: Command, preset: Preset) -> Keys:
    """What a preset gives to a command."""
    if preset == "no_single_keys":
        return without_single(command.keys)
    given = PRESETS[preset].get(command.id)
    return tuple(map(canonical, command.keys if given is None else given))


def without_single(keys: Sequence[str]) -> Keys:
    """The same keys held with Alt where they would be pressed alone (WCAG 2.1.4)."""
    made = [" ".join(map(_with_alt, key.split(" "))) if is_single(key) else key for key in keys]
    # F1 beside Alt+? is enough: what has a key that types nothing needs no other.
    plain = [key for key, old in zip(made, keys, strict=True) if key == old or old[-1].isalnum()]
    return tuple(dict.fromkeys(map(canonical, plain or made)))


def _with_alt(part: str) -> str:
    return f"Alt+{part}" if len(part.removeprefix("Shift+")) == 1 else part


def clash(commands: Sequence[Command], command: Command, key: str) -> Clash | None:
    """What speaks against giving ``key`` to ``command``; None when nothing does."""
    wanted = canonical(key)
    parts = wanted.split(" ")
    if _TAKEN_BY_ALL.intersection(parts) and wanted not in command.keys:
        return Clash(wanted)
    if command.menu == "Rate" and NEVER_DECIDES.intersection(parts):
        return Clash(wanted)
    for other in commands:
        if other.id != command.id and meet(other.when, command.when):
            for theirs in other.keys:
                if same_or_prefix(wanted, canonical(theirs)):
                    return Clash(wanted, other, theirs)
    return None


def same_or_prefix(one: str, other: str) -> bool:
    """Whether one of them is the other, or the beginning of its chord."""
    mine, theirs = one.split(" "), other.split(" ")
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]


def changed(
    commands: Sequence[Command], preset: Preset, changes: Changes, command_id: str, keys: Keys
) -> dict[str, Keys]:
    """The changes with these keys for this command; what is as in the preset is no change."""
    command = next(each for each in commands if each.id == command_id)
    rest = {each: tuple(others) for each, others in changes.items() if each != command_id}
    wanted = tuple(map(canonical, keys))
    return rest if wanted == preset_keys(command, preset) else {**rest, command_id: wanted}
