"""What is known about providers, as the Providers screen shows it."""

from dataclasses import dataclass
from typing import Literal

from atlas_desktop.app.asking import Phase
from atlas_desktop.contract.providers import Preset, Provider, ProviderTable, ProviderTrial


@dataclass(frozen=True, slots=True)
class Trying:
    """A tiny completion that is asked for, or was. ``words``: why nothing was asked at all."""

    provider: str
    model: str = ""
    step: Literal["asking", "done"] = "asking"
    result: ProviderTrial | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ProvidersState:
    """``phase`` says what came of asking for the table; the last one that was there is kept while it is asked again.

    ``local``: the server is the Atlas of this computer. ``reached``: where it answers now, for other programs.
    """

    phase: Phase = "nothing"
    table: ProviderTable | None = None
    presets: tuple[Preset, ...] = ()
    trying: Trying | None = None
    online: bool = False
    local: bool = False
    reached: str = ""
    why_no_keyring: str = ""

    @property
    def writable(self) -> bool:
        """Whether this screen may change anything."""
        return self.table is not None and self.table.writable

    @property
    def providers(self) -> tuple[Provider, ...]:
        """In the order of the table."""
        return tuple(self.table.data) if self.table is not None else ()

    def provider(self, name: str | None) -> Provider | None:
        """The one of this name."""
        return next((each for each in self.providers if each.name == name), None)
