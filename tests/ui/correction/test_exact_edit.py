"""The editor's text is exact: whatever it shows, whoever edits it, the characters stay what they are."""

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from atlas_desktop.ui.hostile_text import hidden_count
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.chips import CHARACTER, OBJECT_TYPE
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.ui.widgets.correction.line_end_mark import MARK_TYPE

SCALARS = [*range(0xD800), *range(0xE000, 0x110000)]
CHUNK = 32_768


@pytest.fixture
def edit(qtbot: QtBot, theme: Theme) -> Iterator[ExactEdit]:
    made = ExactEdit(theme, "Correction")
    made.resize(600, 400)
    made.show()
    made.setFocus()
    yield made
    made.hide()
    made.deleteLater()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


def on_display(edit: ExactEdit) -> str:
    """The text read from the document alone: chips by their format, folds taken out by where they should be."""
    shown = []
    block = edit.document().begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            text_format = fragment.charFormat()
            if text_format.objectType() == OBJECT_TYPE:
                shown += [chr(text_format.intProperty(CHARACTER))] * fragment.length()
            elif text_format.objectType() == MARK_TYPE:
                shown += ["\r"] * fragment.length()
            else:
                shown.append(fragment.text())
            iterator += 1
        block = block.next()
        if block.isValid():
            shown.append("\n")
    return "".join(shown)


