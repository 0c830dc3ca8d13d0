"""Moments as the app writes them: in its own language, the month in letters, so that none is misread."""

from datetime import date
from typing import Final

from PySide6.QtCore import QDate, QDateTime, QLocale

from atlas_desktop.wording import language, tr

# With the figures that everything else in the app has.
_LOCALES: Final = {
    "de": QLocale(QLocale.Language.German, QLocale.Country.Germany),
    "ar": QLocale(QLocale.Language.Arabic, QLocale.Country.UnitedArabEmirates),
}


def to_the_minute(ms: int) -> str:
    """``19 Nov 2026 16:42``, where the reader is; ``ms`` since the epoch."""
    return _written(ms, tr("d MMM yyyy HH:mm"))


def to_the_second(ms: int) -> str:
    """``Thu 19 Nov 2026 16:42:07``."""
    return _written(ms, tr("ddd d MMM yyyy HH:mm:ss"))


def short_day(day: date) -> str:
    """``19 Nov``."""
    return _locale().toString(QDate(day.year, day.month, day.day), tr("d MMM"))


def full_day(day: date) -> str:
    """``19 Nov 2026``."""
    return _locale().toString(QDate(day.year, day.month, day.day), tr("d MMM yyyy"))


def month(day: date) -> str:
    """``Nov 2026``."""
    return _locale().toString(QDate(day.year, day.month, day.day), tr("MMM yyyy"))


def long_day(day: date) -> str:
    """``Thu 19 Nov 2026``."""
    return _locale().toString(QDate(day.year, day.month, day.day), tr("ddd d MMM yyyy"))


def _written(ms: int, how: str) -> str:
    return _locale().toString(QDateTime.fromMSecsSinceEpoch(ms), how)


def _locale() -> QLocale:
    return _LOCALES.get(language(), QLocale.c())
