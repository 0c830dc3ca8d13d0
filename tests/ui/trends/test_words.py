"""Where the figures are from, in words."""

from dataclasses import replace

from atlas_desktop.app.trend_state import Choice, TrendState
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.ui.pages.trends.words import source_words


def test_while_calls_are_still_fetched_it_says_how_far() -> None:
    status, state = SyncStatus(link="online"), TrendState(choice=Choice())
    assert source_words(state, status, "synced 2 s ago") == "from this computer's copy; synced 2 s ago"
    halfway = replace(status, pulled=600, to_pull=400)
    assert source_words(state, halfway, "synced 2 s ago") == "from this computer's copy; still fetching: 60 %"
    nearly = replace(status, pulled=9_999, to_pull=1)
    assert source_words(state, nearly, "") == "from this computer's copy; still fetching: 99 %"
