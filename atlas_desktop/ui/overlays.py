"""What lies over the window now and then: the command palette and the cheat sheet, made when first asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from atlas_desktop.app.commands import Command, Zone
from atlas_desktop.app.palette import Entry, with_recent
from atlas_desktop.ui.cheat_sheet import CheatSheet
from atlas_desktop.ui.palette import Palette
from atlas_desktop.ui.theme import Theme
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.session import Session

_OWN: Final = frozenset({"view.keys", "view.palette", "view.escape", "atlas.quit"})
_NOT_LISTED: Final = frozenset({"view.palette", "view.escape"})
_COMMAND: Final = "command:"
_CONNECTION: Final = "connection:"
_VIEW: Final = "view:"
_NUMBERED: Final = "view.saved_"
"""The commands that open a view by its number: in the palette the views stand by their names."""


class Overlays:
    """``run`` does a command found in the palette, ``open_view`` shows the saved view of this number, from 1."""

    def __init__(
        self,
        theme: Theme,
        over: QWidget,
        session: "Session",
        run: Callable[[Command], object],
        open_view: Callable[[int], object],
    ) -> None:
        self._theme = theme
        self._over = over
        self._session = session
        self._run = run
        self._palette: Palette | None = None
        self._sheet: CheatSheet | None = None
        self._open_view = open_view

    @property
    def palette(self) -> Palette:
        """The command palette."""
        if self._palette is None:
            self._palette = Palette(self._theme, self._over, self._chosen)
        return self._palette

    @property
    def sheet(self) -> CheatSheet:
        """The cheat sheet."""
        if self._sheet is None:
            self._sheet = CheatSheet(self._theme, self._session.keyboard.commands, self._over)
        return self._sheet

    @property
    def shown(self) -> Palette | CheatSheet | None:
        """What lies over the window now."""
        return next(
            (each for each in (self._palette, self._sheet) if each is not None and each.isVisible()), None
        )

    def allows(self, command: Command) -> bool:
        """Whether a key may do this now: over the window only what concerns the overlays."""
        return self.shown is None or command.id in _OWN

    def hide(self) -> None:
        """Show the window as it is."""
        if self.shown is not None:
            self.shown.hide()

    def show_sheet(self) -> None:
        """Open the cheat sheet, or close it."""
        if self._palette is not None:
            self._palette.hide()
        self.sheet.toggle()

    def show_palette(self, zones: frozenset[Zone], *, open_: bool) -> None:
        """Open the palette with what can be done in these zones, or close it."""
        if self._palette is not None and self._palette.isVisible():
            self._palette.hide()
            return
        self.hide()
        self.palette.ask(
            [*self._commands(zones, open_), *self._saved(open_), *self._connections()], self._recent()
        )

    def intercept(self, name: str) -> bool:
        """Whether an overlay takes this key."""
        if self._palette is not None and self._palette.isVisible():
            return self._palette.press(name)
        if self._sheet is not None and self._sheet.isVisible():
            if name == "?" and not self._sheet.line.text():
                self._sheet.hide()
                return True
            return self._sheet.scroll_by_key(name)
        return False

    def keys_changed(self) -> None:
        """Show the keys as they are now."""
        if self._sheet is not None:
            self._sheet.set_commands(self._session.keyboard.commands)

    def _commands(self, zones: frozenset[Zone], open_: bool) -> list[Entry]:
        return [
            Entry(_COMMAND + each.id, tr(each.title), tr(each.menu), each.keys)
            for each in self._session.keyboard.commands
            if each.id not in _NOT_LISTED
            and not each.id.startswith(_NUMBERED)
            and each.when in zones
            and (open_ or not each.needs_call)
        ]

    def _saved(self, open_: bool) -> list[Entry]:
        views = self._session.settings.current.views if open_ else ()
        keys = {each.id: each.keys for each in self._session.keyboard.commands}
        return [
            Entry(f"{_VIEW}{number}", view.name, tr("Saved view"), keys.get(f"{_NUMBERED}{number}", ()))
            for number, view in enumerate(views, 1)
        ]

    def _connections(self) -> list[Entry]:
        settings = self._session.settings.current
        return [
            Entry(_CONNECTION + each.id, each.shown_title, tr("Open connection"))
            for each in settings.connections
            if each.id != settings.last_connection
        ]

    def _recent(self) -> tuple[str, ...]:
        return self._session.settings.current.recent_commands

    def _chosen(self, entry: str) -> None:
        session = self._session
        recent = with_recent(self._recent(), entry)
        session.tasks.spawn("remember command", session.settings.change(recent_commands=recent))
        kind, _, name = entry.partition(":")
        if kind == "command":
            self._run(session.keyboard.command(name))
        elif kind == "connection":
            session.tasks.spawn("open", session.open(name))
        else:
            self._open_view(int(name))
