import html
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QPixmap, QTextBlock, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from atlas_desktop.ui.parts import Part
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.chips import OBJECT_TYPE, chip_hint
from atlas_desktop.ui.widgets.payload_links import link_hint
from atlas_desktop.ui.widgets.payload_pane import PayloadPane
from atlas_desktop.ui.widgets.payload_view import CHIP_LIMIT, FIRST_CHARACTERS, FIRST_PARTS, PayloadView
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.test_hostile_text import HIDDEN

EVERY_HIDDEN = "".join(f"a{chr(code)}" for code in HIDDEN) + "b"


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> Iterator[PayloadView]:
    made = PayloadView(theme, "Output")
    made.resize(500, 300)
    made.show()
    yield made
    made.feed.stop()
    made.hide()
    made.deleteLater()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


def copied(view: PayloadView) -> str:
    view.copy()
    return QGuiApplication.clipboard().text()


def objects(view: PayloadView) -> int:
    found = 0
    block = view.document().begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            if fragment.charFormat().objectType() == OBJECT_TYPE:
                found += fragment.length()
            iterator += 1
        block = block.next()
    return found


def test_a_heading_has_air_under_its_hairline(view: PayloadView, qtbot: QtBot, theme: Theme) -> None:
    view.show_parts([Part("user", "heading"), Part("\nhello\n\n", "gap"), Part("assistant", "heading")])
    qtbot.waitUntil(lambda: view.complete)
    image = view.viewport().grab().toImage()
    line = theme.tokens.color("line")
    right = image.width() - 3
    lines = [y for y in range(image.height()) if image.pixelColor(right, y) == line]
    heading = view.document().lastBlock()
    top = view.blockBoundingGeometry(heading).translated(view.contentOffset()).top()
    assert len(lines) == 1
    assert 4 <= top - lines[0] <= 8


def test_there_are_as_many_chips_as_hidden_characters(view: PayloadView, qtbot: QtBot) -> None:
    view.show_parts([Part(EVERY_HIDDEN)])
    qtbot.waitUntil(lambda: view.complete)
    assert view.chips == objects(view) == len(HIDDEN)
    shown = view.toPlainText()
    assert not [
        f"U+{code:04X}" for code in HIDDEN if chr(code) in shown and code not in (0xFFFC, 0x2029, 0x2028)
    ]


def test_copying_gives_the_exact_characters(view: PayloadView) -> None:
    text = "a\u00a0b\r\nc\rd\u2028e\u202ef\u200bg\U0001f600h\ttab\n"
    view.show_parts([Part(text)])
    view.selectAll()
    assert copied(view) == text
    assert view.original_text() == text


def test_copying_a_part_gives_that_part(view: PayloadView) -> None:
    view.show_parts([Part("one \u202etwo\u202c three")])
    cursor = view.textCursor()
    cursor.setPosition(4)
    cursor.setPosition(9, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert copied(view) == "\u202etwo\u202c"


def test_a_right_to_left_paragraph_stands_right(view: PayloadView) -> None:
    view.show_parts([Part("left\nשלום עולם\nleft again")])
    view.viewport().grab()
    middle = view.document().findBlockByNumber(1)
    assert middle.layout().textOption().alignment() & Qt.AlignmentFlag.AlignRight
    assert _start_of(middle) > 400
    first = view.document().findBlockByNumber(0)
    assert _start_of(first) < 50


def _start_of(block: QTextBlock) -> float:
    """Where the first character of a paragraph stands."""
    place: tuple[float, int] = block.layout().lineAt(0).cursorToX(0)  # type: ignore[assignment]  # stubs: object
    return place[0]


def test_html_and_markdown_stay_text_and_load_nothing(
    view: PayloadView, tmp_path: Path, theme: Theme
) -> None:
    canary = tmp_path / "canary.png"
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.magenta)
    picture.save(str(canary))
    url = QUrl.fromLocalFile(str(canary)).toString()
    text = f'<img src="{url}"><b>bold</b> ![x]({url}) <a href="{url}">go</a>'
    view.show_parts([Part(f"heading {text}", "heading"), Part("\n"), Part(text)])
    label = PlainLabel(text)
    label.resize(500, 100)
    for pixmap in (view.grab(), label.grab()):
        assert not _has(pixmap, Qt.GlobalColor.magenta)
    assert text in view.toPlainText()
    assert label.text() == text
    label.deleteLater()


def _has(pixmap: QPixmap, color: Qt.GlobalColor) -> bool:
    image, wanted = pixmap.toImage(), QImage(1, 1, QImage.Format.Format_RGB32)
    wanted.fill(color)
    pixel = wanted.pixel(0, 0)
    return any(image.pixel(x, y) == pixel for x in range(image.width()) for y in range(image.height()))


def test_a_file_dropped_or_pasted_changes_nothing(view: PayloadView) -> None:
    view.show_parts([Part("as recorded")])
    QGuiApplication.clipboard().setText("<b>pasted</b>")
    view.paste()
    QTest.keyClicks(view, "typed")
    assert view.original_text() == "as recorded"
    assert not view.acceptDrops() or view.isReadOnly()


def test_long_text_shows_its_beginning_and_waits(view: PayloadView, qtbot: QtBot) -> None:
    view.show_parts([Part("word " * 100_000)])
    qtbot.waitUntil(lambda: not view.feed.busy, timeout=3000)
    assert FIRST_CHARACTERS <= view.feed.shown.offset < FIRST_CHARACTERS + 20_000
    assert view.paused
    view.show_all()
    qtbot.waitUntil(lambda: view.complete, timeout=5000)
    assert view.complete
    assert view.original_text() == "word " * 100_000


