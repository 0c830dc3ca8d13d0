"""A long text comes into the editor in slices: exact at any moment, no key lost, no place out of reach."""

import random
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.loading import FIRST_CHARACTERS
from atlas_desktop.ui.widgets.correction.marked_edit import MarkedEdit
from tests.ui.correction.test_exact_edit import on_display, press

MEGABYTE = 1_000_000
WORDS = "The invoice of March was sent twice \U0001f600, because the first had no total.\r\n\u202e"
KINDS = {
    "prose": ("One sentence follows the other in this text, as it is in letters. " * 3 + "\n\n"),
    "line": "word after word without any end of the line ",
    "base64": "aGVsbG8gd29ybGQh",
    "signs": "\u2028\u202e\u200d\ufe0f",
    "emoji": "\U0001f469\u200d\U0001f4bb\u0301\r\n",
    "hostile": WORDS,
}

HIDING = ("signs", "emoji", "hostile")


@pytest.fixture
def edit(qtbot: QtBot, theme: Theme) -> Iterator[MarkedEdit]:
    made = MarkedEdit(theme, "Correction")
    made.resize(600, 400)
    made.show()
    made.setFocus()
    yield made
    made.hide()
    made.deleteLater()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


def long(kind: str, size: int = MEGABYTE) -> str:
    return (KINDS[kind] * (size // len(KINDS[kind]) + 1))[:size]


def is_exact(edit: MarkedEdit, text: str) -> None:
    """The text is this, and the display is what the text says it should be."""
    assert edit.text == text
    assert not edit.loading
    runs = list(edit.exact.runs())
    assert "".join(run.original for run in runs) == text
    assert on_display(edit) == "".join(run.original or "\n" for run in runs)
    assert edit.document().characterCount() - 1 == edit.exact.width


@pytest.mark.parametrize("kind", KINDS)
def test_it_comes_in_slices_and_is_whole_in_the_end(edit: MarkedEdit, qtbot: QtBot, kind: str) -> None:
    # What hides takes long by itself; of plain text more than the first slices can hold.
    size = 60_000 if kind in HIDING else FIRST_CHARACTERS + 200_000
    edit.show_text(long(kind, size))
    assert edit.loading
    assert edit.text == long(kind, size)
    qtbot.waitUntil(lambda: not edit.loading, timeout=20_000)
    is_exact(edit, long(kind, size))


def test_what_is_typed_meanwhile_is_kept_where_it_was_typed(edit: MarkedEdit, qtbot: QtBot) -> None:
    text = long("prose")
    edit.show_text(text, caret=4)
    QTest.keyClicks(edit, "first ")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.loading
    assert edit.text == f"{text[:4]}first \n{text[4:]}"
    qtbot.waitUntil(lambda: not edit.loading)
    is_exact(edit, f"{text[:4]}first \n{text[4:]}")
    assert edit.caret == len("One first \n")
    while edit.undo_text():
        pass
    is_exact(edit, text)


def test_a_caret_far_down_is_where_the_first_key_goes(edit: MarkedEdit) -> None:
    text = long("prose")
    far = MEGABYTE - 70
    edit.show_text(text, caret=far)
    assert edit.loading
    assert edit.caret == far
    press(edit, "x")
    assert edit.text == f"{text[:far]}x{text[far:]}"
    assert edit.caret == far + 1


def test_what_an_input_method_writes_goes_there_as_well(edit: MarkedEdit) -> None:
    text = long("prose")
    edit.show_text(text, caret=MEGABYTE)
    commit = QInputMethodEvent()
    commit.setCommitString("語")
    QApplication.sendEvent(edit, commit)
    is_exact(edit, f"{text}語")


@pytest.mark.parametrize("kind", ["prose", "hostile"])
def test_a_caret_far_down_is_there_with_its_lines(edit: MarkedEdit, qtbot: QtBot, kind: str) -> None:
    edit.show_text(long(kind, 400_000), caret=300_000)
    qtbot.waitUntil(lambda: not edit.loading, timeout=20_000)
    assert edit.caret == 300_000
    first, last = edit.on_view()
    assert first <= 300_000 <= last


def _all_gone(edit: MarkedEdit) -> str:
    QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(edit, "x")
    return "x"


def _at_the_end(edit: MarkedEdit) -> str:
    QTest.keyClick(edit, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    press(edit, "x")
    return f"{long('prose')}x"


def _from_the_end(edit: MarkedEdit) -> str:
    """Delete at what is the end of the display only."""
    edit.moveCursor(QTextCursor.MoveOperation.End)
    place = edit.caret
    assert place < MEGABYTE
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    return long("prose")[:place] + long("prose")[place + 1 :]


def _pasted_over(edit: MarkedEdit) -> str:
    edit.set_caret(MEGABYTE - 10, anchor=5)
    data = QMimeData()
    data.setText("new")
    edit.insertFromMimeData(data)
    return f"{long('prose')[:5]}new{long('prose')[-10:]}"


def _taken_over(edit: MarkedEdit) -> str:
    edit.take_over(f"{long('prose')[:-3]}end")
    return f"{long('prose')[:-3]}end"


def _undone(edit: MarkedEdit) -> str:
    edit.put(10, 20, "something else")
    edit.put(MEGABYTE - 10, MEGABYTE, "\u202e")
    edit.undo_text()
    edit.undo_text()
    edit.redo_text()
    return f"{long('prose')[:10]}something else{long('prose')[20:]}"


@pytest.mark.parametrize("act", [_all_gone, _at_the_end, _from_the_end, _pasted_over, _taken_over, _undone])
def test_what_reaches_beyond_the_display_brings_it_first(
    edit: MarkedEdit, qtbot: QtBot, act: Callable[[MarkedEdit], str]
) -> None:
    edit.show_text(long("prose"))
    assert edit.loading
    wanted = act(edit)
    qtbot.waitUntil(lambda: not edit.loading)
    is_exact(edit, wanted)


def test_another_text_while_one_is_coming(edit: MarkedEdit, qtbot: QtBot) -> None:
    edit.show_text(long("hostile"), caret=MEGABYTE)
    edit.show_text("short", caret=2)
    assert (edit.loading, edit.caret) == (False, 2)
    qtbot.wait(20)
    is_exact(edit, "short")


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_while_it_comes_it_stays_exact(edit: MarkedEdit, seed: int) -> None:
    """Keys and slices in any order; the text is as a plain string that was edited in the same way."""
    dice = random.Random(seed)
    kind = dice.choice(list(KINDS))
    text = long(kind, 60_000 if kind in HIDING else FIRST_CHARACTERS + 60_000)
    edit.show_text(text, caret=dice.choice([0, 1_000, len(text)]))
    for _ in range(12):
        act = dice.choice(["type", "back", "slice", "undo", "put"])
        if act == "slice" and edit.loading:
            edit._loading.go_on()
        elif act == "type":
            place = edit.caret
            press(edit, "\u0646")
            text = text[:place] + "\u0646" + text[place:]
        elif act == "put":
            place = dice.randint(0, len(text))
            edit.put(place, min(place + 3, len(text)), "a\u200d\u0646")
            text = text[:place] + "a\u200d\u0646" + text[place + 3 :]
        elif act == "back":
            before = edit.text
            QTest.keyClick(edit, Qt.Key.Key_Backspace)
            text = edit.text
            assert len(before) - len(text) in (0, 1, 2)
        else:
            edit.undo_text()
            text = edit.text
        assert edit.text == text
    edit._loading.finish()
    is_exact(edit, text)


@pytest.mark.parametrize("kind", ["prose", "line", "hostile"])
def test_frames_are_painted_while_it_comes(edit: MarkedEdit, qtbot: QtBot, kind: str) -> None:
    """Not one long turn of the loop: a timer is heard again and again before all of it is there."""
    turns: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(time.perf_counter()))
    timer.start(0)
    edit.show_text(long(kind, 200_000 if kind in HIDING else MEGABYTE))
    qtbot.waitUntil(lambda: not edit.loading, timeout=30_000)
    timer.stop()
    # How long a turn takes is the bench's business: here, how many there are.
    assert len(list(pairwise(turns))) >= 2
