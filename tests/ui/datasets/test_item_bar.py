"""The weight of an item, as it is shown and typed in each language."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from atlas_desktop.app.item_editor import ItemEditState
from atlas_desktop.app.language import Language, speak_language
from atlas_desktop.contract.datasets import DatasetItem, DatasetItemUpdate
from atlas_desktop.ui.pages.datasets.item_bar import ItemBar
from atlas_desktop.ui.theme import Theme

Made = tuple[ItemBar, list[DatasetItemUpdate]]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak_language("en")


@pytest.fixture
def made(theme: Theme, qtbot: QtBot) -> Iterator[Made]:
    place = QWidget()
    qtbot.addWidget(place)
    sent: list[DatasetItemUpdate] = []
    bar = ItemBar(sent.append, lambda: None, lambda: None, lambda: None)
    bar.setParent(place)
    place.show()
    yield bar, sent
    place.close()


def weighing(bar: ItemBar, weight: float) -> None:
    item = DatasetItem(id="it_1", input={"messages": []}, expected_output="x", weight=weight)
    bar.show_state(ItemEditState(item=item), 0, 1)


def typed(bar: ItemBar, keys: str) -> None:
    bar.weight.selectAll()
    QTest.keyClicks(bar.weight, keys)
    QTest.keyClick(bar.weight, Qt.Key.Key_Return)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("weight", [0.001, 0.5, 1, 2.25, 10, 100, 999.125, 1000])
def test_a_weight_that_is_only_looked_at_stays_what_it_is(
    made: Made, language: Language, weight: float
) -> None:
    speak_language(language)
    bar, sent = made
    weighing(bar, weight)
    QTest.keyClick(bar.weight, Qt.Key.Key_Return)
    assert sent == []
    assert float(bar.weight.text().replace(",", ".")) == weight


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("keys", ["0.25", "0,25"])
def test_a_weight_is_typed_with_either_sign(made: Made, language: Language, keys: str) -> None:
    speak_language(language)
    bar, sent = made
    weighing(bar, 1)
    typed(bar, keys)
    assert [each.weight for each in sent] == [0.25]


@pytest.mark.parametrize("keys", ["0", "1001", "0.000"])
def test_what_is_no_weight_gives_way_to_the_one_there_is(made: Made, keys: str) -> None:
    bar, sent = made
    weighing(bar, 2.5)
    typed(bar, keys)
    assert sent == []
    assert bar.weight.text() == "2.5"
