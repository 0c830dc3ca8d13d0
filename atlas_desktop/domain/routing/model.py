"""The words of routing: what can be asked of whom, what is wanted, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Tier

SMART: Final = "atlas-1"
SMART_EMBEDDING: Final = "atlas-embed-1"
"""The two models that are chosen for the caller; any other name is a pin."""

TIERS: Final[tuple[Tier, ...]] = ("batch", "standard", "realtime")
"""From the cheapest to the highest."""

FULL: Final = "full"
Network = Literal["provider", "atlas_network"]
Kind = Literal["chat", "embedding"]
Need = Literal["tools", "response_format", "images"]
"""What a request may hold that not every model understands."""

RefusalCode = Literal[
    "no_provider", "model_not_found", "tier_unavailable", "network_forbidden", "not_supported"
]


class VariantKey(NamedTuple):
    """What history is kept by: as a call's delivery names who served it."""

    model: str
    quantization: str
    provider: str


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One model at one precision from one provider.

    ``entry`` is the provider's name in the table (its base URL and key), ``provider`` who serves it in the end, as
    the delivery names it: the two differ behind a broker. Prices are nano-dollars for a million tokens. ``send`` are
    body fields that pin the decision upstream. ``tiers``: those it serves. ``lacks``: what it does not understand.
    ``ready``: false where its key is missing.
    """

    entry: str
    provider: str
    model: str
    upstream_model: str
    quantization: str
    prompt_nano: int = 0
    completion_nano: int = 0
    cached_nano: int | None = None
    served_by: Network = "provider"
    open_weight: bool = False
    kind: Kind = "chat"
    tiers: frozenset[str] = frozenset(TIERS)
    frontier: bool = False
    vetted: bool = False
    lacks: frozenset[str] = frozenset()
    send: Mapping[str, Json] = field(default_factory=dict)
    ready: bool = True

    @property
    def key(self) -> VariantKey:
        """What its history is kept by."""
        return VariantKey(self.model, self.quantization, self.provider)

    @property
    def prompt_price(self) -> float:
        """US dollars for a token of the prompt."""
        return self.prompt_nano / 1e15

    @property
    def completion_price(self) -> float:
        """US dollars for a token of the answer."""
        return self.completion_nano / 1e15


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants of the router. ``model`` is :data:`SMART`, :data:`SMART_EMBEDDING` or a pin."""

    model: str = SMART
    tier: Tier = "standard"
    tier_strict: bool = False
    forbid_atlas_network: bool = False
    needs: frozenset[str] = frozenset()
    kind: Kind = "chat"


State = Literal["passing", "learning", "quarantined"]


@dataclass(frozen=True, slots=True)
class Track:
    """How one variant has done lately on one operation.

    ``passing``: enough scores, every gate's mean at its ``min_score`` or above. ``learning``: too few to say.
    ``quarantined`` ``since`` a mean fell below; from ``probe_at`` on a call may try it again. Times are seconds
    since 1970, ``means`` by evaluator.
    """

    state: State
    samples: int = 0
    means: Mapping[str, float] = field(default_factory=dict)
    since: float | None = None
    probe_at: float | None = None
    probes: int = 0


History: TypeAlias = Mapping[VariantKey, Track]
"""The tracks of one operation. A variant without one was never scored there."""

NO_HISTORY: Final[History] = {}


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is asked. ``tier`` is the one served; ``upgraded``: it is above the one asked.

    ``fallbacks`` keep to the same rules, for when nothing could be sent to ``variant``. ``probe``: this call tries a
    quarantined variant again. ``why`` is a reason code; ``trace`` the considered variants, each with one.
    """

    variant: Variant
    tier: Tier
    upgraded: bool
    why: str
    fallbacks: tuple[Variant, ...] = ()
    probe: bool = False
    trace: Sequence[Json] = ()


class NoVariantError(Exception):
    """Nothing in the table may answer this: a refusal of the gateway, with what to do about it."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code
        self.message = message
