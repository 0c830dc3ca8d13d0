"""A disk that takes nothing more while somebody writes: nothing is lost in silence, and it goes on when there is room."""

import sys
from pathlib import Path

import pytest

from tests.e2e.drive import App
from tests.e2e.test_one_reviewer import start_with_the_sample


@pytest.mark.skipif(sys.platform != "linux", reason="the room of another process is taken by prlimit")
def test_who_quits_with_an_unsaved_correction_is_told_first(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with App(home) as app:
        start_with_the_sample(app)
        app.keys("Ctrl+Shift+O")
        call = app.until(painted=True, link="by_hand")["call"]
        app.keys("E")
        app.until(editing=True)
        text = app.write("mine ")["text"]
        app.until(draft_saved=True)
        app.room(0)
        text = app.write("and more ")["text"]
        app.keys("Ctrl+Q")
        app.until(said="A correction you wrote could not be saved. Close again to quit without it.")
        app.room(None)
        app.until(draft_saved=True)
        app.quit()
    with App(home) as app:
        assert app.until(open=True, painted=True)["call"] == call
        app.keys("E")
        app.until(editing=True, text=text)
