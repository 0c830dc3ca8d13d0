"""The Atlas on this computer: a child process that starts and ends with the app."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.secret import Secret


@dataclass(frozen=True, slots=True)
class Reachable:
    """Where a server answers and the key it takes. The key dies with the child."""

    base_url: str
    key: Secret


class LocalServer:
    """Starts the child, proves that it is ours before any key goes to its port, and ends it."""

    def __init__(self, database: Path, log_file: Path) -> None:
        raise NotImplementedError

    async def start(self, on_end: Callable[[Problem], None]) -> Reachable:
        """Start the child and wait until it proved itself. ``on_end`` hears when it ends by itself. Raises KnownError."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End the child and wait for it; without one, nothing."""
        raise NotImplementedError
