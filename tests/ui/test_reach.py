"""Everything can be reached by keys alone, and says its name to a screen reader: on every screen, in every state."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from atlas_desktop.app.commands import COMMANDS, Command
from atlas_desktop.ui.widgets.choices import Segments
from tests.ui.conftest import Desk
from tests.ui.words import of_qt

# Menus pop up, which the screen that is not there cannot do properly.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")
NOT_RUN = {"atlas.quit", "atlas.sync_now", "atlas.offline", "view.escape"}
CHANGES_NOTHING = tuple(
    each for each in COMMANDS if each.id not in NOT_RUN and not each.id.startswith(("rate.", "view.theme"))
)


def focusable(root: QWidget) -> list[QWidget]:
    return [
        each
        for each in (root, *root.findChildren(QWidget))
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus and not of_qt(each) and each.isVisible()
    ]


def nameless(desk: Desk) -> set[str]:
    roots = [desk.window, *(each for each in QApplication.topLevelWidgets() if each.isVisible())]
    found = {widget for root in roots for widget in focusable(root)}
    return {
        f"{type(each).__name__} in {type(each.parentWidget()).__name__}" for each in found if not named(each)
    }


def named(widget: QWidget) -> bool:
    interface = QAccessible.queryAccessibleInterface(widget)
    return bool(widget.accessibleName() or interface.text(QAccessible.Text.Name))


def ambiguous(desk: Desk) -> set[str]:
    """Two controls on one screen that say the same, so that nobody who only hears can tell which is which."""
    names = [each.accessibleName() for each in focusable(desk.window) if isinstance(each, QPushButton)]
    return {name for name in names if names.count(name) > 1 and name != "Dismiss"}


def run(desk: Desk, act: Callable[[], object]) -> None:
    async def inside() -> None:
        act()

    desk.run(inside())
    desk.settle()


def begin(desk: Desk, command: Command) -> None:
    run(desk, lambda: desk.window.show("review"))
    run(desk, lambda: desk.window.run_command(command))


def test_every_control_in_every_state_has_a_name(desk: Desk) -> None:
    desk.show_call(0)
    found: dict[str, set[str]] = {}
    for command in CHANGES_NOTHING:
        begin(desk, command)
        if without := nameless(desk) | ambiguous(desk):
            found[command.id] = without
        desk.press("Esc")
    for screen in ("datasets", "trends", "operations", "sync", "settings", "keys", "welcome", "review"):
        run(desk, lambda screen=screen: desk.window.show(screen))  # type: ignore[misc]
        if without := nameless(desk) | ambiguous(desk):
            found[screen] = without
    assert found == {}


def stops_missed(desk: Desk, key: str) -> set[str]:
    """The controls on the screen that nobody comes to by this key alone."""
    wanted = {
        each
        for each in focusable(desk.window)
        if each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    seen: set[QWidget] = set()
    for _ in range(3 * len(wanted) + 5):
        focus = QApplication.focusWidget()
        if focus is not None:
            seen.add(focus)
        if wanted <= seen:
            break
        desk.press(key)
    return {f"{type(each).__name__}: {each.accessibleName()}" for each in wanted - seen}


@pytest.mark.parametrize(
    "screen", ["review", "datasets", "trends", "operations", "sync", "settings", "keys", "welcome"]
)
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_tab_comes_to_every_control_of_a_screen(desk: Desk, screen: str, key: str) -> None:
    desk.show_call(0)
    run(desk, lambda: desk.window.show(screen))  # type: ignore[arg-type]
    assert stops_missed(desk, key) == set()


@pytest.mark.parametrize(
    "command",
    ["view.facets", "view.layout", "call.inspector", "view.alike", "call.find", "view.palette", "view.keys"],
)
def test_tab_comes_to_what_was_opened(desk: Desk, command: str) -> None:
    desk.show_call(0)
    begin(desk, next(each for each in COMMANDS if each.id == command))
    if (over := desk.window.overlays.shown) is not None:
        inside = {each for each in focusable(over) if each.focusPolicy() & Qt.FocusPolicy.TabFocus}
        seen = set()
        for _ in range(len(inside) + 1):
            seen.add(QApplication.focusWidget())
            desk.press("Tab")
        assert inside <= seen
    else:
        assert stops_missed(desk, "Tab") == set()


def test_f6_goes_round_the_panes_and_comes_back(desk: Desk) -> None:
    desk.show_call(0)
    run(desk, desk.window.review_page.list.view.setFocus)
    seen = []
    for _ in range(8):
        seen.append(QApplication.focusWidget())
        desk.press("F6")
    panes = desk.window.review_page.panes
    assert {panes.conversation.view, panes.output.view, desk.window.review_page.filter.line} <= set(seen)
    assert seen.count(desk.window.review_page.list.view) >= 2


def test_arrows_go_through_a_row_of_choices(desk: Desk) -> None:
    run(desk, lambda: desk.window.show("settings"))
    themes = desk.window.settings_page._fields["theme"]
    assert isinstance(themes, Segments)
    run(desk, themes._buttons["system"].setFocus)
    for value in ("light", "dark", "contrast"):
        desk.press("Right")
        assert QApplication.focusWidget() is themes._buttons[value]
        desk.press("Space")
        assert desk.session.settings.current.theme == value
