"""The decision: which variant answers a call. A pure function of request, table, history and clock."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from atlas_desktop.contract.delivery import Tier
from atlas_desktop.domain.routing import refusing
from atlas_desktop.domain.routing.model import (
    SMART,
    SMART_EMBEDDING,
    TIERS,
    Asked,
    Decision,
    History,
    NoVariantError,
    Variant,
    Why,
)
from atlas_desktop.domain.routing.table import Narrowing, ProviderTable, View, precision

_FEW: Final = 8
"""Where fewer than an eighth pass, each of those is looked up; else the list is gone through."""


class _Question(NamedTuple):
    """What is asked, in one tier: the variants that may answer, the preferred first, and what is known of them."""

    asked: Asked
    tier: Tier
    view: View
    order: Sequence[Variant]
    history: History
    now: float


def route(
    asked: Asked, table: ProviderTable, history: History, now: float, *, down: frozenset[str] = frozenset()
) -> Decision:
    """Who answers. ``now`` in seconds since 1970. Raises NoVariantError.

    ``down`` are providers that could not be reached a moment ago: asked only where nobody else may be.
    """
    if down:
        try:
            return _route(asked, table, history, now, down)
        except NoVariantError:
            # Better late than never.
            pass
    return _route(asked, table, history, now, frozenset())


def _route(
    asked: Asked, table: ProviderTable, history: History, now: float, down: frozenset[str]
) -> Decision:
    def question(tier: Tier) -> _Question:
        view = table.view(Narrowing(tier, asked.forbid_atlas_network, asked.needs, down, asked.kind))
        return _Question(asked, tier, view, _order(asked, tier, table, view), history, now)

    at = TIERS.index(asked.tier)
    upwards = TIERS[at : at + 1] if asked.tier_strict else TIERS[at:]
    below = () if asked.tier_strict else TIERS[:at][::-1]
    # What is quarantined comes after every tier above, and before a tier below, which nobody has asked for.
    for tiers, choose in ((upwards, _choose), (upwards, _last), (below, _choose), (below, _last)):
        for tier in tiers:
            asking = question(tier)
            if asking.order and (chosen := choose(asking)) is not None:
                variant, why = chosen
                upgraded = TIERS.index(tier) > at
                return Decision(variant, tier, upgraded, why, asked, asking.order, table, history, down)
    raise refusing.nothing(asked, table)


def _order(asked: Asked, tier: Tier, table: ProviderTable, view: View) -> Sequence[Variant]:
    """What may be asked at all, the preferred first."""
    if asked.kind == "chat" and asked.model == SMART:
        return view.straight if tier == "realtime" else view.by_price
    if asked.kind == "embedding" and asked.model == SMART_EMBEDDING:
        return _one_embedding(table, view)
    named = [variant for variant in table.models.get(asked.model, ()) if variant in view.allowed]
    pinned = [variant for variant in named if _as_asked(asked, variant)]
    # A pin never steps down: the cheapest of the best precision there is.
    return [variant for variant in pinned if precision(variant) == precision(pinned[0])]


def _as_asked(asked: Asked, variant: Variant) -> bool:
    return (asked.quantization in (None, variant.quantization)) and (
        asked.provider in (None, variant.provider)
    )


def _one_embedding(table: ProviderTable, view: View) -> Sequence[Variant]:
    """The providers of one and the same model, cheapest first: vectors of two models cannot be compared."""
    listed = [variant for variant in table.variants if variant.kind == "embedding"]
    chosen = next((variant for variant in listed if variant.vetted), listed[0] if listed else None)
    return [variant for variant in view.by_price if chosen is not None and variant.model == chosen.model]


def _choose(asking: _Question) -> tuple[Variant, Why] | None:
    """The variant of this tier that is chosen, unless all of them are quarantined."""
    if asking.asked.kind == "embedding":
        chosen = _first(asking, asking.order, "embedding")
    elif asking.asked.model != SMART:
        chosen = _first(asking, asking.order, "pinned")
    elif asking.tier == "realtime":
        chosen = _first(asking, asking.order, "frontier_default" if asking.order[0].frontier else "nearest")
    else:
        chosen = _cheapest(asking)
    # A probe is a risk that whoever is strict has not taken.
    return chosen if asking.asked.tier_strict else _probe(asking, chosen) or chosen


def _first(asking: _Question, order: Sequence[Variant], why: Why) -> tuple[Variant, Why] | None:
    quarantined = asking.history.quarantined
    for variant in order:
        if variant.key not in quarantined:
            return variant, why
    return None


def _cheapest(asking: _Question) -> tuple[Variant, Why] | None:
    """The cheapest of those that pass and of the default, which is trusted until it fails; else the nearest to it."""
    view, history = asking.view, asking.history
    at = _first_passing(view, history)
    default = _first(asking, view.vetted, "vetted_default")
    if default is not None and view.place[default[0].key] < at:
        return default
    if at < len(view.by_price):
        return view.by_price[at], "cheapest_passing"
    return _first(asking, view.nearest, "nearest")


def _first_passing(view: View, history: History) -> int:
    """Where the cheapest that passes stands; behind the last where none does."""
    if len(history.passing) * _FEW > len(view.by_price):
        for at, variant in enumerate(view.by_price):
            if variant.key in history.passing:
                return at
        return len(view.by_price)
    return min(map(view.place.__getitem__, view.place.keys() & history.passing), default=len(view.by_price))


def _probe(asking: _Question, chosen: tuple[Variant, Why] | None) -> tuple[Variant, Why] | None:
    """A quarantined variant whose time has come, if it would be chosen before this one."""
    history, order = asking.history, asking.order
    if not history.waiting or history.waiting[0][0] > asking.now:
        return None
    for variant in order:
        if chosen is not None and variant is chosen[0]:
            return None
        if variant.key in history.quarantined and (history.tracks[variant.key].probe_at or 0.0) <= asking.now:
            return variant, "probe"
    return None


def _last(asking: _Question) -> tuple[Variant, Why] | None:
    """Everything is quarantined: better one of those than no answer. The one to be tried again soonest."""
    view, order = asking.view, asking.order
    tracks = asking.history.tracks
    if order is not view.by_price:
        return min(
            order, key=lambda variant: (tracks[variant.key].probe_at or 0.0, variant.key)
        ), "only_quarantined"
    soonest = next(key for _, key in asking.history.waiting if key in view.place)
    return view.by_price[view.place[soonest]], "only_quarantined"
