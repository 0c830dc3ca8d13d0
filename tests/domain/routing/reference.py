"""The rules of routing once more, one after the other, without a thought to time."""

from atlas_desktop.domain.routing.model import SMART, TIERS, Asked, History, Variant
from atlas_desktop.domain.routing.prices import blended_nano
from atlas_desktop.domain.routing.table import ProviderTable, precision


def allowed(asked: Asked, variant: Variant) -> bool:
    """Whether nothing about the request itself forbids it, its tier apart."""
    return (
        variant.ready
        and variant.kind == asked.kind
        and not (asked.forbid_atlas_network and variant.served_by == "atlas_network")
        and not (asked.needs & variant.lacks)
    )


def state(history: History, variant: Variant) -> str:
    track = history.tracks.get(variant.key)
    return "unknown" if track is None else track.state


def in_order(asked: Asked, tier: str, table: ProviderTable) -> list[Variant]:
    """The variants of a tier, the preferred first."""
    those = [v for v in table.variants if allowed(asked, v) and tier in v.tiers]
    by_price = sorted(those, key=lambda v: (blended_nano(v), precision(v)))
    if asked.model != SMART:
        named = [
            v for v in by_price if asked.model in (v.model, f"{v.model}@{v.quantization}", v.upstream_model)
        ]
        best = min(map(precision, named), default=0)
        return [v for v in named if precision(v) == best]
    if tier == "realtime":
        return sorted((v for v in those if v.quantization == "full"), key=lambda v: not v.frontier)
    return by_price


def in_tier(asked: Asked, tier: str, table: ProviderTable, history: History, now: float) -> Variant | None:
    """Whom this tier answers by, if not all are quarantined."""
    order = in_order(asked, tier, table)
    good = [v for v in order if state(history, v) != "quarantined"]
    chosen = good[0] if good else None
    if asked.model == SMART and tier != "realtime" and good:
        proven = [
            v
            for v in good
            if state(history, v) == "passing" or (v.vetted and v.open_weight and v.quantization == "q8")
        ]
        chosen = proven[0] if proven else min(good, key=lambda v: (unlike_default(v), order.index(v)))
    if not asked.tier_strict:
        due = [v for v in order if is_due(v, history, now)]
        if due and (chosen is None or order.index(due[0]) < order.index(chosen)):
            return due[0]
    return chosen


def unlike_default(v: Variant) -> int:
    if v.vetted:
        return {"full": 0, "undisclosed": 1, "q8": 2}.get(v.quantization, 3)
    if v.quantization == "q8":
        return 10 if v.open_weight else 12
    return {"full": 11, "undisclosed": 13}.get(v.quantization, 14)


def is_due(variant: Variant, history: History, now: float) -> bool:
    track = history.tracks.get(variant.key)
    return track is not None and track.state == "quarantined" and (track.probe_at or 0) <= now


def choose(asked: Asked, table: ProviderTable, history: History, now: float) -> tuple[Variant, str] | None:
    """Who answers, in which tier; None: nobody."""
    at = TIERS.index(asked.tier)
    upwards = [asked.tier] if asked.tier_strict else list(TIERS[at:])
    below = [] if asked.tier_strict else list(reversed(TIERS[:at]))
    for tiers in (upwards, below):
        for tier in tiers:
            if (found := in_tier(asked, tier, table, history, now)) is not None:
                return found, tier
        for tier in tiers:
            if order := in_order(asked, tier, table):
                soonest = {v.key: history.tracks[v.key].probe_at or 0 for v in order}
                return min(order, key=lambda v: (soonest[v.key], v.key)), tier
    return None
