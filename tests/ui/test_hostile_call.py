"""Calls made to hurt, in the real window: nothing freezes, nothing is taken for HTML."""

import asyncio
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from atlas_desktop.ui.widgets.plain_label import LONGEST, PlainLabel
from tests.ui.conftest import Desk
from tests.ui.filled import line

HTML = '\u202e<img src="file:///etc/hostname"><a href="http://127.0.0.1:9/x">k</a>'
HUGE = "y" * 5_000_000
FROZEN = 5.0
"""Seconds: far above what a busy machine takes, far below the 28 that one label took."""

LINES = [
    line(source_id="h/1", finish_reason=HUGE),
    line(source_id="h/2", finish_reason=HTML, customer=HTML, model=HTML),
]


@pytest.mark.parametrize("lines", [LINES])
def test_no_field_beside_the_text_freezes_the_window(desk: Desk) -> None:
    desk.press("I")
    for position in range(len(LINES)):
        began = time.perf_counter()
        desk.show_call(position)
        desk.run(asyncio.sleep(0.05))
        assert time.perf_counter() - began < FROZEN
        labels = desk.window.findChildren(QLabel)
        assert max(len(label.text()) for label in labels) <= LONGEST + 1
        assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
        assert not [label for label in labels if "\u202e" in label.text()]


def test_a_label_shows_the_beginning_of_what_is_too_long(desk: Desk) -> None:
    label = PlainLabel("a" * (LONGEST + 1))
    assert label.text() == "a" * LONGEST + "…"
    assert PlainLabel("a" * LONGEST).text() == "a" * LONGEST