@pytest.mark.parametrize("unit", ["x", "\u200ba", "a\n", "שלום ", "\U0001f600"], ids=ascii)
def test_five_megabytes_never_hold_the_window(view: PayloadView, unit: str) -> None:
    text = unit * (5_000_000 // len(unit))
    slowest = _timed(lambda: view.show_parts([Part(text)]))
    view.feed.stop()
    view.feed.limit = view.total_characters
    for _ in range(40):
        slowest = max(slowest, _timed(view.feed._next_batch))
        view.feed.stop()
        slowest = max(slowest, _timed(view.viewport().grab))
    assert slowest < 0.2, f"{slowest * 1000:.0f} ms"


def _timed(act: object) -> float:
    started = time.thread_time()
    act()  # type: ignore[operator]
    return time.thread_time() - started


def test_more_chips_than_can_be_drawn_are_held_back(view: PayloadView, qtbot: QtBot) -> None:
    view.show_parts([Part("\u200ba" * (CHIP_LIMIT + 10))])
    view.show_all()
    qtbot.waitUntil(lambda: not view.feed.busy, timeout=20_000)
    assert view.chips == CHIP_LIMIT
    assert view.paused


def test_a_heading_with_a_link_is_followed_by_a_click(view: PayloadView, qtbot: QtBot) -> None:
    view.show_parts([Part("system · show", "heading", "fold"), Part("\n", "gap"), Part("text")])
    with qtbot.waitSignal(view.activated) as caught:
        view.activate_at(3)
    assert caught.args == ["fold"]
    with qtbot.assertNotEmitted(view.activated):
        view.activate_at(16)


def test_the_hint_of_a_chip_is_escaped_text() -> None:
    assert chip_hint(0x202E) == "U+202E right-to-left override: not visible in the text itself"
    assert "<" not in chip_hint(0x00)


def test_the_hint_of_a_link_has_its_host_on_a_line_of_its_own() -> None:
    hint = link_hint("https://evil.example/?a=1&leads=<b>bank.example")
    address, _, host = hint.removeprefix("<p>").removesuffix("</p>").partition("<br>")
    assert html.unescape(address) == "https://evil.example/?a=1&leads=<b>bank.example"
    assert "<" not in address
    assert host == "leads to evil.example"


ZWJ = "\u200d\U0001f468"
HEAVY = {
    "joined emoji": [Part("\U0001f468" + ZWJ * 300_000)],
    "skin tones": [Part("\U0001f468" + "\U0001f3fd" * 300_000)],
    "marks": [Part("a" + "\u0301" * 1_000_000)],
    "lines": [Part("line\n" * 100_000)],
    "line ends of two": [Part("a\r\n" * 100_000)],
    "parts": [Part("x"), Part("\n", "gap")] * 25_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_no_turn_of_the_loop_is_long(view: PayloadView, qapp: QApplication, name: str) -> None:
    """50 ms of a processor is the rule; the rest is room for a slow one. It was up to 1,400 ms."""
    slowest = _timed(lambda: view.show_parts(HEAVY[name]))
    for asked in (False, True):
        for _ in range(40):
            slowest = max(slowest, _timed(qapp.processEvents))
        if not asked:
            slowest = max(slowest, _timed(view.show_all))
    view.feed.stop()
    assert slowest < 0.1, f"{slowest * 1000:.0f} ms"


def test_many_parts_wait_for_the_reader_and_are_made_only_then(view: PayloadView, qtbot: QtBot) -> None:
    made: list[int] = []

    def parts() -> Iterator[Part]:
        for number in range(3 * FIRST_PARTS):
            made.append(number)
            yield Part(f"{number} ")

    view.show_parts(parts())
    qtbot.waitUntil(lambda: not view.feed.busy, timeout=3000)
    assert len(made) == FIRST_PARTS + 1
    assert view.original_text() == "".join(f"{number} " for number in range(FIRST_PARTS))
    assert (view.paused, view.complete, view.more_parts) == (True, False, True)
    view.show_all()
    qtbot.waitUntil(lambda: view.complete, timeout=5000)
    assert view.original_text() == "".join(f"{number} " for number in range(3 * FIRST_PARTS))
    assert not view.paused


def test_another_theme_loses_no_part(view: PayloadView, qtbot: QtBot, theme: Theme) -> None:
    view.show_parts(Part(f"{number} ") for number in range(FIRST_PARTS + 5))
    theme.apply("dark")
    view.show_all()
    qtbot.waitUntil(lambda: view.complete, timeout=5000)
    assert view.original_text() == "".join(f"{number} " for number in range(FIRST_PARTS + 5))


def test_the_pane_says_that_there_are_more_parts(qtbot: QtBot, theme: Theme) -> None:
    pane = PayloadPane(theme, "Output")
    qtbot.addWidget(pane)
    pane.show_parts(Part("x") for _ in range(FIRST_PARTS + 5))
    qtbot.waitUntil(lambda: not pane._more.isHidden())
    assert "more parts" in pane._more_text.text()
    assert pane._size.text() == f"more than {FIRST_PARTS:,} characters"
    pane._show_all.click()
    qtbot.waitUntil(lambda: pane.view.complete, timeout=5000)
    assert pane._more.isHidden()


def test_marks_wait_for_the_text(view: PayloadView) -> None:
    """A slow machine's first frame may have nothing of it yet."""
    view.marks.show_changes([(0, 3)], "removed")
    view.marks.renew()
    assert view.extraSelections() == []
