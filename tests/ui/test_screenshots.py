import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

SCREENS = {
    "welcome", "review", "review-opening", "review-facets", "review-table", "review-inspector", "review-right-to-left",
    "review-empty", "review-completion", "review-fault", "review-bulk", "review-error", "review-focus",
    "review-offline", "editor-json", "editor-unasked", "editor-asked", "editor-completion", "editor-prose", "editor-inline", "tags", "palette", "keys",
    "datasets-empty", "datasets-builder", "datasets-items", "datasets-edit", "datasets-versions",
    "operations-gates", "operations-loosening", "operations-schema", "operations-schema-problem",
    "operations-what-changed", "operations-rule", "operations-judge", "operations-history", "operations-seen",
    "providers-none", "providers-trying", "providers-failed", "providers", "call-served", "call-refunded", "operations-routing",
    "releases-none", "releases-begin", "releases", "releases-roll-back", "usage", "refunds",
    "gates-unscored", "gates-fix-list", "runs", "runs-compared", "gate-meter", "export", "golden",
    "trends", "trends-empty", "trends-brushed", "trends-previous", "trends-multiples", "trends-table", "trends-export",
    "sync", "sync-offline", "sync-needs-you", "conflict", "conflict-merging", "settings", "key-map",
    *(f"{screen}-{language}" for screen in ("settings", "key-map", "review", "editor", "palette", "sync")
      for language in ("de", "ar")),
}  # fmt: skip


@pytest.mark.timeout(180)
def test_every_screen_is_written_from_a_real_local_atlas(tmp_path: Path, qtbot: QtBot) -> None:
    command = [sys.executable, "-m", "atlas_desktop", "screenshots", str(tmp_path), "--theme", "dark"]
    without_display = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        command, env=without_display, capture_output=True, text=True, timeout=170, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in tmp_path.iterdir()} == {f"{screen}-dark" for screen in SCREENS}
    assert f"{len(SCREENS)} pictures" in done.stdout
    seen = {path.read_bytes() for path in tmp_path.iterdir()}
    assert not [path.name for path in tmp_path.iterdir() if QImage(str(path)).isNull()]
    assert len(seen) == len(SCREENS), "two screens look the same"


def test_an_unknown_theme_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "atlas_desktop", "screenshots", str(tmp_path), "--theme", "pink"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no theme pink" in done.stderr
    assert not list(tmp_path.iterdir())
