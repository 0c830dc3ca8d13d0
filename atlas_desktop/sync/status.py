"""What the engine tells the rest of the program."""

from dataclasses import dataclass
from typing import Literal

from atlas_desktop.store.changed import Changed

Link = Literal["connecting", "online", "offline", "by_hand", "auth", "tls", "redirect", "version", "lying"]
"""How the engine stands with the server; all but the first three wait for a person."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """One moment of the engine.

    ``synced_at_ms`` is the wall time of the last complete pull, of an earlier start too; ``caught_up`` says that
    there was one since this start. ``pending`` counts acts not yet on the server,
    ``needs_you`` those that wait for a person. ``to_pull`` is how many calls are still to come, when known.
    ``problem`` is a sentence that says what is wrong and what is safe; ``requests`` counts what was sent.
    """

    link: Link = "connecting"
    synced_at_ms: int | None = None
    caught_up: bool = False
    pending: int = 0
    needs_you: int = 0
    pulled: int = 0
    to_pull: int | None = None
    problem: str | None = None
    limited: tuple[str, ...] = ()
    bugs: int = 0


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The status is another one than before."""

    status: SyncStatus


@dataclass(frozen=True, slots=True)
class StoreChanged:
    """The engine wrote to the store."""

    changed: Changed


SyncEvent = StatusChanged | StoreChanged
