"""What a provider table may say: rules that no field has alone. Each fault names its place."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any, Final, NamedTuple

import orjson

from atlas_desktop.contract.providers import ModelSpec, ProviderSpec
from atlas_desktop.domain.routing.model import FULL
from atlas_desktop.server.scoring.address import AddressRefused, target_of

OPEN_FAMILIES: Final = ("llama", "qwen", "mistral", "mixtral", "deepseek", "gemma", "phi")
MOST_MODELS: Final = 5000

_FAMILY = re.compile(rf"(?:^|[^a-z])(?:{'|'.join(OPEN_FAMILIES)})(?![a-z])")
_MOST_SEND: Final = 4096
_DEEPEST_SEND: Final = 8
_OURS: Final = frozenset(
    {"model", "messages", "input", "stream", "stream_options", "metadata", "tools", "tool_choice", "functions",
     "response_format", "n", "store", "tier", "tier_strict", "forbid_atlas_network"}
)  # fmt: skip
"""Fields of the caller or of the gateway: a table that set them would answer something else than was asked."""


class Place(NamedTuple):
    """Where in the table, counted from 0: a provider, perhaps one of its models, perhaps one of their fields."""

    provider: int | None = None
    model: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        parts = [] if self.provider is None else [f"providers.{self.provider}"]
        parts += [] if self.model is None else [f"models.{self.model}"]
        return ".".join([*parts, *([self.field] if self.field else [])])


class Fault(NamedTuple):
    """What is wrong with a table, for a person."""

    place: Place
    message: str


class TableError(ValueError):
    """The file is no provider table. ``line`` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.message = message
        self.line = line


def faults(providers: Sequence[ProviderSpec]) -> Iterator[Fault]:
    """Everything that is wrong, in the order of the table."""
    names: set[str] = set()
    if sum(len(provider.models) for provider in providers) > MOST_MODELS:
        yield Fault(Place(), f"a table may have {MOST_MODELS} models at most")
        return
    for at, provider in enumerate(providers):
        if provider.name in names:
            yield Fault(Place(at, None, "name"), f"there is a provider {provider.name} already")
        names.add(provider.name)
        yield from _of_provider(at, provider)
        seen: set[tuple[str | None, ...]] = set()
        for index, model in enumerate(provider.models):
            which = (model.id, model.quantization, model.via, repr(model.send))
            if which in seen:
                yield Fault(Place(at, index, "id"), f"{model.id} at {model.quantization} is listed twice")
            seen.add(which)
            yield from (Fault(Place(at, index, field), words) for field, words in _of_model(provider, model))


def is_open_family(model: str) -> bool:
    """Whether a model's name is of one of the families that the Atlas network may serve."""
    return _FAMILY.search(model.lower()) is not None


def _of_provider(at: int, provider: ProviderSpec) -> Iterator[Fault]:
    try:
        host = target_of(provider.base_url).host
    except AddressRefused as refused:
        yield Fault(Place(at, None, "base_url"), str(refused))
    else:
        if not _may_be(host):
            yield Fault(Place(at, None, "base_url"), "this is an address that is no server's")
    if provider.key is not None and (provider.key.env is None) == (provider.key.keyring is None):
        message = 'name one of the two: { env = "VARIABLE" } or { keyring = "provider.…" }'
        yield Fault(Place(at, None, "key"), message)


def _may_be(host: str) -> bool:
    """An address written as such is never looked up, so it is checked here (link-local: where clouds keep secrets)."""
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return True
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)


def _of_model(provider: ProviderSpec, model: ModelSpec) -> Iterator[tuple[str, str]]:
    if model.tiers is not None and "realtime" in model.tiers and model.quantization != FULL:
        yield "tiers", 'realtime is full precision: leave it out, or say quantization = "full"'
    if model.tiers is not None and len(set(model.tiers)) < len(model.tiers):
        yield "tiers", "a tier is named twice"
    if model.frontier and model.quantization != FULL:
        yield "frontier", "a frontier model is one at full precision"
    if model.via is not None and provider.pins == "none":
        yield "via", 'only a broker that takes provider.only has a via: say pins = "openrouter"'
    name = model.model or model.id
    if name.startswith("atlas-"):
        yield "model" if model.model else "id", "names that begin with atlas- are Atlas's own"
    if "@" in name:
        yield (
            "model" if model.model else "id",
            "@ stands before a precision: give the model another name here",
        )
    if provider.served_by == "atlas_network":
        if not model.open_weight:
            yield "id", "the Atlas network serves open weights only: say open_weight = true, if they are"
        elif not is_open_family(name):
            families = "Llama, Qwen, Mistral, DeepSeek, Gemma and Phi"
            yield "id", f"the Atlas network serves {families} only"
    yield from (("send", words) for words in _send_faults(model.send))


def _send_faults(send: dict[str, Any]) -> Iterator[str]:
    for name in send:
        if name in _OURS:
            yield f"{name} is the caller's: it cannot be set here"
        if not name.isprintable() or not name:
            yield "names of fields are printable text"
    if not _plain(send, _DEEPEST_SEND):
        yield f"only text, numbers, true, false, and {_DEEPEST_SEND} levels of lists and tables can be sent"
    elif len(orjson.dumps(send)) > _MOST_SEND:
        yield f"more than {_MOST_SEND} bytes"


def _plain(value: Any, depth: int) -> bool:
    if depth == 0 or value is None:
        return False
    if isinstance(value, dict):
        return all(_plain(member, depth - 1) for member in value.values())
    if isinstance(value, list):
        return all(_plain(member, depth - 1) for member in value)
    if isinstance(value, float):
        # TOML knows nan and inf; JSON does not.
        return isfinite(value)
    return isinstance(value, str) or (isinstance(value, int) and -(2**63) <= value < 2**64)
