"""Moments as the app writes them: in its own language, day before month in letters, so that none is misread."""

from PySide6.QtCore import QDateTime, QLocale


def to_the_minute(ms: int) -> str:
    """``19 Nov 2026 16:42``, where the reader is; ``ms`` since the epoch."""
    return _written(ms, "d MMM yyyy HH:mm")


def to_the_second(ms: int) -> str:
    """``Thu 19 Nov 2026 16:42:07``."""
    return _written(ms, "ddd d MMM yyyy HH:mm:ss")


def _written(ms: int, how: str) -> str:
    return QLocale.c().toString(QDateTime.fromMSecsSinceEpoch(ms), how)
