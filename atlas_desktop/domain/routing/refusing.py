"""Why nothing in the table may answer, and what to do about it."""

from atlas_desktop.domain.routing.model import SMART, SMART_EMBEDDING, Asked, NoVariantError, Variant
from atlas_desktop.domain.routing.table import ProviderTable

_HOW = (
    "Add one in Atlas Desktop under Operations, Providers, or write it into providers.toml beside the database, "
    "and give its key there or in an environment variable."
)
_MOST_NAMED = 5


def nothing(asked: Asked, table: ProviderTable) -> NoVariantError:
    """What to say when no variant is left. The first reason that leaves none is the one that counts."""
    left: list[Variant] = [variant for variant in table.variants if variant.kind == asked.kind]
    if not left:
        what = "model" if asked.kind == "chat" else "embedding model"
        return NoVariantError("no_provider", f"No provider of a {what} is set up. {_HOW}")
    if asked.model != (SMART if asked.kind == "chat" else SMART_EMBEDDING):
        named = frozenset(table.models.get(asked.model, ()))
        left = [variant for variant in left if variant in named]
        if not left:
            return NoVariantError("model_not_found", _unknown(asked))
    return _narrowed(asked, left)


def _narrowed(asked: Asked, left: list[Variant]) -> NoVariantError:
    with_key = [variant for variant in left if variant.ready]
    if not with_key:
        names = sorted({variant.entry for variant in left})
        listed = ", ".join(names[:_MOST_NAMED]) + (" and others" if len(names) > _MOST_NAMED else "")
        message = (
            f"The key of {listed} is missing or the provider is switched off. Give the key in Atlas Desktop under "
            "Operations, Providers, or set the environment variable that providers.toml names."
        )
        return NoVariantError("no_provider", message)
    managed = [v for v in with_key if not (asked.forbid_atlas_network and v.served_by == "atlas_network")]
    if not managed:
        return NoVariantError(
            "network_forbidden",
            "Only the Atlas network serves this, and forbid_atlas_network keeps the call off it. "
            "Leave the field out, or set up a managed provider.",
        )
    able = [variant for variant in managed if not asked.needs & variant.lacks]
    if not able:
        needed = ", ".join(sorted(asked.needs & frozenset().union(*(v.lacks for v in managed))))
        return NoVariantError(
            "not_supported", f"No model that is set up takes {needed}. Leave it out, or pin one that does."
        )
    return NoVariantError(
        "tier_unavailable",
        f"Nothing serves the tier {asked.tier} now, and tier_strict forbids another. "
        "Leave tier_strict out, or add a provider of that tier.",
    )


def _unknown(asked: Asked) -> str:
    smart = SMART if asked.kind == "chat" else SMART_EMBEDDING
    return f"There is no such model here. GET /models lists those there are; {smart} chooses one for you."
