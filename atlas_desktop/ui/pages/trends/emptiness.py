"""What stands there instead of a chart, and the ways on."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import TrendState
    from atlas_desktop.ui.widgets.empty import Way

Words = tuple[str, str, tuple[tuple[str, str], ...], "tuple[Way, ...]"]


def empty_words(state: "TrendState", ways: Mapping[str, Callable[[], object]]) -> Words | None:
    """What to say where there is nothing to draw; None where there is."""
    series, shown = state.series, state.shown
    if series is None or shown is None:
        return tr("The calls are being counted"), "", (), ()
    if not series.total.calls:
        return _no_calls(state, ways)
    if not series.total.evaluated:
        calls = trn(
            "{count:,} call, none with a verdict", "{count:,} calls, none with a verdict", series.total.calls
        )
        detail = tr("A call has passed when its evaluators say so, else when somebody rates it well.")
        return calls, detail, (), ((tr("Rate calls in Review"), ways["review"]),)
    return None


def _no_calls(state: "TrendState", ways: Mapping[str, Callable[[], object]]) -> Words:
    shown = state.shown
    found: list[Way] = []
    if shown is not None and shown.query.filters:
        found.append((tr("Clear the filter"), ways["clear"]))
    if shown is not None and (shown.span != "any" or shown.period is not None):
        found.append((tr("Show any time"), ways["any"]))
        return tr("No calls in these days"), tr("Nothing was recorded then that fits."), (), tuple(found)
    if found:
        return tr("No calls fit the filter"), "", (), tuple(found)
    detail = tr("Pass rates are shown as soon as calls are on this computer.")
    return tr("No calls yet"), detail, (), ((tr("Go to Review"), ways["review"]),)
