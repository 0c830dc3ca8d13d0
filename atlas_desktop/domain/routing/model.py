"""The words of routing: what can be asked of whom, what is wanted, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Tier

if TYPE_CHECKING:
    from atlas_desktop.domain.routing.table import ProviderTable

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
    key: VariantKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Looked up in the history for every call: made once.
        object.__setattr__(self, "key", VariantKey(self.model, self.quantization, self.provider))

    @property
    def default(self) -> bool:
        """Whether standard and batch take it before anything was scored."""
        return self.vetted and self.open_weight and self.quantization == "q8"

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
    """What a request wants of the router. ``model`` is :data:`SMART`, :data:`SMART_EMBEDDING` or a pin.

    A pin is ``vendor/model``, or ``vendor/model@q8`` for one precision of it; ``quantization`` and ``provider``
    narrow a pin further (a release's).
    """

    model: str = SMART
    tier: Tier = "standard"
    tier_strict: bool = False
    forbid_atlas_network: bool = False
    needs: frozenset[str] = frozenset()
    kind: Kind = "chat"
    quantization: str | None = None
    provider: str | None = None


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


class History:
    """The tracks of one operation, never changed. A variant without one was never scored there."""

    __slots__ = ("passing", "quarantined", "tracks", "waiting")

    def __init__(self, tracks: Mapping[VariantKey, Track] | None = None) -> None:
        self.tracks: Final = dict(tracks or {})
        of = self.tracks.items()
        self.passing: Final = frozenset(key for key, track in of if track.state == "passing")
        self.quarantined: Final = frozenset(key for key, track in of if track.state == "quarantined")
        due = [(self.tracks[key].probe_at or 0.0, key) for key in self.quarantined]
        self.waiting: Final = tuple(sorted(due))
        """When each quarantined variant may be tried again, the first to be first."""


NO_HISTORY: Final = History()

Why = Literal[
    "cheapest_passing",
    "vetted_default",
    "frontier_default",
    "nearest",
    "only_quarantined",
    "probe",
    "pinned",
    "embedding",
]
"""Why a variant was chosen. ``nearest``: the table has no default of the tier, this comes closest."""


MOST_FALLBACKS: Final = 2


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is asked. ``tier`` is the one served; ``upgraded``: it is above the one asked.

    ``order`` are the variants that might have been, the preferred first. With the rest of what it was decided on,
    :func:`.trace.explain` says why this one and why not the others.
    """

    variant: Variant
    tier: Tier
    upgraded: bool
    why: Why
    asked: Asked
    order: Sequence[Variant] = field(repr=False)
    table: "ProviderTable" = field(repr=False)
    history: History = field(repr=False)
    down: frozenset[str] = frozenset()

    @property
    def probe(self) -> bool:
        """Whether it tries a quarantined variant again, of its own accord."""
        return self.why == "probe"

    @property
    def fallbacks(self) -> tuple[Variant, ...]:
        """Whom to ask, by the same rules, where nothing could be sent to ``variant``: others than its provider."""
        tracks, found, used = self.history, list[Variant](), {self.variant.entry}
        groups = (
            (
                v
                for v in self.order
                if v.key in tracks.passing or (v.default and v.key not in tracks.quarantined)
            ),
            (v for v in self.order if v.key not in tracks.quarantined),
            self.order,
        )
        for variant in chain.from_iterable(groups):
            if variant.entry not in used:
                used.add(variant.entry)
                found.append(variant)
                if len(found) == MOST_FALLBACKS:
                    break
        return tuple(found)


class NoVariantError(Exception):
    """Nothing in the table may answer this: a refusal of the gateway, with what to do about it."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code
        self.message = message
