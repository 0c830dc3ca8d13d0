import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from atlas_desktop.app.commands import COMMANDS
from atlas_desktop.ui.keys import is_native, names, types_text

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier
LINUX_1, LINUX_3, LINUX_J = 10, 12, 44


def press(key: Qt.Key, text: str = "", held: Qt.KeyboardModifier = NONE, scan: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, scan, 0, 0, text)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (press(Qt.Key.Key_1, "1"), "1"),
        (press(Qt.Key.Key_1, "1", KEYPAD, 87), "1"),
        (press(Qt.Key.Key_J, "j"), "J"),
        (press(Qt.Key.Key_J, "J", SHIFT), "Shift+J"),
        (press(Qt.Key.Key_Z, "\x1a", CTRL), "Ctrl+Z"),
        (press(Qt.Key.Key_Escape, "\x1b"), "Esc"),
        (press(Qt.Key.Key_Enter, "\r", KEYPAD), "Enter"),
        (press(Qt.Key.Key_Space, " ", SHIFT), "Shift+Space"),
        (press(Qt.Key.Key_F6), "F6"),
        (press(Qt.Key.Key_Question, "?", SHIFT), "?"),
        (press(Qt.Key.Key_Asterisk, "*", SHIFT), "*"),
        (press(Qt.Key.Key_Period, "."), "."),
    ],
)
def test_names(event: QKeyEvent, name: str) -> None:
    assert name in names(event)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (press(Qt.Key.Key_Ampersand, "&", NONE, LINUX_1), "1"),
        (press(Qt.Key.Key_QuoteDbl, '"', NONE, LINUX_3), "3"),
        (press(Qt.Key.Key_1, "1", SHIFT, LINUX_1), "Shift+1"),
        (press(Qt.Key.Key_Period, ".", SHIFT, 59), "."),
        (press(Qt.Key(0x41E), "о", NONE, LINUX_J), "J"),
    ],
    ids=["1 on AZERTY", "3 on AZERTY", "Shift+1 on AZERTY", "full stop on AZERTY", "J on a Russian board"],
)
def test_other_layouts(event: QKeyEvent, name: str) -> None:
    assert names(event)[0] == name or name in names(event)


def test_a_letter_that_moved_is_where_the_layout_has_it() -> None:
    # AZERTY's A is where QWERTY has Q: letters go by what they type.
    assert names(press(Qt.Key.Key_A, "a", NONE, 24)) == ("A",)


def test_what_types() -> None:
    assert types_text(press(Qt.Key.Key_J, "j"))
    assert types_text(press(Qt.Key.Key_Space, " "))
    assert types_text(press(Qt.Key.Key_J, "J", SHIFT))
    assert not types_text(press(Qt.Key.Key_Escape, "\x1b"))
    assert not types_text(press(Qt.Key.Key_Z, "z", CTRL))
    assert not types_text(press(Qt.Key.Key_Return, "\r"))


def test_every_key_of_the_table_is_carried_by_exactly_one_way() -> None:
    strokes = {stroke for command in COMMANDS for stroke in command.keys}
    assert {stroke for stroke in strokes if is_native(stroke)} >= {"Ctrl+Z", "F1", "F6", "Ctrl+,"}
    assert not [stroke for stroke in strokes if is_native(stroke) and " " in stroke]
