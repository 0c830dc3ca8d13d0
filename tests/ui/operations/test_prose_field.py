"""The field for a reason, where the language runs from right to left."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from atlas_desktop.ui.pages.operations.prose_field import ProseField
from atlas_desktop.ui.theme import Theme

WIDTH, MARGIN = 400, 6


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def field(theme: Theme, qtbot: QtBot) -> ProseField:
    made = ProseField(
        theme, "Reason", "\u0633\u0628\u0628 \u0627\u0644\u0625\u0631\u062c\u0627\u0639", lines=2
    )
    qtbot.addWidget(made)
    made.setFixedWidth(WIDTH)
    made.show()
    return made


def inked(made: ProseField) -> QRect:
    """Where something is painted over the ground."""
    image = QImage(made.viewport().size(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    made.viewport().render(image)
    ground = image.pixelColor(image.width() // 2, image.height() - 3)
    found = QRect()
    for x in range(image.width()):
        if any(image.pixelColor(x, y) != ground for y in range(image.height())):
            found = found.united(QRect(x, 0, 1, 1))
    return found


@pytest.mark.usefixtures("mirrored")
def test_the_hint_has_a_margin_and_the_caret_stands_where_it_begins(theme: Theme, qtbot: QtBot) -> None:
    made = field(theme, qtbot)
    across = made.viewport().width()
    hint = inked(made)
    assert across / 2 < hint.left() < hint.right() <= across - MARGIN
    assert made.cursorRect().left() > across / 2
    made.show_text("\u0633\u0628\u0628")
    assert inked(made).left() > across / 2
    made.show_text("Latin words.")
    assert inked(made).right() < across / 2
    assert made.cursorRect().left() < across / 2
    made.show_text("")
    assert made.cursorRect().left() > across / 2
    assert inked(made).left() > across / 2


def test_from_left_to_right_it_is_qts(theme: Theme, qtbot: QtBot) -> None:
    made = field(theme, qtbot)
    made.show_text("Latin words.")
    assert inked(made).right() < made.viewport().width() / 2
