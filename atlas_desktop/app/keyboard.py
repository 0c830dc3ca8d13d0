"""The keys as they are now. Everything that shows or hears a key asks here, and hears when they change."""

from collections.abc import Sequence

from atlas_desktop.app.commands import COMMANDS, Command
from atlas_desktop.app.key_map import Clash, Keys, bound, changed, clash
from atlas_desktop.app.settings import Settings
from atlas_desktop.app.signals import Signal


class Keyboard:
    """Follows the settings; ``commands`` are those of the table, with the keys they have now."""

    def __init__(self, settings: Settings, commands: Sequence[Command] | None = None) -> None:
        self._table = tuple(COMMANDS if commands is None else commands)
        self._settings = settings
        self.commands: tuple[Command, ...] = bound(self._table, settings.key_preset, settings.key_changes)
        self.changed: Signal[tuple[Command, ...]] = Signal("keys")

    def follow(self, settings: Settings) -> None:
        """Take the keys of these settings."""
        before, self._settings = self._settings, settings
        if (before.key_preset, before.key_changes) != (settings.key_preset, settings.key_changes):
            self.commands = bound(self._table, settings.key_preset, settings.key_changes)
            self.changed.emit(self.commands)

    def command(self, command_id: str) -> Command:
        """A command with its keys. Raises KeyError."""
        for each in self.commands:
            if each.id == command_id:
                return each
        raise KeyError(command_id)

    def key(self, command_id: str) -> str:
        """The first key of a command, as a hint shows it; an empty string when it has none."""
        return next(iter(self.command(command_id).keys), "")

    def hints(self, *wanted: tuple[str, str]) -> list[tuple[str, str]]:
        """Hints of commands by id, each with a word; those without a key are left out."""
        return [(key, words) for command_id, words in wanted if (key := self.key(command_id))]

    def clash(self, command: Command, key: str) -> Clash | None:
        """What speaks against this key for this command."""
        return clash(self.commands, command, key)

    def with_keys(self, command_id: str, keys: Keys) -> dict[str, Keys]:
        """The user's changes, with these keys for this command."""
        settings = self._settings
        return changed(self._table, settings.key_preset, settings.key_changes, command_id, keys)
