"""The command table as menus. Keys with Ctrl or Alt are the toolkit's shortcuts; the others the router's."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from atlas_desktop.app.commands import Command, Zone
from atlas_desktop.ui.keys import is_native


def build_menus(
    window: QMainWindow, commands: Sequence[Command], run: Callable[[Command], None]
) -> dict[str, QAction]:
    """One menu a subject, one action a command; returns the actions by command id."""
    actions: dict[str, QAction] = {}
    menus = {title: window.menuBar().addMenu(title) for title in dict.fromkeys(c.menu for c in commands)}
    for command in commands:
        action = _action(window, command, run)
        menus[command.menu].addAction(action)
        actions[command.id] = action
    for menu in menus.values():
        menu.setAccessibleName(menu.title())
    return actions


def enable(
    actions: dict[str, QAction], commands: Iterable[Command], zones: frozenset[Zone], *, open_: bool
) -> None:
    """Grey out what makes no sense where we are."""
    for command in commands:
        actions[command.id].setEnabled((open_ or not command.needs_call) and command.when in zones)


def _action(window: QMainWindow, command: Command, run: Callable[[Command], None]) -> QAction:
    native = [stroke for stroke in command.keys if is_native(stroke)]
    shown = next((stroke for stroke in command.keys if not is_native(stroke)), "")
    title = command.title.replace("&", "&&")
    # What follows a tab stands in the shortcut column, without being a shortcut of Qt's.
    action = QAction(title if native and not shown else f"{title}\t{shown}", window)
    action.setAutoRepeat(command.repeats)
    action.setShortcuts([QKeySequence(stroke) for stroke in native])
    action.triggered.connect(lambda _=False: run(command))
    return action
