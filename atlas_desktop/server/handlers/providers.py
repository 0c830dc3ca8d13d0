"""The provider table: listed, written, tried; and what the router makes of it."""

import errno
from typing import Any, Final

import orjson

from atlas_desktop.contract.delivery import Tier
from atlas_desktop.contract.providers import (
    ModelSpec,
    ProviderKey,
    ProviderSpec,
    ProviderStatus,
    ProviderTableWrite,
    ProviderTry,
)
from atlas_desktop.domain.routing.model import TIERS, NoVariantError
from atlas_desktop.domain.routing.model import Asked as RouteAsked
from atlas_desktop.domain.routing.route import route
from atlas_desktop.domain.routing.trace import explain
from atlas_desktop.server.answers import Answered, Streamed, answer, moment
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas, Handler
from atlas_desktop.server.gateway.providers.book import ProviderBook, endpoint_of, usable
from atlas_desktop.server.gateway.providers.file import BusyError, ChangedError
from atlas_desktop.server.gateway.providers.keys import LONGEST, sendable
from atlas_desktop.server.gateway.providers.presets import PRESETS
from atlas_desktop.server.gateway.providers.rules import Fault, faults
from atlas_desktop.server.gateway.providers.trying import attempt
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.refusals import Refusal, conflict, forbidden, not_found, unprocessable
from atlas_desktop.server.storage import operations

_MOST_DETAILS: Final = 50
_KEY_FORM: Final = f"a key is 1 to {LONGEST} visible ASCII characters"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """The table and how its providers stand; where they are, only for whoever runs the server."""
    _whole_organization(asked)
    await atlas.gateway.book.check()
    return answer(_table(atlas.gateway.book, operator=asked.scope.operator))


async def replace(atlas: Atlas, asked: Asked) -> Answered:
    """Write the whole table."""
    _operator(asked)
    book = atlas.gateway.book
    body: ProviderTableWrite = asked.body
    if book.path is None:
        raise conflict("no_table_file", "say where the table is to be kept: set ATLAS_PROVIDERS to its path")
    _check(body.providers)
    try:
        await book.write(body.providers, body.revision)
    except ChangedError:
        message = "the table was changed meanwhile, perhaps by hand: fetch it again"
        raise conflict("providers_changed", message) from None
    except BusyError:
        raise conflict("providers_busy", "another program is writing the table: try again") from None
    except OSError as error:
        if error.errno in _FULL:
            raise
        why = f"the table could not be written ({(error.strerror or type(error).__name__).lower()}): it is as it was"
        raise Refusal(500, "internal_error", "table_not_written", why) from None
    return answer(_table(book, operator=True))


async def presets(_atlas: Atlas, asked: Asked) -> Answered:
    """How known upstreams are set up."""
    _whole_organization(asked)
    return answer(
        {"object": "list", "data": [preset.model_dump(mode="json") for preset in PRESETS], "has_more": False}
    )


async def key(atlas: Atlas, asked: Asked) -> Answered:
    """Take a key for a provider, into memory."""
    _operator(asked)
    name = asked.path["provider"]
    body: ProviderKey = asked.body
    book = atlas.gateway.book
    if body.key is not None and not sendable(body.key.reveal()):
        raise unprocessable("invalid_key", _KEY_FORM, param="key")
    await book.give_key(name, None if body.key is None else body.key.reveal())
    known = {provider.name: provider for provider in book.in_force.providers}
    if name in known:
        status = _status(book, known[name])
    else:
        # It may come before its provider: the table is a file of its own.
        status = ProviderStatus(key="missing" if body.key is None else "present", usable=False)
    return answer({"object": "provider.key", "name": name, "status": status.model_dump(mode="json")})


async def attempting(atlas: Atlas, asked: Asked) -> Answered:
    """Ask one tiny completion of a provider."""
    _operator(asked)
    if (before := await atlas.replayed(asked)) is not None:
        return before
    book = atlas.gateway.book
    body: ProviderTry = asked.body
    provider = _to_try(book, body)
    model = _model_to_try(provider, body)
    given = body.key.reveal() if body.key is not None else book.key_for(provider)
    if given is not None and not sendable(given):
        raise unprocessable("invalid_key", _KEY_FORM, param="key")
    trial = await attempt(atlas.gateway.upstream, provider, model, endpoint_of(provider, given))
    done = answer(trial.model_dump(mode="json"))
    await atlas.keep_first(asked, done)
    return done


async def routing(atlas: Atlas, asked: Asked) -> Answered:
    """What would answer the next call of an operation, for each tier."""
    _whole_organization(asked)
    name = asked.path["operation"]
    found = await atlas.storage.read(asked.scope, lambda tenant: operations.get(tenant, name))
    standing = await atlas.gateway.standings.of(asked.scope, found["key"])
    tiers = [_tier(atlas, standing, tier) for tier in reversed(TIERS)]
    return answer(
        {"object": "routing", "operation_id": found["key"], "tiers": tiers, "history": _history(standing)}
    )


