"""Why this variant and why not the others: what the inspector shows, kept with the recorded call."""

from collections.abc import Iterator
from typing import Any, Final

from atlas_desktop.domain.routing.model import Decision, Variant
from atlas_desktop.domain.routing.prices import blended_nano, usd_of
from atlas_desktop.domain.routing.table import MOST_EXCLUDED, Narrowing

MOST_STEPS: Final = MOST_EXCLUDED
_BEFORE: Final = 14
_AFTER: Final = 6


def explain(decision: Decision) -> dict[str, Any]:
    """The decision as JSON: at most 30 variants ``considered``, each with a reason, and how many ``more`` had which.

    Reasons: ``chosen``, ``quarantined``, ``unproven`` (cheaper, but nothing says that it passes), ``behind`` (dearer,
    or listed later), ``no_key``, ``network_forbidden``, ``lacks``, ``other_tier``, ``down``.
    """
    asked = decision.asked
    steps = list(_considered(decision))
    more: dict[str, int] = {}
    excluded = list(_excluded(decision, more))
    room = MOST_STEPS - len(steps)
    for step in excluded[room:]:
        more[step["why"]] = more.get(step["why"], 0) + 1
    hidden = len(decision.order) - len(steps)
    return {
        **_named(decision.variant),
        "tier": decision.tier,
        "upgraded": decision.upgraded,
        "why": decision.why,
        "asked": {
            "model": asked.model,
            "tier": asked.tier,
            "tier_strict": asked.tier_strict,
            "forbid_atlas_network": asked.forbid_atlas_network,
        },
        "considered": steps + excluded[:room],
        "more": more | ({"not_shown": hidden} if hidden > 0 else {}),
    }


def _considered(decision: Decision) -> Iterator[dict[str, Any]]:
    """Those around the chosen one, in the order they were preferred in."""
    order = decision.order
    at = next(index for index, variant in enumerate(order) if variant is decision.variant)
    for index in range(max(0, at - _BEFORE), min(len(order), at + _AFTER + 1)):
        variant = order[index]
        if index == at:
            why = "chosen"
        elif variant.key in decision.history.quarantined:
            why = "quarantined"
        else:
            why = "unproven" if index < at else "behind"
        yield _named(variant) | {"why": why, "usd_per_million": usd_of(blended_nano(variant))}


def _excluded(decision: Decision, more: dict[str, int]) -> Iterator[dict[str, Any]]:
    asked = decision.asked
    narrowing = Narrowing(decision.tier, asked.forbid_atlas_network, asked.needs, decision.down, asked.kind)
    view = decision.table.view(narrowing)
    pinned = (
        None if asked.model.startswith("atlas-") else frozenset(decision.table.models.get(asked.model, ()))
    )
    if pinned is None:
        more.update(view.more)
    for variant, why in view.excluded:
        if pinned is None or variant in pinned:
            yield _named(variant) | {"why": why, "usd_per_million": usd_of(blended_nano(variant))}


def _named(variant: Variant) -> dict[str, Any]:
    return {
        "model": variant.model,
        "provider": variant.provider,
        "quantization": variant.quantization,
        "served_by": variant.served_by,
    }
