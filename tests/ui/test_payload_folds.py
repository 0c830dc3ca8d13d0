"""Folding in the real view: whatever is folded, the text behind it is the same."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from atlas_desktop.ui.parts import Part
from atlas_desktop.ui.rendering import Reading
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.payload_view import PayloadView
from tests.ui.rendering.test_runs import recorded
from tests.ui.test_payload_view import view  # noqa: F401 - the fixture

LARGE = json.dumps(
    {"a": [{"id": at, "n": {"q": [at, {"z": at}]}} for at in range(250)], "b": {"c": list(range(300))}}
)
PARTS = [
    Part("user", "heading"), Part("\n", "gap"), Part(LARGE), Part("\n\n", "gap"), Part("**after** text"),
    Part("\n", "gap"), Part("```json\n" + LARGE + "\n```"),
]  # fmt: skip
SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def fill(view: PayloadView, qapp: QApplication, parts: list[Part]) -> None:  # noqa: F811
    view.show_parts(parts)
    while not view.complete:
        qapp.processEvents()


@SETTINGS
@given(st.lists(st.integers(0, 10_000), max_size=8))
def test_folds_change_nothing_of_the_text(view: PayloadView, qapp: QApplication, places: list[int]) -> None:  # noqa: F811
    fill(view, qapp, PARTS)
    before = view.original_text()
    assert before == "".join(part.text for part in PARTS)
    for place in places:
        found = list(view.folds._all())
        view.folds._toggle(found[place % len(found)])
        assert view.original_text() == before
        assert view.feed.shown.end == view.document().characterCount() - 1
        view.viewport().grab()


@SETTINGS
@given(st.lists(recorded, min_size=1, max_size=4), st.booleans())
def test_what_is_selected_is_what_was_recorded(
    view: PayloadView,  # noqa: F811
    qapp: QApplication,
    texts: list[str],
    rendered: bool,
) -> None:
    view.set_reading(Reading(rendered))
    parts = [part for text in texts for part in (Part("user", "heading"), Part("\n", "gap"), Part(text))]
    fill(view, qapp, parts)
    view.selectAll()
    view.copy()
    assert QGuiApplication.clipboard().text() == "".join(part.text for part in parts)
    assert view.feed.shown.end == view.document().characterCount() - 1


def test_no_fold_takes_long(view: PayloadView, qapp: QApplication) -> None:  # noqa: F811
    """50 ms of a processor is the rule; the rest is room for a slow one. It was 12 s."""
    fill(view, qapp, PARTS)
    slowest = 0.0
    for _ in range(4):
        began = time.thread_time()
        view.folds.toggle_all()
        slowest = max(slowest, time.thread_time() - began)
    assert slowest < 0.25, f"{slowest * 1000:.0f} ms"


def test_the_line_at_the_top_stays_when_it_is_read_otherwise(
    view: PayloadView,  # noqa: F811
    qapp: QApplication,
    qtbot: QtBot,
    theme: Theme,
) -> None:
    parts = [
        part
        for turn in range(30)
        for part in (
            Part(f"turn {turn}", "heading"),
            Part("\n", "gap"),
            Part("**w** " * 9 * turn),
            Part("\n\n", "gap"),
        )
    ]
    fill(view, qapp, parts)
    for _ in range(9):
        view.next_turn(1)
    top = view.firstVisibleBlock().text()
    assert top == "turn 9"
    for reading in (Reading(rendered=False), Reading(veil=True), Reading()):
        view.set_reading(reading)
        qtbot.waitUntil(lambda: view.complete and view.firstVisibleBlock().text() == top, timeout=5000)
    theme.apply("dark")
    qtbot.waitUntil(lambda: view.complete and view.firstVisibleBlock().text() == top, timeout=5000)


@pytest.mark.parametrize("text", ["a @ b", "x" * 40])
def test_a_veil_over_nothing_covers_nothing(view: PayloadView, qapp: QApplication, text: str) -> None:  # noqa: F811
    view.set_reading(Reading(veil=True))
    fill(view, qapp, [Part(text)])
    assert view.toPlainText() == text
