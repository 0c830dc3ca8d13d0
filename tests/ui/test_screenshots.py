import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

SCREENS = {
    "welcome", "review", "review-inspector", "review-right-to-left", "review-empty", "review-bulk", "keys",
    "sync", "sync-offline", "sync-needs-you", "settings",
}  # fmt: skip


@pytest.mark.timeout(90)
def test_every_screen_is_written_from_a_real_local_atlas(tmp_path: Path, qtbot: QtBot) -> None:
    command = [sys.executable, "-m", "atlas_desktop", "screenshots", str(tmp_path), "--theme", "dark"]
    without_display = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        command, env=without_display, capture_output=True, text=True, timeout=80, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in tmp_path.iterdir()} == {f"{screen}-dark" for screen in SCREENS}
    assert "11 pictures" in done.stdout
    seen = {path.read_bytes() for path in tmp_path.iterdir()}
    assert not [path.name for path in tmp_path.iterdir() if QImage(str(path)).isNull()]
    assert len(seen) == len(SCREENS), "two screens look the same"


def test_an_unknown_theme_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "atlas_desktop", "screenshots", str(tmp_path), "--theme", "pink"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no theme pink" in done.stderr
    assert not list(tmp_path.iterdir())
