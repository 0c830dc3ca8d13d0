"""Two organizations at one gateway: every route with every id of the other, made from the table of routes."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.contract.route import Route
from atlas_desktop.contract.routes import ROUTES
from tests.server.gateway.estate import BAD, OLD, OPERATION, Estate, estate
from tests.server.gateway.house import events_of
from tests.server.talk import ALICE, NARROW, OTHER

_SAY = [{"role": "user", "content": "hello"}]
BODIES: dict[str, Any] = {
    "chat.completions.create": {"model": OLD, "messages": _SAY, "metadata": {"operation_id": "{id}"}},
    "embeddings.create": {"model": "{id}", "input": "hello"},
    "releases.create": {"operation_id": "{id}", "model": OLD},
    "refunds.overturn": {"reason": "because"},
    "feedback.create": {"call_id": "{id}", "rating": "thumbs_up"},
    "feedback.batch": {"items": [{"call_id": "{id}", "rating": "thumbs_up"}]},
    "operations.update": {"name": "renamed"},
    "evaluators.update": {"name": "renamed"},
    "evaluators.score": {"output": "a"},
    "datasets.items.update": {"weight": 2},
    "datasets.items.add": [{"source_call_id": "{id}"}],
    "evaluations.create": {"dataset_id": "{id}", "evaluator_ids": ["{id}"]},
}
_MAKES = frozenset({"chat.completions.create", "embeddings.create", "datasets.create", "operations.create"})
"""What these name need not be there: they make it, or ask the provider table, which is the server's."""
_UNKNOWN = "chatcmpl-00000000000000000000000000"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Estate]:
    async with estate(tmp_path) as found:
        await found.define()
        yield found


async def _lived_in(here: Estate) -> set[str]:
    """Everything a gateway makes, of the first organization: the ids of all of it."""
    await here.ask("first")
    here.stub.default = BAD
    refunded = (await here.ask("second")).json()["id"]
    streamed = await here.ask("third", stream=True)
    waiting = (await here.ask("fourth", tier="batch")).json()["id"]
    release = await here.release()

    async def decided() -> Any:
        rows = (await here.get("/refunds")).json()["data"]
        return rows or None

    await here.soon(decided)
    ids = {refunded, waiting, release, OPERATION, "ev_good", events_of(streamed.content)[0]["id"]}
    ids |= {call["id"] for call in await here.calls()}
    return ids | {row["id"] for row in (await here.get("/operations")).json()["data"]}


def _filled(value: Any, found: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(member, found) for name, member in value.items()}
    if isinstance(value, list):
        return [_filled(member, found) for member in value]
    return value.replace("{id}", found) if isinstance(value, str) else value


def _takes_id(route: Route) -> bool:
    return "{" in route.path or "{id}" in str(BODIES.get(route.name))


async def _asked(here: Estate, route: Route, found: str, key: Any) -> tuple[int, bytes]:
    response = await here.client.request(
        route.method,
        re.sub(r"{\w+}", found, route.path),
        headers={"authorization": f"Bearer {key.key}"},
        json=_filled(BODIES[route.name], found) if route.name in BODIES else None,
    )
    return response.status_code, response.content.replace(found.encode(), b"ID")


ROUTES_WITH_IDS = [route for route in ROUTES if _takes_id(route) and route.name not in _MAKES]


async def test_every_route_with_every_foreign_id_is_as_if_it_were_not(here: Estate) -> None:
    ids = await _lived_in(here)
    assert len(ids) >= 8
    assert {"releases.advance", "refunds.overturn", "chat.completions.get", "operations.routing"} <= {
        route.name for route in ROUTES_WITH_IDS
    }
    for route in ROUTES_WITH_IDS:
        nothing = await _asked(here, route, _UNKNOWN, OTHER)
        assert nothing[0] not in (200, 202) or route.name == "feedback.batch", (route.name, nothing)
        for found in ids:
            assert await _asked(here, route, found, OTHER) == nothing, (route.name, found)


async def test_nothing_is_listed_counted_or_billed_across(here: Estate) -> None:
    await _lived_in(here)
    for path in ("/calls", "/refunds", "/releases", "/operations", "/evaluators", "/feedback", "/usage"):
        assert (await here.get(path)).json()["data"] or path == "/feedback", path
        assert (await here.get(path, OTHER)).json()["data"] == [], path
    assert (await here.get("/calls/changes", OTHER)).json()["data"] == []
    report = await here.get("/analytics/quantization", OTHER)
    assert report.json()["data"] == []


async def test_an_answer_is_never_taken_from_the_record_of_somebody_else(here: Estate) -> None:
    """Same question, same model, same parameters: the organizations and the customers ask the provider each."""
    asked = {"model": OLD, "temperature": 0}
    for key in (ALICE, OTHER):
        defined = await here.post("/operations", {"key": "cached", "cache": True}, key)
        assert defined.status_code == 200, defined.text
    seen = []
    for key in (ALICE, ALICE, OTHER, NARROW, OTHER):
        answer = await here.ask("the same", key, metadata={"operation_id": "cached"}, **asked)
        assert answer.status_code == 200, answer.text
        seen.append(here.asked(OLD))
        assert (await here.get("/calls", key)).status_code == 200
    assert seen == [1, 1, 2, 3, 3]


async def test_history_is_of_one_organization(here: Estate) -> None:
    """Bad answers of one quarantine nothing for the other: the routing of the same key says the same as before."""
    assert (await here.post("/operations", {"key": OPERATION}, OTHER)).status_code == 200
    before = (await here.get(f"/operations/{OPERATION}/routing", OTHER)).json()
    await _lived_in(here)
    after = (await here.get(f"/operations/{OPERATION}/routing", OTHER)).json()
    assert after == before
    assert after["history"] == []
    assert (await here.get(f"/operations/{OPERATION}/routing")).json()["history"]
