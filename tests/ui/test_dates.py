"""Dates are in the app's language, whatever the desktop's is."""

from datetime import datetime

from PySide6.QtCore import QLocale

from atlas_desktop.ui.dates import to_the_minute, to_the_second


def test_a_date_is_english_and_the_same_everywhere() -> None:
    ms = round(datetime(2026, 5, 19, 16, 42, 7).timestamp() * 1000)  # noqa: DTZ001 - where the reader is
    before = QLocale()
    try:
        for locale in (QLocale.Language.German, QLocale.Language.Arabic, QLocale.Language.English):
            QLocale.setDefault(QLocale(locale))
            assert to_the_minute(ms) == "19 May 2026 16:42"
            assert to_the_second(ms) == "Tue 19 May 2026 16:42:07"
    finally:
        QLocale.setDefault(before)
