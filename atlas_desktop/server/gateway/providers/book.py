"""The provider table of a running server: one file, its keys, and how its providers have answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from atlas_desktop.domain.routing.model import Variant
from atlas_desktop.domain.routing.table import EMPTY, ProviderTable

KeyRing = Callable[[str], str | None]
"""The key kept under a name in the keyring of this computer, or None. May take seconds: never on the loop."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a provider is asked, and the key it is asked with (None: it takes none)."""

    base_url: str
    key: str | None = field(repr=False)
    connect_seconds: float = 10.0
    first_byte_seconds: float = 120.0
    total_seconds: float = 600.0
    headers: Mapping[str, str] = field(default_factory=dict)


class ProviderBook:
    """Used on the server's event loop, but for what is awaited. ``table`` is replaced whole, never changed."""

    def __init__(
        self,
        path: Path | None,
        *,
        key_ring: KeyRing | None = None,
        environment: Mapping[str, str] | None = None,
        handed: Mapping[str, str] | None = None,
    ) -> None:
        self._path = path
        self._table = EMPTY

    @property
    def table(self) -> ProviderTable:
        """What calls are routed by now. Looks at most once a second whether the file was changed."""
        return self._table

    def endpoint(self, variant: Variant) -> Endpoint:
        """Where to ask for this variant."""
        raise NotImplementedError(variant.entry)

    def worked(self, entry: str) -> None:
        """A provider answered."""

    def failed(self, entry: str, words: str) -> None:
        """A provider could not be reached or refused us: our own words, no upstream text."""

    async def start(self) -> None:
        """Read the file and the keys."""

    async def close(self) -> None:
        """Stop what runs beside the requests."""
