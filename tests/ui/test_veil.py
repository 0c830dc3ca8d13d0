"""The veil over personal data in the real window: lifted while a key is held, each look noted."""

import json

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication

from atlas_desktop.app.peek_log import PeekLog
from tests.ui.conftest import Desk
from tests.ui.test_reading import answer, lines, reader

__all__ = ["lines", "reader"]


def key(desk: Desk, kind: QEvent.Type, *, repeated: bool = False) -> None:
    event = QKeyEvent(kind, Qt.Key.Key_P, Qt.KeyboardModifier.NoModifier, "p", repeated)

    async def send() -> None:
        QApplication.sendEvent(desk.focus(), event)

    desk.run(send())


def test_the_veil_is_lifted_while_the_key_is_held_and_each_time_is_noted(reader: Desk) -> None:
    view = answer(reader)
    log = PeekLog(reader.session.home.workspace_dir("one") / "peeks.jsonl")
    reader.run(reader.session.settings.change(veil=True))
    reader.until(lambda: view.complete and "jane" not in view.toPlainText())
    view.selectAll()
    view.copy()
    assert "[e-mail]" in QGuiApplication.clipboard().text()
    assert "jane" not in QGuiApplication.clipboard().text()
    assert log.entries() == []
    reader.window.review_page.list.view.setFocus()
    key(reader, QEvent.Type.KeyPress)
    reader.until(lambda: view._chips.peeking)
    key(reader, QEvent.Type.KeyPress, repeated=True)
    view.copy()
    assert "jane@example.com" in QGuiApplication.clipboard().text()
    key(reader, QEvent.Type.KeyRelease)
    reader.until(lambda: not view._chips.peeking)
    (entry,) = log.entries()
    assert entry["call"] == reader.window.review.current.call.row.id  # type: ignore[union-attr]
    assert "jane" not in json.dumps(entry)
    assert reader.session.home.workspace_dir("one").joinpath("peeks.jsonl").stat().st_mode & 0o077 == 0


def test_no_look_without_a_note(reader: Desk) -> None:
    view = answer(reader)
    reader.run(reader.session.settings.change(veil=True))
    reader.until(lambda: view.complete)
    (reader.session.home.workspace_dir("one") / "peeks.jsonl").mkdir()
    reader.window.review_page.list.view.setFocus()
    key(reader, QEvent.Type.KeyPress)
    reader.until(lambda: "could not be noted" in reader.window.review_page.notice.accessibleName())
    assert not view._chips.peeking
    key(reader, QEvent.Type.KeyRelease)


def test_the_key_of_the_veil_says_when_there_is_none(reader: Desk) -> None:
    reader.press("P")
    assert not answer(reader)._chips.peeking


def test_the_veil_lies_over_the_list_too(reader: Desk) -> None:
    model = reader.window.review_page.model
    reader.run(reader.session.settings.change(veil=True))
    texts = [text for text in map(model.text_at, range(model.rowCount())) if text is not None]
    assert any("[e-mail]" in text.preview for text in texts)
    assert not [text for text in texts if "jane@" in text.preview or "jane@" in text.spoken]
