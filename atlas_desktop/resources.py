"""Finds the files that come with the program, in a clone as in an installed wheel."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_PLACES: Final = (_PACKAGE.parent / "resources", _PACKAGE / "_resources")


def resource_path(*parts: str) -> Path:
    """The file or folder ``resources/<parts>``. Raises FileNotFoundError: an installation lacks a part of itself.

    A clone's own ``resources`` comes first, so that an edited icon shows without a new installation.
    """
    for place in _PLACES:
        path = place.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {'/'.join(parts)} is not part of this installation")
