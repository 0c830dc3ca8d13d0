"""From a key press to a command. Mode follows focus: a text field takes every key that types."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import shiboken6
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from atlas_desktop.app.commands import Command, Zone
from atlas_desktop.app.key_map import canonical
from atlas_desktop.ui import keys

_CARET: Final = frozenset({"Up", "Down", "Left", "Right", "PgUp", "PgDown", "Home", "End"})
_PRESSES: Final = frozenset({"Space", "Enter"})


class Host(Protocol):
    """What the router asks the window."""

    def zones(self) -> frozenset[Zone]:
        """The zones whose keys act now."""
        ...

    def run_command(self, command: Command) -> None:
        """Do it."""
        ...

    def intercept(self, name: str) -> bool:
        """A strip or an overlay that is open takes this key: True if it did."""
        ...


class KeyRouter(QObject):
    """Watches the widget that has the focus, and the window; sees each key press before they do.

    ``prefix_changed`` tells the keys of an unfinished chord, or an empty string. Nothing times out.
    """

    prefix_changed = Signal(str)

    def __init__(self, window: QWidget, host: Host, commands: Sequence[Command]) -> None:
        super().__init__(window)
        self._window = window
        self._host = host
        self._watched: QWidget | None = None
        self._prefix = ""
        self._released = (0, 0)
        self.set_commands(commands)
        window.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - a window exists, so the application does
        app.focusChanged.connect(self._focus_changed)

    @property
    def prefix(self) -> str:
        """The keys of an unfinished chord."""
        return self._prefix

    def set_commands(self, commands: Sequence[Command]) -> None:
        """Answer to these keys from now on."""
        self._plain = _table(commands, lambda stroke: " " not in stroke)
        self._chords = _table(commands, lambda stroke: " " in stroke)
        self._prefixes = {stroke.split(" ")[0] for stroke in self._chords}
        self.cancel()

    def completions(self) -> list[tuple[str, Command]]:
        """What can follow the prefix, for the hint strip."""
        start = f"{self._prefix} "
        return [
            (stroke.removeprefix(start), command)
            for stroke, options in self._chords.items()
            for command in options
            if stroke.startswith(start) and command.when in self._host.zones()
        ]

    def cancel(self) -> None:
        """Forget an unfinished chord."""
        self._set_prefix("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for key presses that were commands."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self._released = _moment(event)
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        if not isinstance(event, QKeyEvent) or keys.is_modifier(event):
            return False
        if watched is self._window and self._watched not in (None, self._window):
            return False  # it already passed the focus widget, which let it through
        if event.type() == QEvent.Type.ShortcutOverride or takes_keys(self._watched):
            return False
        return self._press(event)

    def _press(self, event: QKeyEvent) -> bool:
        found = keys.names(event)
        focus = QApplication.focusWidget()
        if takes_text(focus) and keys.types_text(event) and "Esc" not in found:
            return False
        if self._is_held(event) and self._is_done_once(found):
            return True  # also it answers no question that its own first press asked
        if any(self._host.intercept(name) for name in found[:1]):
            self.cancel()
            return True
        if self._prefix:
            return self._finish(found, event)
        if isinstance(focus, QAbstractButton | QComboBox) and found and found[0] in _PRESSES:
            return found[0] == "Enter" and _click(focus)
        return self._begin(found, focus, event)

    def _begin(self, found: Sequence[str], focus: QWidget | None, event: QKeyEvent) -> bool:
        zones = self._host.zones()
        for name in found:
            if command := _first(self._plain.get(name, ()), zones):
                if not _belongs_to(focus, name):
                    return self._run(command, event)
            elif name in self._prefixes and any(
                _first(options, zones)
                for stroke, options in self._chords.items()
                if stroke.startswith(f"{name} ")
            ):
                self._set_prefix(name)
                return True
        return False

    def _finish(self, found: Sequence[str], event: QKeyEvent) -> bool:
        prefix = self._prefix
        self._set_prefix("")
        for name in found:
            if command := _first(self._chords.get(f"{prefix} {name}", ()), self._host.zones()):
                return self._run(command, event)
        return True  # a chord that means nothing does nothing: not what its last key would do alone

    def _run(self, command: Command, event: QKeyEvent) -> bool:
        if command.repeats or not self._is_held(event):
            self._host.run_command(command)
        return True

    def _is_done_once(self, found: Sequence[str]) -> bool:
        zones = self._host.zones()
        commands = (_first(self._plain.get(name, ()), zones) for name in found)
        return any(command is not None and not command.repeats for command in commands)

    def _is_held(self, event: QKeyEvent) -> bool:
        """Whether the finger never left the key. On X11 Qt tells it only if the press is queued behind the
        release it belongs to: of 40 repetitions on a busy machine, 12 came as new presses (Qt 6.11). But no
        finger presses again in the very millisecond of the release.
        """
        moment = _moment(event)
        return event.isAutoRepeat() or (event.timestamp() != 0 and moment == self._released)

    def _set_prefix(self, prefix: str) -> None:
        if prefix != self._prefix:
            self._prefix = prefix
            self.prefix_changed.emit(prefix)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        watched, self._watched = self._watched, None
        # A widget that goes while it has the focus says so in its destructor, when it can be called no more.
        if watched is not None and watched is not self._window and shiboken6.isValid(watched):
            watched.removeEventFilter(self)
        if new is not None and new.window() is self._window:
            self._watched = new
            if new is not self._window:
                new.installEventFilter(self)


def _moment(event: QKeyEvent) -> tuple[int, int]:
    return event.nativeScanCode(), event.timestamp()


def zone_of(widget: QWidget | None) -> Zone | None:
    """The zone that a widget, or one it is in, has claimed by ``setProperty("zone", "editor")``."""
    while widget is not None:
        if widget.property("zone") == "editor":
            return "editor"
        widget = widget.parentWidget()
    return None


def takes_keys(widget: QWidget | None) -> bool:
    """Whether every key belongs to this widget, which is being told which key to use: ``property("keys")``."""
    return widget is not None and widget.property("keys") == "all"


def takes_text(widget: QWidget | None) -> bool:
    """Whether printable keys belong to this widget."""
    if isinstance(widget, QPlainTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return True  # letters choose an entry
    return isinstance(widget, QLineEdit | QAbstractSpinBox)


def _click(focus: QWidget) -> bool:
    """Enter presses a button, as Space does: Qt does so in dialogs only, and there are none here."""
    if isinstance(focus, QAbstractButton):
        focus.click()
        return True
    return False


def _belongs_to(focus: QWidget | None, name: str) -> bool:
    """Keys a widget needs though they type nothing: in a text field all but Esc and those with Alt (Alt and an
    arrow never come here), in a payload the arrows; and those it has claimed by ``setProperty("keeps", "Left Right")``."""
    if focus is not None and name in str(focus.property("keeps") or "").split():
        return True
    if isinstance(focus, QPlainTextEdit) and focus.isReadOnly():
        return name.removeprefix("Shift+") in _CARET
    return takes_text(focus) and name != "Esc" and not name.startswith("Alt+")


def _table(commands: Sequence[Command], wanted: Callable[[str], bool]) -> dict[str, tuple[Command, ...]]:
    table: dict[str, tuple[Command, ...]] = {}
    for command in commands:
        for stroke in map(canonical, command.keys):
            if wanted(stroke) and not keys.is_native(stroke):
                table[stroke] = (*table.get(stroke, ()), command)
    return table


def _first(options: Sequence[Command], zones: frozenset[Zone]) -> Command | None:
    return next((command for command in options if command.when in zones), None)
