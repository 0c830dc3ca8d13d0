from PySide6.QtWidgets import QApplication

from atlas_desktop.app.saved_views import SavedView
from atlas_desktop.app.settings import Connection
from atlas_desktop.domain.filter import format_query
from atlas_desktop.ui.palette import Palette
from tests.ui.conftest import Desk, marks


def palette(desk: Desk) -> Palette:
    found = desk.window.overlays.shown
    assert isinstance(found, Palette)
    return found


def titles(desk: Desk) -> list[str]:
    model = palette(desk).list.rows
    return [row.title for at in range(model.rowCount()) if (row := model.row(at)) is not None]


def test_typing_finds_and_enter_does_it(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("Ctrl+K")
    desk.type("bad stay")
    assert titles(desk)[0] == "Bad, stay"
    desk.press("Enter")
    assert desk.window.overlays.shown is None
    assert marks(desk, 1) == ["bad"]
    assert desk.focus() is desk.window.review_page.list.view


def test_what_was_done_last_comes_first(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("Ctrl+K")
    desk.type("inspector")
    desk.press("Enter", "Ctrl+K")
    assert titles(desk)[0] == "Inspector"
    assert desk.session.settings.current.recent_commands == ("command:call.inspector",)


def test_arrows_move_and_esc_leaves_everything_as_it_was(desk: Desk) -> None:
    desk.show_call(0)
    before = marks(desk, 2)
    desk.press("Ctrl+K", "Down", "Down", "Up")
    row = palette(desk).list.current
    assert row is not None
    assert row.title == titles(desk)[1]
    assert row.title in palette(desk).line.accessibleDescription()
    desk.press("Up", "Up")
    last = palette(desk).list.current
    assert last is not None
    assert last.title == titles(desk)[-1]
    desk.press("Esc")
    assert desk.window.overlays.shown is None
    assert marks(desk, 2) == before


def test_what_is_not_there_is_said(desk: Desk) -> None:
    desk.press("Ctrl+K")
    desk.type("qqqqxxxx")
    assert palette(desk).list.isHidden()
    assert "qqqqxxxx" in palette(desk)._nothing.text()
    desk.press("Enter")
    assert desk.window.overlays.shown is not None


def test_it_lists_saved_views_and_connections(desk: Desk) -> None:
    settings = desk.session.settings
    other = Connection(id="two", title="Contoso", base_url="http://127.0.0.1:9/v1")
    view = SavedView(name="Dear ones", line="rating:none")
    desk.run(settings.change(connections=(*settings.current.connections, other), views=(view,)))
    desk.press("Ctrl+K")
    desk.type("contoso")
    assert titles(desk)[0] == "Contoso"
    desk.press("Esc", "Ctrl+K")
    desk.type("dear")
    assert titles(desk)[0] == "Dear ones"
    desk.press("Enter")
    workspace = desk.session.workspace
    assert workspace is not None
    desk.until(lambda: format_query(workspace.browser.query) == "rating:none")


def test_outside_review_it_offers_what_makes_sense_there(desk: Desk) -> None:
    desk.press("Ctrl+,", "Ctrl+K")
    assert "Good, go on" not in titles(desk)
    assert "Theme: dark" in titles(desk)
    desk.press("Esc")
    desk.press("Esc")
    desk.press("/", "Ctrl+K")
    assert "Good, go on" in titles(desk)


def test_tab_stays_on_the_card_and_the_keys_behind_are_dead(desk: Desk) -> None:
    desk.show_call(0)
    before = marks(desk, 1)
    desk.press("Ctrl+K", "Tab", "Tab")
    focus = QApplication.focusWidget()
    assert focus is not None
    assert palette(desk).isAncestorOf(focus)
    desk.press("Ctrl+B", "F11")
    assert not desk.window.focus_mode
    assert marks(desk, 1) == before


def test_the_same_key_closes_it(desk: Desk) -> None:
    desk.press("Ctrl+K", "Ctrl+K")
    assert desk.window.overlays.shown is None
