"""The time zone of this computer by its name: an offset alone does not say when the clock is changed."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from atlas_desktop.domain.buckets import zone_named

_LINK: Final = Path("/etc/localtime")
_NAME: Final = Path("/etc/timezone")
_FOLDER: Final = "zoneinfo"
_UTC: Final = "UTC"
_told: str | None = None


def name_zone(name: str) -> None:
    """Where the system keeps no such files (Windows) somebody who knows says it, at the start."""
    global _told
    _told = name
    zone_from.cache_clear()


def local_zone() -> ZoneInfo:
    """The zone days are counted in here: ``TZ``, else the system's; UTC where neither names one that is known."""
    return zone_from(os.environ.get("TZ"), _LINK, _NAME)


@lru_cache(maxsize=4)
def zone_from(variable: str | None, link: Path, name: Path) -> ZoneInfo:
    """The same from these places. Read once: a computer that is carried elsewhere is right at the next start."""
    candidates = (_in_variable(variable), _told, _behind(link), _written(name))
    found = (zone_named(each) for each in candidates if each)
    return next((zone for zone in found if zone is not None), ZoneInfo(_UTC))


def _in_variable(value: str | None) -> str | None:
    """``:Europe/Berlin`` and a path to the zone's file are the same as its name (tzset(3))."""
    if not value:
        return None
    path = value.removeprefix(":")
    return _after_folder(path) if path.startswith("/") else path


def _behind(link: Path) -> str | None:
    try:
        return _after_folder(str(link.resolve()))
    except (OSError, RuntimeError):
        return None


def _after_folder(path: str) -> str | None:
    _, found, name = path.replace(os.sep, "/").partition(f"/{_FOLDER}/")
    # Some systems keep the same zones twice: with leap seconds and without.
    return name.removeprefix("posix/").removeprefix("right/") if found else None


def _written(name: Path) -> str | None:
    try:
        return name.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