def press(edit: ExactEdit, letter: str) -> None:
    """A key of some keyboard that types this (QTest knows Latin-1 only)."""
    QApplication.sendEvent(edit, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


def objects(edit: ExactEdit) -> int:
    return edit.document().toRawText().count("\ufffc")


@pytest.mark.parametrize("start", range(0, len(SCALARS), CHUNK))
def test_every_scalar_survives_opening_typing_and_undo(edit: ExactEdit, qtbot: QtBot, start: int) -> None:
    # A letter and a line now and then, as in texts: one paragraph of marks alone takes Qt seconds.
    chunk = SCALARS[start : start + CHUNK]
    text = "\n".join(
        "".join(f"a{chr(code)}" for code in chunk[at : at + 64]) for at in range(0, len(chunk), 64)
    )
    edit.show_text(text, caret=len(text) // 2)
    assert edit.text == text
    qtbot.waitUntil(lambda: not edit.loading)
    before = on_display(edit)
    QTest.keyClicks(edit, "typed")
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    half = len(text) // 2
    assert edit.text == f"{text[:half]}type{text[half:]}"
    while edit.undo_text():
        pass
    assert edit.text == text
    assert on_display(edit) == before
    assert before.replace("\n", "") == text.replace("\n", "")


HOSTILE = (
    "a\u00a0b\r\nc\rd\u2028e\u2029f\u202eg\u200bh\U0001f600i\u200dj\ufe0fk\ufffcl\U000e0041m\x00n\u0085o\n"
)


def test_opening_and_closing_changes_nothing(edit: ExactEdit) -> None:
    edit.show_text(HOSTILE)
    assert edit.text == HOSTILE
    assert objects(edit) == hidden_count(HOSTILE) + 1  # and the mark of the one CRLF
    edit.selectAll()
    edit.copy()
    assert QGuiApplication.clipboard().text() == HOSTILE


def test_copied_text_pasted_is_the_same(edit: ExactEdit) -> None:
    edit.show_text(HOSTILE)
    edit.selectAll()
    edit.copy()
    edit.set_caret(len(HOSTILE))
    edit.paste()
    assert edit.text == HOSTILE * 2
    edit.undo_text()
    assert edit.text == HOSTILE


def test_line_ends_are_those_of_the_text(edit: ExactEdit) -> None:
    edit.show_text("one\r\ntwo", caret=3)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text == "one\r\n\r\ntwo"
    pasted = QMimeData()
    pasted.setText("x\ny")
    edit.insertFromMimeData(pasted)
    assert edit.text == "one\r\nx\r\ny\r\ntwo"
    edit.show_text("one\ntwo", caret=3)
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert edit.text == "one\n\ntwo"
    pasted.setText("x\r\ny")
    edit.insertFromMimeData(pasted)
    assert edit.text == "one\nx\ny\ntwo"


def test_one_backspace_takes_one_hidden_character(edit: ExactEdit) -> None:
    edit.show_text("a\u202e\u202eb", caret=3)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text == "a\u202eb"
    assert objects(edit) == 1


def test_what_an_input_method_writes_is_a_chip_where_it_hides(edit: ExactEdit) -> None:
    edit.show_text("ab", caret=1)
    commit = QInputMethodEvent()
    commit.setCommitString("\u202e\U000e0041")
    QApplication.sendEvent(edit, commit)
    assert edit.text == "a\u202e\U000e0041b"
    assert objects(edit) == 2
    assert edit.caret == 3
    while edit.undo_text():
        pass
    assert (edit.text, objects(edit)) == ("ab", 0)


def test_a_joiner_that_loses_its_letters_shows_itself(edit: ExactEdit) -> None:
    edit.show_text("\u0646\u200c\u0645", caret=3)
    assert objects(edit) == 0
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text == "\u0646\u200c"
    assert objects(edit) == 1
    press(edit, "\u0645")
    assert objects(edit) == 0
    while edit.undo_text():
        pass
    assert (edit.text, objects(edit)) == ("\u0646\u200c\u0645", 0)


def test_undo_does_not_reach_beyond_the_text(edit: ExactEdit) -> None:
    edit.show_text("as it was")
    QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.text == "as it was"
    assert not edit.undo_text()


def test_taking_a_text_over_is_one_step_that_changes_little(edit: ExactEdit) -> None:
    edit.show_text("the quick brown fox", caret=0)
    edit.take_over("the slow brown fox")
    assert edit.text == "the slow brown fox"
    assert edit.caret == len("the slow")
    assert edit.undo_text()
    assert edit.text == "the quick brown fox"


@pytest.mark.parametrize("seed", range(60))
def test_the_display_stays_what_opening_the_text_would_show(edit: ExactEdit, seed: int) -> None:
    """Keys, selections, pastes, undo and redo at random; after each, the text and the display are as they should."""
    dice = random.Random(seed)
    letters = "ab \u200c\u0646\U0001f600\u0301"
    edit.show_text(HOSTILE + "\u0646\u200c\u0645 \U0001f469\u200d\U0001f4bb\n" * 3)
    for _ in range(60):
        model = edit.text
        end = edit.document().characterCount() - 1
        cursor = edit.textCursor()
        cursor.setPosition(dice.randint(0, end))
        cursor.movePosition(QTextCursor.MoveOperation.Left)
        if dice.random() < 0.3:
            cursor.movePosition(
                QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, dice.randint(1, 6)
            )
        edit.setTextCursor(cursor)
        start, stop = edit.selection()
        act = dice.choice(["type", "type", "back", "delete", "enter", "paste", "undo", "redo"])
        if act == "type":
            letter = dice.choice(letters)
            press(edit, letter)
            assert edit.text == model[:start] + letter + model[stop:]
        elif act == "back":
            QTest.keyClick(edit, Qt.Key.Key_Backspace)
            assert edit.text == (model[:start] + model[stop:]) or start == stop
        elif act == "delete":
            QTest.keyClick(edit, Qt.Key.Key_Delete)
        elif act == "enter":
            QTest.keyClick(edit, Qt.Key.Key_Return)
        elif act == "paste":
            data = QMimeData()
            data.setText(dice.choice(["\u202e", "x\u200by", "\u2028", "plain"]))
            edit.insertFromMimeData(data)
        elif act == "undo":
            edit.undo_text()
        else:
            edit.redo_text()
        runs = list(edit.exact.runs())
        assert "".join(run.original for run in runs) == edit.text
        assert on_display(edit) == "".join(run.original or "\n" for run in runs)
        assert edit.document().characterCount() - 1 == edit.exact.width
