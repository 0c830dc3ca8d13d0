"""Where the figures are from, in words."""

from dataclasses import replace
from typing import Literal

import pytest

from atlas_desktop.app.language import speak_language
from atlas_desktop.app.trend_state import Choice, TrendState
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.ui.pages.trends.table import passed_words
from atlas_desktop.ui.pages.trends.words import source_words


def test_while_calls_are_still_fetched_it_says_how_far() -> None:
    status, state = SyncStatus(link="online"), TrendState(choice=Choice())
    assert source_words(state, status, "synced 2 s ago") == "from this computer's copy; synced 2 s ago"
    halfway = replace(status, pulled=600, to_pull=400)
    assert source_words(state, halfway, "synced 2 s ago") == "from this computer's copy; still fetching: 60 %"
    nearly = replace(status, pulled=9_999, to_pull=1)
    assert source_words(state, nearly, "") == "from this computer's copy; still fetching: 99 %"


@pytest.mark.parametrize(
    ("language", "figures", "between"),
    [("en", "942 / 1,134", "; "), ("de", "942 / 1.134", "; "), ("ar", "942 من 1,134", "؛ ")],
)
def test_figures_and_what_stands_between_sentences_are_the_languages(
    language: Literal["en", "de", "ar"], figures: str, between: str
) -> None:
    speak_language(language)
    try:
        assert passed_words(942, 1134) == figures
        said = source_words(TrendState(choice=Choice()), SyncStatus(link="online"), "now")
        assert said.endswith(f"{between}now")
    finally:
        speak_language("en")
