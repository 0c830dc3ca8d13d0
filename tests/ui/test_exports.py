"""Taking data out in a real window: which calls, into which file, veiled, and never over another by mistake."""

from pathlib import Path

import orjson
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.widgets.export_strip import ExportStrip
from tests.ui.conftest import Desk
from tests.ui.filled import line

PERSONAL = "Write to jane.doe@example.org"


@pytest.fixture
def lines() -> list[bytes]:
    return [line(source_id=f"made/{at}", output=f"{PERSONAL} {at}") for at in range(5)]


def opened(desk: Desk) -> ExportStrip:
    desk.show_call()
    desk.press("Ctrl+Shift+E")
    strip = desk.window.review_page.exports.strip
    assert strip.isVisible()
    assert QApplication.focusWidget() is strip.path
    return strip


def export(desk: Desk, strip: ExportStrip, path: Path) -> list[dict[str, object]]:
    strip.path.setText(str(path))
    desk.press("Enter")
    desk.rest()
    return [orjson.loads(row) for row in path.read_bytes().splitlines()] if path.exists() else []


def test_the_whole_list_goes_out_veiled(desk: Desk, tmp_path: Path) -> None:
    strip = opened(desk)
    assert strip.accessibleName() == "Export 5 calls"
    rows = export(desk, strip, tmp_path / "calls.jsonl")
    assert len(rows) == 5
    assert all("jane.doe@example.org" not in str(row) for row in rows)
    assert strip._words.text() == "5 are in calls.jsonl."
    desk.press("Esc")
    assert not strip.isVisible()
    assert desk.window.review_page.list.view.hasFocus()


def test_only_what_is_selected_goes_out(desk: Desk, tmp_path: Path) -> None:
    desk.show_call()
    desk.press("X", "J", "X")
    strip = opened(desk)
    assert strip.accessibleName() == "Export 2 calls"
    assert len(export(desk, strip, tmp_path / "calls.jsonl")) == 2


def test_unveiled_it_says_so_and_writes_it_down(desk: Desk, tmp_path: Path) -> None:
    strip = opened(desk)
    strip._veil.click()
    assert "Nothing is veiled" in strip._words.text()
    rows = export(desk, strip, tmp_path / "calls.jsonl")
    assert all("jane.doe@example.org" in str(row) for row in rows)
    logs = list(tmp_path.rglob("exports.jsonl"))
    assert len(logs) == 1
    noted = orjson.loads(logs[0].read_bytes())
    assert (noted["what"], noted["count"], noted["file"]) == ("calls", 5, "calls.jsonl")
    assert "jane" not in logs[0].read_text()


def test_a_file_that_is_there_is_replaced_only_when_one_says_so(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text("mine")
    strip = opened(desk)
    strip.path.setText(str(path))
    desk.press("Enter")
    desk.rest()
    assert path.read_text() == "mine"
    assert strip.start.text() == "Replace the file"
    strip.path.setFocus()
    desk.press("Enter")
    desk.rest()
    assert len(path.read_bytes().splitlines()) == 5


def test_another_format_has_another_end_and_a_table(desk: Desk, tmp_path: Path) -> None:
    strip = opened(desk)
    assert strip._segments is not None
    strip._segments._choose("csv")
    assert strip.path.text().endswith(".csv")
    path = tmp_path / "calls.csv"
    strip.path.setText(str(path))
    strip.path.setFocus()
    desk.press("Enter")
    desk.rest()
    assert path.read_text("utf-8-sig").splitlines()[0].startswith('"id","created_at"')


def test_where_it_cannot_be_written_it_says_why(desk: Desk, tmp_path: Path) -> None:
    strip = opened(desk)
    assert export(desk, strip, tmp_path / "no such folder" / "calls.jsonl") == []
    assert "could not do that" in strip._words.text()
    assert "There is no such folder" in strip._words.text()
    assert ".part" not in strip._words.text()
    assert strip.start.isEnabled()


def test_after_a_fault_one_goes_on_typing_the_path_and_enter_tries_again(desk: Desk, tmp_path: Path) -> None:
    strip = opened(desk)
    assert export(desk, strip, tmp_path / "no such folder" / "calls.jsonl") == []
    assert QApplication.focusWidget() is strip.path
    desk.press("Ctrl+A")
    desk.type(str(tmp_path / "calls.jsonl"))
    assert strip.isVisible()
    desk.press("Enter")
    desk.rest()
    assert len((tmp_path / "calls.jsonl").read_bytes().splitlines()) == 5
    assert QApplication.focusWidget() is strip.path


def test_the_button_pressed_by_mouse_leaves_the_focus_where_enter_is_harmless(
    desk: Desk, tmp_path: Path
) -> None:
    strip = opened(desk)
    strip.path.setText(str(tmp_path / "calls.jsonl"))
    QTest.mouseClick(strip.start, Qt.MouseButton.LeftButton)
    desk.rest()
    assert QApplication.focusWidget() is strip.path


def test_of_the_veil_no_more_is_promised_than_its_rules_find(desk: Desk) -> None:
    words = opened(desk)._words.text()
    assert "Names" not in words
    assert "E-mail addresses, phone and card numbers" in words
