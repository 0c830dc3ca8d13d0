"""The provider table on the wire: whom the gateway asks, for which models, at which price. Never a key."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from atlas_desktop.contract.base import Answer, Json, Request, Timestamp
from atlas_desktop.contract.delivery import Tier
from atlas_desktop.contract.secret import Secret

Quantization = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,31}$")]
"""``full``, ``q8``, ``q4``, ``undisclosed``, or another word."""
Need = Literal["tools", "response_format", "images"]
Usd = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
ModelId = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
ProviderName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Title = Annotated[str, Field(min_length=1, max_length=100)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]


class KeySource(Request):
    """Where the key is kept: an environment variable of the server, or an entry of its computer's keyring.

    An entry of the keyring begins with ``provider.``: the others are no providers' keys.
    """

    env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")
    keyring: str | None = Field(default=None, pattern=r"^provider\.[A-Za-z0-9_.-]{1,100}$")


class _ModelFields(BaseModel):
    """A model a provider serves. ``id`` is what the provider calls it, ``model`` what it is asked for by here.

    Prices are US dollars for a million tokens. ``via`` is who serves it behind a broker: the broker's slug, with
    ``title`` as the delivery's name for it. Without ``tiers``, full precision serves all three, else standard and batch.
    ``frontier``: the first choice of realtime. ``vetted``: the operator vouches for it; with open weights at q8, standard
    and batch begin with it. ``lacks``: what it does not take. ``send``: more fields of the body, sent as they are.
    """

    id: ModelId
    model: ModelId | None = None
    title: Title | None = None
    kind: Literal["chat", "embedding"] = "chat"
    quantization: Quantization = "undisclosed"
    open_weight: bool = False
    prompt_usd: Usd = 0.0
    completion_usd: Usd = 0.0
    cached_usd: Usd | None = None
    tiers: list[Tier] | None = Field(default=None, min_length=1, max_length=3)
    frontier: bool = False
    vetted: bool = False
    lacks: list[Need] = Field(default=[], max_length=3)
    via: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_./-]{0,99}$")] | None = None
    send: dict[str, Json] = {}


class ModelSpec(_ModelFields, Request):
    """A model as it is written into the table."""


class ListedModel(_ModelFields, Answer):
    """A model as it is listed."""


class _ProviderFields(BaseModel):
    """An OpenAI-compatible endpoint. ``key`` says where its key is; without one, it is asked without.

    ``title`` is the delivery's name for it. ``served_by``: ``atlas_network`` for partners' machines, which serve
    open weights only. ``pins``: ``openrouter`` where it understands ``provider.only`` and ``provider.sort``.
    """

    name: ProviderName
    title: Title | None = None
    preset: str | None = Field(default=None, max_length=40)
    base_url: str = Field(min_length=1, max_length=500)
    key: KeySource | None = None
    served_by: Literal["provider", "atlas_network"] = "provider"
    pins: Literal["none", "openrouter"] = "none"
    enabled: bool = True
    connect_seconds: Seconds | None = None
    first_byte_seconds: Seconds | None = None
    total_seconds: Seconds | None = None


class ProviderSpec(_ProviderFields, Request):
    """A provider as it is written into the table."""

    models: list[ModelSpec] = Field(default=[], max_length=2000)


class ProviderError(Answer):
    """How a provider failed last, in our words."""

    message: str
    at: Timestamp


class ProviderStatus(Answer):
    """How a provider stands. ``key``: ``not_needed`` where the table names none. ``key_from``: where it was found.

    ``usable``: switched on, and its key is there. ``failing``: the last attempts could not reach it, so others go first.
    """

    key: Literal["present", "missing", "not_needed"]
    key_from: Literal["env", "keyring", "given"] | None = None
    usable: bool
    failing: bool = False
    last_error: ProviderError | None = None
    last_worked_at: Timestamp | None = None


class Provider(_ProviderFields, Answer):
    """A provider as it is listed. ``base_url`` and ``key`` are empty for whoever does not run the server."""

    object: Literal["provider"] = "provider"
    base_url: str = ""
    models: list[ListedModel] = []
    status: ProviderStatus


class TableError(Answer):
    """Why the file is not in force as it is now: the table before it stays. ``line`` counts from 1."""

    message: str
    line: int | None = None


class ProviderTable(Answer):
    """The answer of ``GET /providers``. ``revision`` names the file as it is; ``writable``: this key may change it."""

    object: Literal["provider.table"] = "provider.table"
    path: str | None = None
    revision: str
    writable: bool = False
    error: TableError | None = None
    data: list[Provider]


class ProviderTableWrite(Request):
    """The whole table, in the place of the one of this ``revision`` (409 ``providers_changed`` if it is another by now)."""

    revision: str = Field(max_length=100)
    providers: list[ProviderSpec] = Field(max_length=200)


class ProviderKey(Request):
    """A key for a provider, kept in memory until the server ends; null forgets it."""

    key: Secret | None


class ProviderKeyKept(Answer):
    """The answer to a key: what follows for the provider."""

    object: Literal["provider.key"] = "provider.key"
    name: str
    status: ProviderStatus


class ProviderTry(Request):
    """Ask one tiny completion: of a provider in the table (``name``), or of one that is not kept (``provider``).

    ``model`` is the provider's own id of it, the first listed where it is left out. ``key`` is used once.
    """

    name: ProviderName | None = None
    provider: ProviderSpec | None = None
    model: ModelId | None = None
    key: Secret | None = None


class ProviderTrial(Answer):
    """What came of it. ``error`` is in our words; ``reply`` the first of the model's."""

    object: Literal["provider.trial"] = "provider.trial"
    ok: bool
    model: str | None = None
    served_model: str | None = None
    latency_ms: float | None = None
    status: int | None = None
    error: str | None = None
    code: str | None = None
    reply: str | None = None


