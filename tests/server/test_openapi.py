"""The OpenAPI document, and a server that keeps to it whatever is sent (schemathesis)."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi import checks

from atlas_desktop.contract.routes import ROUTES
from atlas_desktop.server.config import RateLimit
from atlas_desktop.server.openapi import document
from tests.server.talk import ALICE, Talk, call_line, talking

EXAMPLES = 2000 if os.environ.get("ATLAS_LONG") else 16


def test_it_is_openapi_and_names_every_route(talk: Talk) -> None:
    answer = talk.get("/openapi.json")
    described = answer.json()
    assert answer.content == document()
    found = {
        (method, path)
        for path, item in described["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch", "delete")
    }
    routes = {(route.method.lower(), route.path) for route in ROUTES}
    assert found == routes | {("get", "/openapi.json"), ("get", "/healthz")}
    ids = [
        item[method]["operationId"]
        for item in described["paths"].values()
        for method in item
        if method != "servers"
    ]
    assert len(set(ids)) == len(ids)
    assert described["openapi"] == "3.1.0"
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_every_schema_in_it_is_one() -> None:
    described = orjson.loads(document())
    for name, schema in described["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        ), name
    for pointer in _references(described):
        target: Any = described
        for part in pointer.removeprefix("#/").split("/"):
            target = target[part]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from _references(member)
    elif isinstance(value, list):
        for member in value:
            yield from _references(member)


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context: Any, value: Any) -> bytes:
    """Whatever text is generated, and often lines that are almost right."""
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")


SCHEMA = schemathesis.openapi.from_dict(orjson.loads(document()))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Talk]:
    path = tmp_path_factory.mktemp("fuzzed") / "a.db"
    with talking(path, template, rate=RateLimit(burst=10**9)) as talk:
        talk.lines([call_line(n, operation="greet", rating="thumbs_up") for n in range(5)])
        talk.post("/evaluators", {"id": "ev_known", "kind": "regex", "config": {"pattern": "a"}})
        dataset = talk.post("/datasets", {"operation_id": "greet", "name": "known"}).json()["id"]
        talk.post(f"/datasets/{dataset}/items", [{"source_call_id": name} for name in talk.call_ids()])
        talk.post("/evaluations", {"dataset_id": dataset, "evaluator_ids": ["ev_known"]})
        yield talk


def _an_id(talk: Talk, name: str) -> str:
    """An id there is now; of an item, one of the newest dataset."""
    if name == "call_id":
        return talk.call_ids()[0]
    newest: str = talk.get("/datasets").json()["data"][0]["id"]
    lists = {"item": f"/datasets/{newest}/items", "training": f"/datasets/{newest}/training"}
    found = talk.get(lists.get(name, f"/{name}s")).json().get("data") or [{"id": "x"}]
    return str(found[0]["id"])


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not os.environ.get("ATLAS_LONG"),
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_whatever_is_sent_is_answered_as_described(case: Any, fuzzed: Talk) -> None:
    if case.path_parameters and len(str(case.path_parameters)) % 3 == 0:
        # Ids are never guessed: now and then an existing one makes the request go deeper.
        known = {"operation": "greet", "evaluator": "ev_known"}
        case.path_parameters = {
            name: known.get(name) or _an_id(fuzzed, name) for name in case.path_parameters
        }
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://127.0.0.1:8400/v1")).prepare()
    headers = {
        name: value if isinstance(value, bytes) else value.encode("latin-1")
        for name, value in {**prepared.headers, "Authorization": f"Bearer {ALICE.key}"}.items()
    }
    target = (prepared.url or "").removeprefix("http://127.0.0.1:8400").removeprefix("/v1")
    response = fuzzed(case.method, target, key=None, headers=headers, content=prepared.body)
    # No provider is set up here: to say so with a 503 is no failure of the server.
    unprovided = response.status_code == 503 and response.json()["error"]["code"] == "no_provider"
    case.validate_response(response, checks=CHECKS[1:] if unprovided else CHECKS)
