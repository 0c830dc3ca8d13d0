"""Words of other languages have room where a pane is at its narrowest."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QScrollArea, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from atlas_desktop.app.language import TONGUES, Language, speak_language
from atlas_desktop.ui.pages.datasets.shelf import Shelf
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.choices import Segments
from tests.ui.operations.conftest import OperationsDesk, at  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak_language("en")


@pytest.mark.parametrize("language", list(TONGUES))
def test_the_shelf_is_never_narrower_than_its_heading_and_button(
    theme: Theme, qtbot: QtBot, language: Language
) -> None:
    speak_language(language)
    place = QWidget()
    qtbot.addWidget(place)
    split = QSplitter(place)
    shelf = Shelf(theme, lambda _: None, lambda: None)
    split.addWidget(shelf)
    split.addWidget(QLabel())
    split.setChildrenCollapsible(False)
    split.resize(1000, 400)
    place.show()
    split.setSizes([1, 10_000])
    assert shelf.width() < 500
    heading = shelf.findChildren(QLabel)[0]
    for each in (heading, shelf.begin):
        assert each.width() >= each.sizeHint().width()


def test_the_form_of_an_evaluator_is_never_cut_at_the_side(at: OperationsDesk) -> None:  # noqa: F811
    at.press("Enter", "R")
    pane = at.page.rule
    area = pane.findChild(QScrollArea)
    assert area is not None
    pane.split.setSizes([1, 10_000])
    at.settle()
    kinds = pane.findChild(Segments)
    assert kinds is not None
    assert kinds.mapTo(area.viewport(), kinds.rect().topRight()).x() < area.viewport().width()
    inside = area.widget()
    assert inside is not None
    assert inside.width() <= area.viewport().width()
