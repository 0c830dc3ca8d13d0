"""The command table as menus. Keys with Ctrl or Alt are the toolkit's shortcuts; the others the router's."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from atlas_desktop.app.commands import Command, Zone
from atlas_desktop.app.key_map import canonical
from atlas_desktop.ui.keys import is_native
from atlas_desktop.wording import tr


def build_menus(
    window: QMainWindow, commands: Sequence[Command], run: Callable[[str], None]
) -> dict[str, QAction]:
    """One menu a subject, one action a command; returns the actions by command id."""
    actions: dict[str, QAction] = {}
    menus = {title: window.menuBar().addMenu(tr(title)) for title in dict.fromkeys(c.menu for c in commands)}
    for command in commands:
        action = _action(window, command, run)
        menus[command.menu].addAction(action)
        # Also the window's own: the shortcuts of a menu bar that is hidden are dead.
        window.addAction(action)
        actions[command.id] = action
    for menu in menus.values():
        menu.setAccessibleName(menu.title())
    return actions


def bind(actions: dict[str, QAction], commands: Iterable[Command]) -> None:
    """Give the actions the keys these commands have."""
    for command in commands:
        action = actions[command.id]
        native = [stroke for stroke in map(canonical, command.keys) if is_native(stroke)]
        shown = next((stroke for stroke in command.keys if not is_native(canonical(stroke))), "")
        title = tr(command.title).replace("&", "&&")
        # What follows a tab stands in the shortcut column, without being a shortcut of Qt's.
        action.setText(title if native and not shown else f"{title}\t{shown}")
        # Qt calls the large Enter Return, and the one of the number pad Enter.
        both = [each for stroke in native for each in (stroke.replace("Enter", "Return"), stroke)]
        action.setShortcuts([QKeySequence(stroke) for stroke in dict.fromkeys(both)])


def enable(
    actions: dict[str, QAction], commands: Iterable[Command], zones: frozenset[Zone], *, open_: bool
) -> None:
    """Grey out what makes no sense where we are."""
    for command in commands:
        actions[command.id].setEnabled((open_ or not command.needs_call) and command.when in zones)


def _action(window: QMainWindow, command: Command, run: Callable[[str], None]) -> QAction:
    action = QAction(window)
    action.setAutoRepeat(command.repeats)
    action.triggered.connect(lambda _=False: run(command.id))
    bind({command.id: action}, [command])
    return action