class PresetProvider(_ProviderFields, Answer):
    """What a form is filled with."""

    models: list[ListedModel] = []


class Preset(Answer):
    """How a known upstream is set up: what to fill a form with. ``models`` are examples; prices are of ``prices_of``."""

    name: str
    title: str
    about: str
    provider: PresetProvider
    key_needed: bool
    key_page: str | None = None
    prices_of: str | None = None


class Presets(Answer):
    """The answer of ``GET /providers/presets``."""

    object: Literal["list"] = "list"
    data: list[Preset]
    has_more: bool = False


class RouteStep(Answer):
    """A variant that was considered. ``why``: ``chosen``, ``quarantined``, ``unproven``, ``behind``, ``no_key``,
    ``network_forbidden``, ``lacks``, ``other_tier``, ``down``, or a word to come."""

    model: str
    provider: str
    quantization: str
    served_by: str = "provider"
    why: str
    usd_per_million: float | None = None


class RouteAsked(Answer):
    """What the router was asked for."""

    model: str
    tier: str
    tier_strict: bool = False
    forbid_atlas_network: bool = False


class RouteTrace(Answer):
    """A decision: who was chosen, why, and why not the others; ``delivery.route`` of a recorded call.

    ``why``: ``cheapest_passing``, ``vetted_default``, ``frontier_default``, ``nearest``, ``only_quarantined``, ``probe``,
    ``pinned``, ``embedding``. ``more``: how many others were not considered, by reason.
    """

    model: str
    provider: str
    quantization: str
    served_by: str = "provider"
    tier: str
    upgraded: bool = False
    why: str
    asked: RouteAsked | None = None
    considered: list[RouteStep] = []
    more: dict[str, int] = {}


class RouteRefusal(Answer):
    """Why a tier would not be served now."""

    code: str
    message: str


class TierRouting(Answer):
    """What a call of this tier would be answered by now: one of the two is null."""

    tier: str
    decision: RouteTrace | None = None
    refusal: RouteRefusal | None = None


class VariantHistory(Answer):
    """How one variant does on the operation lately. ``state``: ``passing``, ``learning``, ``quarantined``.

    ``means`` by evaluator; from ``probe_at`` on a call may try it again, ``probes`` of which have passed in a row.
    """

    model: str
    quantization: str
    provider: str
    state: str
    samples: int
    means: dict[str, float] = {}
    since: Timestamp | None = None
    probe_at: Timestamp | None = None
    probes: int = 0


class Routing(Answer):
    """The answer of ``GET /operations/{operation}/routing``."""

    object: Literal["routing"] = "routing"
    operation_id: str
    tiers: list[TierRouting]
    history: list[VariantHistory]
