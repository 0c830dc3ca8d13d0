"""The OpenAPI 3.1 document, generated from the contract's route table and its models."""

import re
from functools import lru_cache
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from atlas_desktop import __version__
from atlas_desktop.contract.capabilities import HEADER_IDEMPOTENCY, Health
from atlas_desktop.contract.errors import ErrorBody, ShipGatesUnmet
from atlas_desktop.contract.limits import API_BASE
from atlas_desktop.contract.route import Route
from atlas_desktop.contract.routes import ROUTES

Json = dict[str, Any]

_REFUSALS: Final = {
    400: "The request could not be read",
    401: "No key, or one that is unknown or revoked",
    403: "This key, or a web page, may not do that",
    404: "There is no such thing for this key",
    409: "Against the state of things",
    413: "The body is larger than 16 MiB",
    415: "The body has another content type",
    421: "The Host is not this server's",
    422: "A field, a parameter or a text is not allowed",
    429: "Too many requests with this key",
    500: "The server failed",
    502: "The provider failed, or refused our key",
    503: "No provider is set up that could answer",
    504: "The provider took too long",
}
_ALWAYS: Final = (401, 403, 421, 422, 429, 500)
_UPSTREAM: Final = (400, 404, 502, 503, 504)
_MORE: Final[dict[str, tuple[int, ...]]] = {
    "evaluations.create": (503,),
    "chat.completions.create": _UPSTREAM,
    "chat.completions.get": _UPSTREAM,
    "embeddings.create": _UPSTREAM,
    "providers.try": _UPSTREAM,
    "releases.create": (503,),
}
"""What else some answer when a provider is asked, or there is none."""
_GATED: Final = ("datasets.promote", "releases.advance")
"""Those that ship gates refuse, in the seeds' form."""
_LATER: Final = ("chat.completions.create", "chat.completions.get")
"""Those that answer 202 while a call of tier batch waits."""
_PARAMETER: Final = re.compile(r"{(\w+)}")
_HEADERS: Final = {
    "x-request-id": {"schema": {"type": "string"}, "description": "Names this request in the server's log"}
}


@lru_cache(maxsize=1)
def document() -> bytes:
    """The document as JSON."""
    schemas, components = _schemas()
    paths: Json = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    paths["/openapi.json"] = {"get": _describe("openapi.get", "This document", {"type": "object"})}
    health = _describe("health.get", "Whether the server is up", schemas["Health"])
    health |= {"security": [], "parameters": [_parameter("nonce", {"type": "string", "maxLength": 256})]}
    health["responses"] = {code: health["responses"][code] for code in ("200", "403", "421", "422", "500")}
    paths["/healthz"] = {"servers": [{"url": "/"}], "get": health}
    return orjson.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Atlas", "version": __version__, "license": {"name": "Apache-2.0"}},
            "servers": [{"url": API_BASE}],
            "security": [{"key": []}],
            "paths": paths,
            "components": {
                "schemas": components,
                "responses": {f"Refused{status}": _refused(text) for status, text in _REFUSALS.items()},
                "securitySchemes": {
                    "key": {"type": "http", "scheme": "bearer", "description": "nm_live_<prefix>_<random>"}
                },
            },
        }
    )


def _schemas() -> tuple[dict[str, Json], Json]:
    """Schemas by ``"<route> answer"``, ``"<route> body"`` and so on, and what they refer to."""
    wanted: dict[str, Any] = {"ErrorBody": ErrorBody, "Health": Health, "ShipGatesUnmet": ShipGatesUnmet}
    for route in ROUTES:
        wanted[f"{route.name} answer"] = route.answer
        if route.body is not None:
            wanted[f"{route.name} body"] = route.body
    inputs: list[Any] = [(name, "validation", TypeAdapter(model)) for name, model in wanted.items()]
    found, rest = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    return {name: schema for (name, _), schema in found.items()}, rest["$defs"]


def _operation(route: Route, schemas: dict[str, Json]) -> Json:
    operation = _describe(route.name, route.summary, schemas[f"{route.name} answer"], route.answers)
    names = _PARAMETER.findall(route.path)
    parameters = [_parameter(name, {"type": "string", "minLength": 1}, where="path") for name in names]
    parameters += _query_parameters(route)
    refusals = [*_ALWAYS]
    if names or route.path.startswith("/feedback"):
        refusals.append(404)
    if route.method != "GET":
        refusals += [400, 404, 409, 413, 415]
    if not route.bodiless:
        content = schemas[f"{route.name} body"] if route.body is not None else {"type": "string"}
        required = not route.lenient_body
        operation["requestBody"] = {"required": required, "content": {route.media: {"schema": content}}}
    refusals += _MORE.get(route.name, ())
    if route.method == "POST":
        token = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        parameters.append(_parameter(HEADER_IDEMPOTENCY, token, where="header"))
    operation["parameters"] = parameters
    operation["responses"] |= _responses(refusals)
    if route.name in _LATER:
        waiting = operation["responses"]["200"] | {"description": "It waits for its turn: fetch it by its id"}
        operation["responses"]["202"] = waiting
    if route.name in _GATED:
        either = {"anyOf": [{"$ref": "#/components/schemas/ErrorBody"}, schemas["ShipGatesUnmet"]]}
        operation["responses"]["400"] = _refused(
            "A ship gate does not hold, or the request is no JSON", either
        )
    return operation


def _describe(name: str, summary: str, answer: Json, media: str = "application/json") -> Json:
    limits = {
        f"x-ratelimit-{part}": {"schema": {"type": "string"}} for part in ("limit", "remaining", "reset")
    }
    done = {
        "description": summary,
        "headers": _HEADERS | limits,
        "content": {media: {"schema": answer}},
    }
    return {"operationId": name, "summary": summary, "responses": {"200": done, **_responses(_ALWAYS)}}


def _responses(statuses: Any) -> Json:
    return {
        str(status): {"$ref": f"#/components/responses/Refused{status}"} for status in sorted(set(statuses))
    }


def _refused(text: str, schema: Json | None = None) -> Json:
    said = schema or {"$ref": "#/components/schemas/ErrorBody"}
    return {"description": text, "headers": _HEADERS, "content": {"application/json": {"schema": said}}}


def _query_parameters(route: Route) -> list[Json]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema()
    return [_parameter(name, _without_null(part)) for name, part in schema["properties"].items()]


def _without_null(schema: Json) -> Json:
    """A query parameter is there or not; it cannot be null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "title")}
    if kept.get("default", 0) is None:
        del kept["default"]
    return kept | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def _parameter(name: str, schema: Json, *, where: str = "query") -> Json:
    parameter: Json = {"name": name, "in": where, "schema": schema}
    return parameter | {"required": True} if where == "path" else parameter
