"""The keys of providers: handed over, in the environment, in the keyring. Each goes only where it was given for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from atlas_desktop.contract.providers import ProviderSpec
from atlas_desktop.logs import forget_secret, register_secret

KeyRing = Callable[[str], str | None]
"""The key kept under an entry of the keyring, or None. May take seconds: never on the loop."""

LONGEST: Final = 4096
Source = Literal["env", "keyring", "given"]


@dataclass(frozen=True, slots=True)
class Found:
    """A key and where it was found."""

    key: str = field(repr=False)
    source: Source


def sendable(key: str) -> bool:
    """Whether it can be the value of a header: anything else would end every call in an error of its own."""
    return 0 < len(key) <= LONGEST and key.isascii() and key.isprintable() and " " not in key


class ProviderKeys:
    """``environment`` and ``key_ring`` are asked when the table is read; a key that was handed over goes first."""

    def __init__(
        self, given: Mapping[str, str], environment: Mapping[str, str], key_ring: KeyRing | None
    ) -> None:
        self._given = {name: key for name, key in given.items() if sendable(key)}
        self._meant_for: dict[str, str] = {}
        self._environment = environment
        self._key_ring = key_ring
        for key in given.values():
            register_secret(key)

    def give(self, name: str, key: str | None, base_url: str | None) -> None:
        """Keep a key for this provider until the server ends; None forgets it."""
        before = self._given.pop(name, None)
        self._meant_for.pop(name, None)
        if before is not None and before != key and before not in self._given.values():
            forget_secret(before)
        if key:
            register_secret(key)
            self._given[name] = key
            if base_url is not None:
                self._meant_for[name] = _origin(base_url)

    def bind(self, providers: list[ProviderSpec]) -> None:
        """A key that was handed over belongs to the address its provider has now: with another it is forgotten."""
        for provider in providers:
            origin = _origin(provider.base_url)
            if provider.name in self._given and self._meant_for.setdefault(provider.name, origin) != origin:
                self.give(provider.name, None, None)

    def ring(self, providers: list[ProviderSpec]) -> dict[str, str]:
        """What the keyring has for these, by entry. Blocks."""
        entries = {
            provider.key.keyring
            for provider in providers
            if provider.enabled and provider.key is not None and provider.key.keyring is not None
            if provider.name not in self._given
        }
        if self._key_ring is None:
            return {}
        return {entry: key for entry in sorted(entries) if (key := self._key_ring(entry))}

    def find(self, provider: ProviderSpec, ring: Mapping[str, str]) -> Found | None:
        """The key of a provider, if there is one."""
        if (given := self._given.get(provider.name)) is not None:
            return Found(given, "given")
        if provider.key is None:
            return None
        if provider.key.env is not None:
            return _found(self._environment.get(provider.key.env, "").strip(), "env")
        return _found(ring.get(provider.key.keyring or "", ""), "keyring")


def _found(key: str, source: Source) -> Found | None:
    if not sendable(key):
        return None
    register_secret(key)
    return Found(key, source)


def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}".lower()
