"""Other languages on the real window."""

import gc
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.stage import Interpreter, Stage
from atlas_desktop.wording import tr
from tests.ui.conftest import Desk


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    Interpreter(qapp).speak("en")


@pytest.fixture
def stage(desk: Desk, qapp: QApplication) -> Iterator[Stage]:
    made = Stage(qapp, desk.window._theme, desk.session)
    made.window.show()
    yield made
    made.close()
    shiboken6.delete(made.window)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def test_another_language_is_on_the_window_at_once(desk: Desk, stage: Stage, qapp: QApplication) -> None:
    before = stage.window
    before.show("settings")
    assert before.rail.buttons["settings"].text() == "Settings"
    desk.run(desk.session.settings.change(language="de"))
    desk.until(lambda: stage.window is not before)
    assert stage.window.screen_name == "settings"
    assert stage.window.rail.buttons["settings"].text() == tr("Settings") == "Einstellungen"
    assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert stage.window.review_page.model.rowCount() == 60
    german = stage.window
    desk.run(desk.session.settings.change(language="ar"))
    desk.until(lambda: stage.window is not german)
    assert qapp.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert stage.window.layoutDirection() == Qt.LayoutDirection.RightToLeft
