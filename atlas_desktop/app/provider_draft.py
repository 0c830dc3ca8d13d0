"""A provider as it is typed: what was written, what is wrong with it, and the table's entry that it makes. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from atlas_desktop.app.provider_keys import entry_for
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.providers import ListedModel, ModelSpec, PresetProvider, Provider, ProviderSpec
from atlas_desktop.wording import number, tr

KeyWay = Literal["keyring", "env", "none"]
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_QUANTIZATION: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}")
_MODEL: Final = re.compile(r"[!-~]{1,200}")
_MOST_DOLLARS: Final = 1_000_000.0
_TIERS: Final = ("realtime", "standard", "batch")
_SHOWN: Final = frozenset(
    {
        "id",
        "model",
        "quantization",
        "open_weight",
        "prompt_usd",
        "completion_usd",
        "tiers",
        "frontier",
        "vetted",
    }
)
"""Fields of a model that the form shows; the others of a file are kept as they are."""


class ModelDraft(BaseModel):
    """One model. Prices are as typed, in US dollars for a million tokens; ``tiers`` empty: as the precision says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    model: str = ""
    quantization: str = "undisclosed"
    open_weight: bool = False
    prompt: str = ""
    completion: str = ""
    tiers: tuple[str, ...] = ()
    frontier: bool = False
    vetted: bool = False
    rest: dict[str, Json] = {}


