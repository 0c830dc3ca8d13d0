"""Key maps of programs reviewers come from. Each says only where it differs from *Atlas*, the commands' own keys."""

from collections.abc import Mapping
from typing import Final, Literal

Preset = Literal["atlas", "lightroom", "prodigy", "langsmith", "gmail", "no_single_keys"]

PRESET_NAMES: Final[dict[Preset, str]] = {
    "atlas": "Atlas",
    "lightroom": "Lightroom",
    "prodigy": "Prodigy",
    "langsmith": "LangSmith",
    "gmail": "Gmail",
}
"""Names of programs, the same in every language; *No single keys* is words."""

_Keys = Mapping[str, tuple[str, ...]]
_LIGHTROOM: Final[_Keys] = {
    "rate.up": ("P", "1"),
    "rate.down": ("X", "3"),
    "rate.up_stay": ("Shift+P", "Shift+1"),
    "rate.down_stay": ("Shift+X", "Shift+3"),
    "rate.clear": ("U", "0"),
    "move.next": ("Right", "Down", "J"),
    "move.previous": ("Left", "Up", "K"),
    "move.next_unrated": ("Ctrl+Right",),
    "move.previous_unrated": ("Ctrl+Left",),
    "select.toggle": ("B",),
    "call.peek": ("M",),
}
_PRODIGY: Final[_Keys] = {
    "rate.up": ("A", "1"),
    "rate.down": ("X", "3"),
    "rate.skip": ("Space", "S"),
    "call.page_down": ("PgDown",),
    "call.page_up": ("PgUp", "Shift+Space"),
    "select.toggle": ("B",),
}
_LANGSMITH: Final[_Keys] = {
    "rate.up": ("A", "1"),
    "rate.down": ("B", "3"),
    "rate.skip": ("S", "Right"),
    "move.previous": ("K", "Up", "Left"),
}
_GMAIL: Final[_Keys] = {
    "rate.up": ("=", "1"),
    "rate.down": ("-", "3"),
    "rate.unsure": ("!", "2"),
    "move.next": ("J", "Down"),
    "move.previous": ("K", "Up"),
    "describe.tag": ("L",),
    "describe.later": ("B", "H"),
    "view.alike": ("Shift+L",),
    "view.equal": ("W",),
}
PRESETS: Final[dict[Preset, _Keys]] = {
    "atlas": {},
    "lightroom": _LIGHTROOM,
    "prodigy": _PRODIGY,
    "langsmith": _LANGSMITH,
    "gmail": _GMAIL,
    "no_single_keys": {},
}
