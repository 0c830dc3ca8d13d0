"""The first window fits the screen it is on."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from atlas_desktop.app.home import Home
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.window import Window
from atlas_desktop.ui.window_size import FIRST, first_size, smallest_size


@pytest.mark.parametrize(
    ("available", "first", "smallest"),
    [
        ((2560, 1400), (1360, 860), (1024, 700)),
        ((1366, 728), (1358, 688), (1024, 688)),
        ((1024, 560), (1016, 520), (1016, 520)),
        ((1368, 900), (1360, 860), (1024, 700)),
    ],
)
def test_it_fits_with_its_frame(
    available: tuple[int, int], first: tuple[int, int], smallest: tuple[int, int]
) -> None:
    room = QSize(*available)
    assert first_size(room) == QSize(*first)
    assert smallest_size(room) == QSize(*smallest)


def test_a_window_is_made_to_fit(
    theme: Theme, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> None:
    session = Session(Home(tmp_path_factory.mktemp("home")), vault=KeyVault())
    window = Window(theme, session)
    room = qapp.primaryScreen().availableGeometry().size()
    assert room.width() < FIRST.width(), "the offscreen screen is 800 wide"
    window.show()
    assert window.frameGeometry().size().boundedTo(room) == window.frameGeometry().size()
    window.detach()
    window.hide()