def forgetting(handler: Handler) -> Handler:
    """A handler after which gates or evaluators may be others: the next call must see it."""

    async def changing(atlas: Atlas, asked: Asked) -> Answered | Streamed:
        try:
            return await handler(atlas, asked)
        finally:
            atlas.gateway.standings.forget(asked.scope)

    return changing


def _tier(atlas: Atlas, standing: Standing, tier: Tier) -> dict[str, Any]:
    book = atlas.gateway.book
    now = atlas.config.clock.now().timestamp()
    try:
        decision = route(RouteAsked(tier=tier), book.table, standing.history, now, down=book.down)
    except NoVariantError as error:
        return {"tier": tier, "decision": None, "refusal": {"code": error.code, "message": error.message}}
    return {"tier": tier, "decision": explain(decision), "refusal": None}


def _history(standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            **variant._asdict(),
            "state": track.state,
            "samples": track.samples,
            "means": dict(track.means),
            "since": _moment(track.since),
            "probe_at": _moment(track.probe_at),
            "probes": track.probes,
        }
        for variant, track in sorted(standing.history.tracks.items())
    ]


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else moment(int(seconds * 1000))


def _table(book: ProviderBook, *, operator: bool) -> dict[str, Any]:
    now = book.in_force
    error = None if now.error is None else {"message": now.error.message, "line": now.error.line}
    return {
        "object": "provider.table",
        "path": str(book.path) if operator and book.path is not None else None,
        "revision": now.revision,
        "writable": operator and book.path is not None,
        "error": error if operator else None,
        "data": [_provider(book, provider, operator=operator) for provider in now.providers],
    }


def _provider(book: ProviderBook, provider: ProviderSpec, *, operator: bool) -> dict[str, Any]:
    kept = book.in_force.listed
    fields, models = kept.get((provider.name, operator)) or (None, None)
    if fields is None or models is None:
        # Thousands of models take 100 ms to be listed, and anybody may ask for the list.
        fields, models = kept[provider.name, operator] = _listed(provider, operator=operator)
    status = _status(book, provider)
    if not operator:
        status = status.model_copy(update={"last_error": None, "key_from": None})
    return fields | {"models": orjson.Fragment(models), "status": status.model_dump(mode="json")}


def _listed(provider: ProviderSpec, *, operator: bool) -> tuple[dict[str, Any], bytes]:
    fields = provider.model_dump(mode="json") | {"object": "provider"}
    models = fields.pop("models")
    if not operator:
        # Where a server's providers are, and what else they are sent, is its operator's business.
        fields |= {"base_url": "", "key": None}
        models = [model | {"send": {}} for model in models]
    return fields, orjson.dumps(models)


def _status(book: ProviderBook, provider: ProviderSpec) -> ProviderStatus:
    found = book.in_force.keys.get(provider.name)
    health = book.health.of(provider.name)
    error = None
    if health.error is not None and health.error_at is not None:
        error = {"message": health.error, "at": health.error_at}
    missing = "not_needed" if provider.key is None else "missing"
    return ProviderStatus.model_validate(
        {
            "key": missing if found is None else "present",
            "key_from": None if found is None else found.source,
            "usable": usable(provider, book.in_force.keys),
            "failing": provider.name in book.down,
            "last_error": error,
            "last_worked_at": health.worked_at,
        }
    )


def _check(providers: list[ProviderSpec]) -> None:
    found: list[Fault] = list(faults(providers))
    if found:
        details = [
            {"loc": ["body", *str(fault.place).split(".")], "message": fault.message}
            for fault in found[:_MOST_DETAILS]
        ]
        place = str(found[0].place)
        message = f"{place}: {found[0].message}" if place else found[0].message
        raise unprocessable("invalid_table", message, param=place or None, details=details)


def _to_try(book: ProviderBook, body: ProviderTry) -> ProviderSpec:
    if (body.name is None) == (body.provider is None):
        raise unprocessable("invalid_field", "give name or provider, one of them", param="provider")
    if body.provider is not None:
        _check([body.provider])
        return body.provider
    for provider in book.in_force.providers:
        if provider.name == body.name:
            return provider
    raise not_found("provider")


def _model_to_try(provider: ProviderSpec, body: ProviderTry) -> ModelSpec:
    listed = [model for model in provider.models if body.model in (None, model.id)]
    if listed:
        return next((model for model in listed if model.kind == "chat"), listed[0])
    if body.model is None:
        raise unprocessable("invalid_field", "the provider has no model: name one to try", param="model")
    return ModelSpec(id=body.model)


def _operator(asked: Asked) -> None:
    if not asked.scope.operator:
        raise forbidden(
            "operator_required",
            "only the app of this computer may do this: elsewhere, whoever runs the server writes providers.toml",
        )


def _whole_organization(asked: Asked) -> None:
    if asked.scope.customer is not None:
        raise forbidden(
            "organization_key_required", "a key narrowed to one customer does not see who serves the models"
        )
