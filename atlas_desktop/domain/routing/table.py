"""The provider table as the router reads it: sorted when it is loaded, narrowed once for each kind of request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from atlas_desktop.domain.routing.model import FULL, Kind, Variant, VariantKey
from atlas_desktop.domain.routing.prices import blended_nano

Excluded = Literal["no_key", "down", "network_forbidden", "lacks", "other_tier"]
"""Why a variant was not even considered, the first of these that holds."""

MOST_EXCLUDED: Final = 30
_MOST_VIEWS: Final = 256
_PRECISIONS: Final[Mapping[str, int]] = {FULL: 0, "undisclosed": 1, "q8": 2, "q4": 3}
_LEAST: Final = 4


def precision(variant: Variant) -> int:
    """0 for full precision, more for less. What a provider does not disclose stands between full and q8."""
    return _PRECISIONS.get(variant.quantization, _LEAST)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What limits a request beyond its model: views of a table are kept by it."""

    tier: str
    forbid_network: bool = False
    needs: frozenset[str] = frozenset()
    down: frozenset[str] = frozenset()
    kind: Kind = "chat"

    def excludes(self, variant: Variant) -> Excluded | None:
        """Why this variant may not be asked; None when it may."""
        if not variant.ready:
            return "no_key"
        if self.forbid_network and variant.served_by == "atlas_network":
            return "network_forbidden"
        if self.needs & variant.lacks:
            return "lacks"
        if self.tier not in variant.tiers:
            return "other_tier"
        return "down" if variant.entry in self.down else None


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The variants that may be asked, in the orders they are chosen by.

    ``place``: where each stands in ``by_price``. ``vetted``: open weights at q8 that the operator vouches for,
    cheapest first. ``nearest``: all, those most like a default first. ``straight``: full precision, frontier first,
    then as listed. ``excluded`` are the first that may not, and why; ``more`` how many others for each reason.
    """

    by_price: tuple[Variant, ...]
    allowed: frozenset[Variant]
    place: Mapping[VariantKey, int]
    vetted: tuple[Variant, ...]
    nearest: tuple[Variant, ...]
    straight: tuple[Variant, ...]
    excluded: tuple[tuple[Variant, Excluded], ...]
    more: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class ProviderTable:
    """Made by :func:`table_of`. ``variants`` are as listed, ``by_price`` cheapest first."""

    variants: tuple[Variant, ...]
    by_price: tuple[Variant, ...]
    models: Mapping[str, tuple[Variant, ...]]
    """By the names a model can be pinned by, each in the order of precision, then price."""
    views: dict[Narrowing, View] = field(default_factory=dict, repr=False)

    def view(self, narrowing: Narrowing) -> View:
        """What is left for such requests. Made once."""
        found = self.views.get(narrowing)
        if found is None:
            if len(self.views) >= _MOST_VIEWS:
                self.views.clear()
            found = self.views[narrowing] = _view(self.by_price, self.variants, narrowing)
        return found


def table_of(variants: Iterable[Variant]) -> ProviderTable:
    """The table of these variants, which are in the order of the file."""
    listed = tuple(variants)
    by_price = tuple(sorted(listed, key=lambda variant: (blended_nano(variant), precision(variant))))
    return ProviderTable(listed, by_price, _named(by_price))


def _named(by_price: Sequence[Variant]) -> dict[str, tuple[Variant, ...]]:
    """Every variant by the names of its model: ``vendor/model``, that with ``@precision``, and the upstream's own."""
    found: dict[str, list[Variant]] = {}
    owners: dict[str, set[str]] = {}
    for variant in by_price:
        found.setdefault(variant.model, []).append(variant)
        found.setdefault(f"{variant.model}@{variant.quantization}", []).append(variant)
        owners.setdefault(variant.upstream_model, set()).add(variant.model)
    for name, models in owners.items():
        # What an OpenAI client says today goes on working, where it means one model only.
        if name not in found and len(models) == 1:
            found[name] = found[next(iter(models))]
    return {name: tuple(sorted(those, key=precision)) for name, those in found.items()}


def _view(by_price: Sequence[Variant], listed: Sequence[Variant], narrowing: Narrowing) -> View:
    those = [variant for variant in by_price if variant.kind == narrowing.kind]
    kept = tuple(variant for variant in those if narrowing.excludes(variant) is None)
    place: dict[VariantKey, int] = {}
    for index, variant in enumerate(kept):
        place.setdefault(variant.key, index)
    out = [(variant, why) for variant in those if (why := narrowing.excludes(variant)) is not None]
    more: dict[str, int] = {}
    for _, why in out[MOST_EXCLUDED:]:
        more[why] = more.get(why, 0) + 1
    return View(
        kept,
        frozenset(kept),
        place,
        tuple(variant for variant in kept if variant.default),
        tuple(sorted(kept, key=_unlikeness)),
        _straight(listed, kept),
        tuple(out[:MOST_EXCLUDED]),
        more,
    )


def _straight(listed: Sequence[Variant], kept: Sequence[Variant]) -> tuple[Variant, ...]:
    """In the order of the file, since the operator's first choice comes first; a frontier model before others."""
    allowed = frozenset(variant for variant in kept if variant.quantization == FULL)
    return tuple(sorted((v for v in listed if v in allowed), key=lambda variant: not variant.frontier))


def _unlikeness(variant: Variant) -> int:
    """How far from that default: vetted ones first, then by precision, q4 and what we do not know last."""
    if variant.vetted:
        return precision(variant)
    likeness = {"q8": 0 if variant.open_weight else 2, FULL: 1, "undisclosed": 3}
    return 10 + likeness.get(variant.quantization, 4)


EMPTY: Final = table_of(())
