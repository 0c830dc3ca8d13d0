"""What an import was asked to do, and what a place to import into looks like."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from atlas_desktop.contract.calls import ImportAnswer
from atlas_desktop.contract.secret import Secret

Send = Callable[[bytes], Awaitable[ImportAnswer]]
"""Imports lines. Raises TooLargeError when the other side takes less at once."""


class TooLargeError(Exception):
    """The other side takes less at once; the text is its own words."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to import and where to. Without ``url``: into the Atlas on this computer."""

    files: tuple[Path, ...]
    operation: str | None
    customer: str | None
    url: str | None
    key: Secret | None
    file_format: str
    home: Path | None
