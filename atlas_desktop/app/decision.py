"""A routing decision in words: why this variant answered, and why not the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Delivery
from atlas_desktop.wording import mark, number, tr, trn

Standing = Literal["chosen", "good", "bad", "other"]
_LONGEST: Final = 120
_MOST: Final = 5
_WHY: Final[dict[str, str]] = {
    "cheapest_passing": mark("The cheapest that passes this operation's gates."),
    "vetted_default": mark("The vetted default of this tier: nothing cheaper has passed the gates here yet."),
    "frontier_default": mark("Realtime is served at full precision by a frontier model."),
    "nearest": mark("The nearest there is: the table has no default for this tier."),
    "only_quarantined": mark("All that could answer are in quarantine here: this one was due first."),
    "probe": mark("A probe: it is in quarantine here, and was due to be tried again."),
    "pinned": mark("The request pins this model."),
    "embedding": mark("The embedding model of the table, at its cheapest provider."),
}
_WHY_NOT: Final[dict[str, tuple[str, Standing]]] = {
    "chosen": (mark("chosen"), "chosen"),
    "quarantined": (mark("in quarantine here: its scores fell below a gate"), "bad"),
    "unproven": (mark("cheaper, but not proven here"), "other"),
    "behind": (mark("comes after the chosen one"), "other"),
    "no_key": (mark("has no key"), "bad"),
    "network_forbidden": (mark("the Atlas network was forbidden"), "other"),
    "lacks": (mark("cannot do what was asked"), "other"),
    "other_tier": (mark("does not serve this tier"), "other"),
    "down": (mark("did not answer lately"), "bad"),
}


_RELEASED: Final[dict[str, str]] = {
    "canary": mark("A release tries this model: as its canary it answers a share of the calls."),
    "prod": mark("A release brought this model to production: it answers these calls."),
}


@dataclass(frozen=True, slots=True)
class Considered:
    """One variant that might have answered. ``price``: US dollars for a million tokens, as text."""

    name: str
    who: str
    why: str
    price: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Told:
    """``why`` in a sentence, what was ``asked``, the variants in the order they were preferred in, the ``rest``."""

    why: str
    asked: str
    considered: tuple[Considered, ...]
    rest: str


def decision_of(delivery: Delivery | None, model: str = "") -> Told | None:
    """What the delivery block of a recorded call says of how it was routed; None where it says nothing.

    ``model`` is what the client asked for: a release puts its own in the place of it. Read with care: it may be a
    newer server's, or anybody's.
    """
    more = (delivery.model_extra or {}) if delivery is not None else {}
    route = more.get("route")
    if not isinstance(route, dict):
        return None
    release = more.get("release")
    stage = release.get("stage") if isinstance(release, dict) else None
    if not isinstance(stage, str) or stage not in _RELEASED or route.get("why") != "pinned":
        return told(route)
    asked = route.get("asked")
    found = told(route | {"asked": asked | {"model": model}} if isinstance(asked, dict) else route)
    return replace(found, why=tr(_RELEASED[stage])) if found is not None else None


def told(route: Mapping[str, Json]) -> Told | None:
    """The trace of a decision in words."""
    why = _text(route.get("why"))
    steps = route.get("considered")
    considered = (
        tuple(_step(step) for step in steps if isinstance(step, dict)) if isinstance(steps, list) else ()
    )
    if not why and not considered:
        return None
    known = _WHY.get(why)
    sentence = tr(known) if known is not None else why.replace("_", " ")
    return Told(sentence, _asked(route.get("asked")), considered, _rest(route))


def price_text(dollars: float) -> str:
    """US dollars for a million tokens: ``$0.18``, ``$12.50``."""
    return f"${number(dollars, 2 if dollars >= 0.01 or not dollars else 4)}"


def variant_text(model: str, quantization: str) -> str:
    """A model and its precision."""
    return "  ·  ".join(filter(None, (model, precision_name(quantization))))


def tier_name(tier: str) -> str:
    """A tier in the language."""
    return {"realtime": tr("realtime"), "standard": tr("standard"), "batch": tr("batch")}.get(tier, tier)


def precision_name(quantization: str) -> str:
    """A precision in the language; one that is only a number of bits is the same in each."""
    return {"full": tr("full"), "undisclosed": tr("undisclosed")}.get(quantization, quantization)


def _asked(asked: Json) -> str:
    if not isinstance(asked, dict):
        return ""
    parts = [_text(asked.get("model")), tier_name(_text(asked.get("tier")))]
    if asked.get("tier_strict") is True:
        parts.append(tr("strictly this tier"))
    if asked.get("forbid_atlas_network") is True:
        parts.append(tr("not on the Atlas network"))
    return "  ·  ".join(filter(None, parts))


def _step(step: Mapping[str, Json]) -> Considered:
    code = _text(step.get("why"))
    words, standing = _WHY_NOT.get(code, ("", "other"))
    who = _text(step.get("provider"))
    if step.get("served_by") == "atlas_network":
        who = tr("{provider}, Atlas network", provider=who)
    dollars = step.get("usd_per_million")
    price = price_text(float(dollars)) if isinstance(dollars, int | float) and 0 <= dollars < 1e9 else ""
    name = variant_text(_text(step.get("model")), _text(step.get("quantization")))
    return Considered(name, who, tr(words) if words else code.replace("_", " "), price, standing)


def _rest(route: Mapping[str, Json]) -> str:
    more, away = route.get("more"), route.get("unreachable")
    counts = more.values() if isinstance(more, dict) else ()
    many = sum(value for value in counts if isinstance(value, int) and 0 < value < 1_000_000)
    names = ", ".join(filter(None, map(_text, away[:_MOST]))) if isinstance(away, list) else ""
    parts = (
        trn("and {count:,} more", "and {count:,} more", many) if many else "",
        tr("not reached: {names}", names=names) if names else "",
    )
    return "  \u00b7  ".join(filter(None, parts))


def _text(value: Json) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
