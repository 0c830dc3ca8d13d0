"""What stands there instead of a chart, and the ways on."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from atlas_desktop.ui.short_name import short_name
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
        return calls, _missing(state), (), ((tr("Rate these calls"), ways["rate"]), *_gateway(state, ways))
    return None


def _missing(state: "TrendState") -> str:
    """What keeps these calls from having a verdict."""
    if not state.gated:
        return tr(
            "A call has passed when its evaluators say so, else when somebody rates it well."
            " No operation here has gates, and none of these calls is rated."
        )
    return tr(
        "{name} has gates, but its evaluators have scored none of these calls: they score what comes through the"
        " gateway, not what was recorded elsewhere. Until then ratings count, and none of these calls is rated.",
        name=_names(state.gated),
    )


def _names(names: Sequence[str]) -> str:
    shown = short_name(names[0])
    return tr("{name} and {count:,} more", name=shown, count=len(names) - 1) if len(names) > 1 else shown


def _gateway(state: "TrendState", ways: Mapping[str, Callable[[], object]]) -> "tuple[Way, ...]":
    if state.gated:
        return ((tr("How calls come through the gateway"), ways["gateway"]),)
    return ((tr("Define gates in Operations"), ways["operations"]),)


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
