"""Connections on the settings page."""

from PySide6.QtWidgets import QAbstractButton

from tests.ui.conftest import Desk


def click(desk: Desk, button: QAbstractButton) -> None:
    async def press() -> None:
        button.click()

    desk.run(press())


def test_removing_a_connection_asks_first_and_says_what_was_not_sent(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("1", "2", "Ctrl+,")
    page = desk.window.settings_page
    line = page.lines["one"]
    click(desk, line._remove)
    desk.until(line._question.isVisible)
    assert line._question.text().startswith("2 ratings were not sent yet")
    assert desk.focus() is line._no
    desk.press("Space")
    assert not line._question.isVisible()
    assert desk.session.settings.current.last_connection == "one"
    click(desk, line._remove)
    desk.until(line._question.isVisible)
    click(desk, line._yes)
    desk.until(lambda: desk.session.connections.all == () and page.notice.isVisible())
    assert page.lines == {}
    (kept,) = desk.session.home.trash_dir.iterdir()
    assert str(kept) in page.notice.accessibleName()
    desk.press("G C")
    assert desk.window.stack.currentWidget() is desk.window.welcome_page
    assert desk.window.status._name.text() == "Not connected"


def test_a_connection_whose_ratings_were_all_sent_goes_without_a_trace(desk: Desk) -> None:
    desk.press("Ctrl+,")
    line = desk.window.settings_page.lines["one"]
    click(desk, line._remove)
    desk.until(line._question.isVisible)
    assert line._question.text().startswith("Everything you rated was sent.")
    click(desk, line._yes)
    desk.until(lambda: not desk.session.home.workspace_dir("one").exists() and desk.session.tasks.names == ())
    assert not desk.window.settings_page.notice.isVisible(), desk.window.settings_page.notice.accessibleName()
