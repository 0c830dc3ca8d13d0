"""The keys of providers: in the keyring of this computer, handed to the local Atlas, shown nowhere."""

from collections.abc import Iterable, Mapping
from typing import Final

from atlas_desktop.app.secrets import Kept, KeyVault
from atlas_desktop.app.settings import SettingsFile
from atlas_desktop.contract.secret import Secret

PREFIX: Final = "provider."
"""No connection has a dot in its id."""


def entry_for(name: str) -> str:
    """Under which name the keyring keeps the key of a new provider."""
    return f"{PREFIX}{name}"


class ProviderKeys:
    """By the entry of the keyring that the provider table names. Which provider has which is kept in the settings."""

    def __init__(self, settings: SettingsFile, vault: KeyVault) -> None:
        self._settings = settings
        self._vault = vault

    async def all(self) -> Mapping[str, Secret]:
        """Every key that is known, by the provider's name: what the local Atlas is started with."""
        found = [
            (name, await self.get(entry)) for name, entry in self._settings.current.provider_keys.items()
        ]
        return {name: key for name, key in found if key is not None}

    async def get(self, entry: str) -> Secret | None:
        """The key kept there. None for an entry that is not a provider's: it is somebody else's secret."""
        return await self._vault.get(entry) if entry.startswith(PREFIX) else None

    @property
    def why(self) -> str | None:
        """What keeps us from the keyring, in a sentence."""
        return self._vault.why

    async def keep(self, entry: str, key: Secret) -> Kept:
        """Put it into the keyring, or into memory where there is none."""
        return await self._vault.set(entry, key)

    async def forget(self, entry: str) -> bool:
        """Take it out. False if it may still be there: the keyring could not be asked."""
        return not entry.startswith(PREFIX) or await self._vault.delete(entry)

    async def remember(self, entries: Iterable[tuple[str, str]]) -> None:
        """These providers have their keys under these entries: so says the table."""
        wanted = {name: entry for name, entry in entries if entry.startswith(PREFIX)}
        if wanted != self._settings.current.provider_keys:
            await self._settings.change(provider_keys=wanted)