class ProviderDraft(BaseModel):
    """One provider. ``key_entry`` is where the keyring keeps the key, ``variable`` the environment's name of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    title: str = ""
    base_url: str = ""
    key_way: KeyWay = "none"
    key_entry: str = ""
    variable: str = ""
    served_by: Literal["provider", "atlas_network"] = "provider"
    enabled: bool = True
    models: tuple[ModelDraft, ...] = ()
    rest: dict[str, Json] = {}


Faults = Mapping[str, str]
"""By field: ``name``, ``base_url``, ``variable``, ``models``, or ``models.2.prompt``."""


def draft_of(provider: Provider | PresetProvider) -> ProviderDraft:
    """As it stands in the table, or as a preset fills it in."""
    key = provider.key
    way: KeyWay = (
        "env" if key is not None and key.env else "keyring" if key is not None and key.keyring else "none"
    )
    return ProviderDraft(
        name=provider.name,
        title=provider.title or "",
        base_url=provider.base_url,
        key_way=way,
        key_entry=(key.keyring if key is not None else None) or "",
        variable=(key.env if key is not None else None) or "",
        served_by=provider.served_by,
        enabled=provider.enabled,
        models=tuple(_model_draft(each) for each in provider.models),
        rest=provider.model_dump(
            mode="json",
            include={"preset", "pins", "connect_seconds", "first_byte_seconds", "total_seconds"},
            exclude_none=True,
        ),
    )


def _model_draft(listed: ListedModel) -> ModelDraft:
    known = set(ListedModel.model_fields)
    return ModelDraft(
        id=listed.id,
        model=listed.model or "",
        quantization=listed.quantization,
        open_weight=listed.open_weight,
        prompt=_dollars(listed.prompt_usd),
        completion=_dollars(listed.completion_usd),
        tiers=tuple(listed.tiers or ()),
        frontier=listed.frontier,
        vetted=listed.vetted,
        rest=listed.model_dump(mode="json", include=known - _SHOWN, exclude_none=True, exclude_defaults=True),
    )


def draft_from(text: str) -> ProviderDraft | None:
    """What was typed, from where it was kept; None when that cannot be read any more."""
    try:
        return ProviderDraft.model_validate_json(text)
    except ValidationError:
        return None


def spec_of(draft: ProviderDraft) -> ProviderSpec:
    """The entry of the table. Raises ValueError where `faults_of` finds any."""
    return ProviderSpec.model_validate(_fields(draft))


def spec_again(provider: Provider) -> ProviderSpec:
    """An entry that is not touched, as it is written back: nothing of the file is lost."""
    fields = provider.model_dump(
        mode="json", include=set(ProviderSpec.model_fields) - {"models"}, exclude_unset=True
    )
    known = set(ModelSpec.model_fields)
    models = [each.model_dump(mode="json", include=known, exclude_unset=True) for each in provider.models]
    return ProviderSpec.model_validate({**fields, "models": models})


def faults_of(draft: ProviderDraft, others: Sequence[str] = ()) -> Faults:
    """What has to be put right, in words. ``others`` are the names of the other providers."""
    found: dict[str, str] = {}
    if not _NAME.fullmatch(draft.name):
        found["name"] = tr("Lower-case letters, digits, - and _, such as openai.")
    elif draft.name in others:
        found["name"] = tr("Another provider has this name.")
    if (words := _address_fault(draft.base_url)) is not None:
        found["base_url"] = words
    if draft.key_way == "env" and not _VARIABLE.fullmatch(draft.variable):
        found["variable"] = tr("The name of an environment variable, such as OPENAI_API_KEY.")
    if not draft.models:
        found["models"] = tr("Add at least one model.")
    for place, model in enumerate(draft.models):
        found.update({f"models.{place}.{field}": said for field, said in _model_faults(model).items()})
    return found or _unforeseen(draft)


def _model_faults(model: ModelDraft) -> dict[str, str]:
    found: dict[str, str] = {}
    if not _MODEL.fullmatch(model.id):
        found["id"] = tr("What the provider calls the model, without blanks.")
    if model.model and not _MODEL.fullmatch(model.model):
        found["model"] = tr("A name without blanks, such as meta/llama-3.1-8b.")
    if not _QUANTIZATION.fullmatch(model.quantization):
        found["quantization"] = tr("full, q8, q4, undisclosed, or another word.")
    for field, text in (("prompt", model.prompt), ("completion", model.completion)):
        if price_of(text) is None:
            found[field] = tr("US dollars for a million tokens, such as 0.15.")
    return found


def _unforeseen(draft: ProviderDraft) -> dict[str, str]:
    """What the contract refuses beyond that: of a field that is only in the file."""
    try:
        spec_of(draft)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return {"models" if first["loc"][:1] == ("models",) else "base_url": first["msg"]}
    return {}


def _address_fault(text: str) -> str | None:
    words = tr("An address such as https://api.openai.com/v1.")
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises for one that is none
    except ValueError:
        return words
    if parts.scheme not in ("http", "https") or not parts.hostname or any(ord(each) < 33 for each in text):
        return words
    if parts.username or parts.password or parts.query or parts.fragment:
        return tr("An address without a name, a key, ? or # in it.")
    return None


def price_of(text: str) -> float | None:
    """Dollars as typed, with a point or a comma; nothing typed is nothing paid. None when it is no price."""
    words = text.strip().removeprefix("$").replace(",", ".")
    if not words:
        return 0.0
    try:
        value = float(words)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= _MOST_DOLLARS else None


def host_of(base_url: str) -> str:
    """The host and port of an address, as far as it is one."""
    try:
        return urlsplit(base_url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _dollars(value: float) -> str:
    if not value:
        return ""
    whole, _, part = f"{value:.6f}".rstrip("0").partition(".")
    # No groups: `price_of` takes a comma for the point.
    return f"{whole}{number(0.5, 1)[1]}{part}" if part else whole


def _fields(draft: ProviderDraft) -> dict[str, Any]:
    made: dict[str, Any] = {
        **draft.rest,
        "name": draft.name,
        "base_url": draft.base_url,
        "served_by": draft.served_by,
        "enabled": draft.enabled,
        "models": [_model_fields(each) for each in draft.models],
    }
    if draft.title:
        made["title"] = draft.title
    if draft.key_way == "env":
        made["key"] = {"env": draft.variable}
    elif draft.key_way == "keyring":
        made["key"] = {"keyring": draft.key_entry or entry_for(draft.name)}
    return made


def _model_fields(model: ModelDraft) -> dict[str, Any]:
    made: dict[str, Any] = {
        **model.rest,
        "id": model.id,
        "quantization": model.quantization,
        "open_weight": model.open_weight,
        "prompt_usd": price_of(model.prompt),
        "completion_usd": price_of(model.completion),
        "frontier": model.frontier,
        "vetted": model.vetted,
    }
    if model.model:
        made["model"] = model.model
    if model.tiers:
        made["tiers"] = [tier for tier in _TIERS if tier in model.tiers]
    return made
