"""What a key press is called: ``J``, ``Shift+1``, ``?``, ``Ctrl+K``. Keys of the table are matched by these names.

Digits and letters are taken from where the key is, so that ``1`` rates on AZERTY too, where that key types
``&``; signs are taken from what is typed, wherever a layout puts them.
"""

import sys
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_NAMED: Final = {
    Qt.Key.Key_Space: "Space", Qt.Key.Key_Escape: "Esc", Qt.Key.Key_Return: "Enter", Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Tab: "Tab", Qt.Key.Key_Backspace: "Backspace", Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Up: "Up", Qt.Key.Key_Down: "Down", Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right",
    Qt.Key.Key_PageUp: "PgUp", Qt.Key.Key_PageDown: "PgDown", Qt.Key.Key_Home: "Home", Qt.Key.Key_End: "End",
}  # fmt: skip
_MODIFIERS: Final = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_Meta,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R,
        Qt.Key.Key_NumLock,
    }
)
_ROWS: Final = ("1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
_EVDEV_FIRST: Final = (10, 24, 38, 52)
_WINDOWS_FIRST: Final = (2, 16, 30, 44)
# Events/HIToolbox: kVK_ANSI_1 and so on.
_MAC: Final = dict(
    zip(
        "1234567890ASDFGHJKLZXCVBNMQWERTYUIOP",
        (18, 19, 20, 21, 23, 22, 26, 28, 25, 29, 0, 1, 2, 3, 5, 4, 38, 40, 37, 6, 7, 8, 9, 11, 45, 46, 12, 13,
         14, 15, 17, 16, 32, 34, 31, 35),
        strict=True,
    )
)  # fmt: skip


def _positions() -> dict[int, str]:
    if sys.platform == "darwin":
        return {code: name for name, code in _MAC.items()}
    starts = _WINDOWS_FIRST if sys.platform == "win32" else _EVDEV_FIRST
    return {
        start + offset: name
        for start, row in zip(starts, _ROWS, strict=True)
        for offset, name in enumerate(row)
    }


_POSITIONS: Final = _positions()


def is_modifier(event: QKeyEvent) -> bool:
    """Whether only Shift, Ctrl and the like went down."""
    return event.key() in _MODIFIERS


def names(event: QKeyEvent) -> tuple[str, ...]:
    """The names this key press answers to, the surest first."""
    key, text = event.key(), event.text()
    prefix = _prefix(event.modifiers())
    if named := _named(key):
        return (prefix + named,)
    found: list[str] = []
    place = _POSITIONS.get(_position(event))
    if place is not None and place.isdigit() and not event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
        found.append(prefix + place)
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 or Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        found.append(prefix + chr(key))
    elif place is not None and place.isalpha() and key > 0xFF:
        found.append(prefix + place)
    if (
        len(text) == 1
        and text.isprintable()
        and not text.isalnum()
        and not prefix.startswith(("Ctrl", "Alt"))
    ):
        found.append(text)
    elif prefix.startswith("Alt+") and _is_sign(key):
        found.append(f"Alt+{chr(key)}")
    return tuple(dict.fromkeys(found))


def _is_sign(key: int) -> bool:
    return 0x20 < key < 0x7F and not chr(key).isalnum()


def _named(key: int) -> str | None:
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        return f"F{key - Qt.Key.Key_F1 + 1}"
    return _NAMED.get(Qt.Key(key)) if key in _NAMED else None


def _prefix(modifiers: Qt.KeyboardModifier) -> str:
    held = Qt.KeyboardModifier
    words = (
        ("Ctrl", held.ControlModifier),
        ("Alt", held.AltModifier),
        ("Meta", held.MetaModifier),
        ("Shift", held.ShiftModifier),
    )
    return "".join(f"{word}+" for word, modifier in words if modifiers & modifier)


def _position(event: QKeyEvent) -> int:
    """The place of the key on the board; 0 when the platform does not say (tests, offscreen)."""
    return event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()


def types_text(event: QKeyEvent) -> bool:
    """Whether this key would put a character into a text field."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    if held and held != Qt.KeyboardModifier.GroupSwitchModifier:
        return False
    return bool(event.text()) and event.text().isprintable()


def is_native(stroke: str) -> bool:
    """Whether the toolkit's own shortcuts can carry this key: with Ctrl or Alt, or a function key.

    Not a chord, nor Alt with a letter, digit or sign: those act by where the key is, as they do without Alt.
    """
    last = stroke.rsplit("+", 1)[-1]
    if " " in stroke or (stroke.startswith("Alt+") and len(last) <= 1):
        return False
    return stroke.startswith(("Ctrl+", "Alt+", "Meta+")) or (last.startswith("F") and last[1:].isdigit())
