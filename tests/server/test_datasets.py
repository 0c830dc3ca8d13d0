"""Datasets: started, listed, branched; who may; and what a request that is repeated does."""

from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.errors import ErrorBody
from atlas_desktop.server.storage.loop_tables import dataset
from tests.server.talk import NARROW, OTHER, Talk, call_line, error_of

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


def made(talk: Talk, **more: Any) -> dict[str, Any]:
    """A draft for the operation ``greet``."""
    response = talk.post("/datasets", {"operation_id": "greet", "name": "Greetings", **more})
    assert response.status_code == 200, response.text
    whole: dict[str, Any] = response.json()
    Dataset.model_validate(whole)
    return whole


def golden(talk: Talk, name: str) -> None:
    """Make a dataset golden past the gates, which are not the subject here."""
    storage = talk.app.state.atlas.storage
    scope = storage.registry._static[0].scope

    def promote(tenant: Any) -> None:
        row = sa.update(dataset).where(tenant.mine(dataset), dataset.c.id == name)
        tenant.run(row.values(status="golden", version=dataset.c.version + 1, promoted_ms=tenant.now_ms))

    talk.runner.run(storage.write(scope, promote))


def test_a_draft_begins_empty(five: Talk) -> None:
    draft = made(five)
    assert (draft["status"], draft["version"], draft["revision"], draft["item_count"]) == ("draft", 1, 0, 0)
    assert (draft["operation_id"], draft["schema_version"]) == ("greet", "1")
    assert (draft["branched_from"], draft["promoted_at"]) == (None, None)
    assert five.get(f"/datasets/{draft['id']}").json() == draft
    assert five.get(f"/datasets/{draft['id']}/items").json()["data"] == []


def test_the_operations_current_version_is_the_default(talk: Talk) -> None:
    talk.post("/operations", {"key": "greet", "output_schema": SCHEMA, "schema_version": "2026-01"})
    assert made(talk)["schema_version"] == "2026-01"
    change = {"output_schema": {"type": "object"}, "schema_version": "2026-02"}
    talk("PATCH", "/operations/greet", json=change)
    assert made(talk)["schema_version"] == "2026-02"
    assert made(talk, schema_version="2026-01")["schema_version"] == "2026-01"
    unknown = talk.post("/datasets", {"operation_id": "greet", "name": "x", "schema_version": "9"})
    assert error_of(unknown) == (422, "invalid_request_error", "unknown_schema_version")


def test_an_operation_that_was_only_seen_has_any_version(five: Talk) -> None:
    assert made(five, schema_version="7")["schema_version"] == "7"


def test_an_operation_may_be_named_by_its_id(five: Talk) -> None:
    operation = five.get("/operations/greet").json()
    assert made(five, operation_id=operation["id"])["operation_id"] == "greet"


def test_what_names_nothing_is_refused(five: Talk) -> None:
    unknown = five.post("/datasets", {"operation_id": "nothing", "name": "x"})
    assert error_of(unknown) == (422, "invalid_request_error", "unknown_operation")
    for body in ({"operation_id": "greet"}, {"operation_id": "greet", "name": ""}, {"name": "x"}):
        assert error_of(five.post("/datasets", body))[2] == "invalid_field"
    for target in ("", "/items", "/branch"):
        method = "POST" if target == "/branch" else "GET"
        assert error_of(five(method, f"/datasets/ds_nothing{target}"))[2] == "dataset_not_found"


def test_the_list_is_newest_first_by_operation_and_status(five: Talk) -> None:
    names = [made(five, name=f"number {n}", operation_id=("greet", "part")[n % 2])["id"] for n in range(7)]
    golden(five, names[2])

    def listed(query: str) -> list[str]:
        found: list[str] = []
        cursor = ""
        while True:
            page = five.get(f"/datasets?limit=2{query}{cursor}").json()
            assert len(page["data"]) <= 2
            found += [item["id"] for item in page["data"]]
            if not page["has_more"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    assert listed("") == names[::-1]
    assert listed("&operation_id=part") == names[1::2][::-1]
    assert listed("&status=golden") == [names[2]]
    assert listed("&status=draft&operation_id=greet") == [names[6], names[4], names[0]]
    assert listed("&operation_id=nothing") == []
    assert error_of(five.get("/datasets?status=shiny"))[0] == 422


def test_a_branch_is_a_draft_with_the_same_items(five: Talk) -> None:
    first = made(five)["id"]
    calls = five.call_ids()[:3]
    five.post(
        f"/datasets/{first}/items", [{"source_call_id": name, "expected_output": "x"} for name in calls]
    )
    golden(five, first)
    before = five.get(f"/datasets/{first}").json()
    branch = five.post(f"/datasets/{first}/branch", {"name": "again"}).json()
    same = ("operation_id", "schema_version", "version", "item_count", "content_hash", "revision")
    assert {name: branch[name] for name in same} == {name: before[name] for name in same}
    assert (branch["status"], branch["version"], branch["name"]) == ("draft", 2, "again")
    assert (branch["branched_from"], branch["promoted_at"]) == (first, None)
    items = five.get(f"/datasets/{branch['id']}/items").json()["data"]
    assert items == five.get(f"/datasets/{first}/items").json()["data"]
    five("PATCH", f"/datasets/{branch['id']}/items/{items[0]['id']}", json={"expected_output": "y"})
    five("DELETE", f"/datasets/{branch['id']}/items/{items[1]['id']}")
    assert five.get(f"/datasets/{first}").json() == before
    assert five.get(f"/datasets/{first}/items").json()["data"] == items
    # Without a body, and of a draft.
    again = five("POST", f"/datasets/{branch['id']}/branch").json()
    assert (again["name"], again["item_count"], again["branched_from"]) == ("again", 2, branch["id"])


def test_golden_is_immutable(five: Talk) -> None:
    name = made(five)["id"]
    row = {"source_call_id": five.call_ids()[0], "expected_output": "x"}
    item = five.post(f"/datasets/{name}/items", [row]).json()["added"][0]["id"]
    golden(five, name)
    before = (five.get(f"/datasets/{name}").json(), five.get(f"/datasets/{name}/items").json())
    for method, target, body in (
        ("POST", "items", [row]),
        ("PATCH", f"items/{item}", {"weight": 2}),
        ("PATCH", f"items/{item}", {"expected_output": "y"}),
        ("DELETE", f"items/{item}", None),
    ):
        refused = five(method, f"/datasets/{name}/{target}", json=body)
        assert error_of(refused) == (409, "conflict_error", "dataset_not_draft"), target
    assert before == (five.get(f"/datasets/{name}").json(), five.get(f"/datasets/{name}/items").json())


def test_a_narrowed_key_sees_none_and_makes_none(five: Talk) -> None:
    name = made(five, operation_id="part")["id"]
    own = five.call_ids(NARROW)[0]
    item = five.post(f"/datasets/{name}/items", [{"source_call_id": own, "expected_output": "x"}])
    target = f"/datasets/{name}/items/{item.json()['added'][0]['id']}"
    for method, path, body in (
        ("POST", "/datasets", {"operation_id": "part", "name": "x"}),
        ("POST", f"/datasets/{name}/items", [{"source_call_id": own}]),
        ("POST", f"/datasets/{name}/branch", {}),
        ("PATCH", target, {"weight": 2}),
        ("DELETE", target, None),
        ("DELETE", "/datasets/ds_nothing/items/di_nothing", None),
    ):
        refused = error_of(five(method, path, key=NARROW, json=body))
        assert refused == (403, "permission_error", "organization_key_required"), path
    assert five.get("/datasets", key=NARROW).json()["data"] == []
    for path in (f"/datasets/{name}", f"/datasets/{name}/items"):
        assert error_of(five.get(path, key=NARROW))[0] == 404
    assert five.get(f"/datasets/{name}").json()["revision"] == 1


def test_two_organizations_know_nothing_of_each_other(five: Talk) -> None:
    five.lines([call_line(n, operation="greet") for n in range(3)], key=OTHER)
    mine, theirs = made(five)["id"], five.post("/datasets", {"operation_id": "greet", "name": "x"}, key=OTHER)
    foreign = five.call_ids(OTHER)[0]
    refused = five.post(f"/datasets/{mine}/items", [{"source_call_id": foreign, "expected_output": "x"}])
    unknown = five.post(f"/datasets/{mine}/items", [{"source_call_id": "chatcmpl-x", "expected_output": "x"}])
    assert refused.status_code == 422
    assert refused.json() == unknown.json()
    assert [item["id"] for item in five.get("/datasets", key=OTHER).json()["data"]] == [theirs.json()["id"]]
    assert error_of(five.post(f"/datasets/{mine}/branch", {}, key=OTHER))[2] == "dataset_not_found"


@pytest.mark.parametrize("body", [b"", b"{}", b' {"name": "n"} '])
def test_a_branch_takes_no_body_or_a_small_one(five: Talk, body: bytes) -> None:
    name = made(five)["id"]
    headers = {"content-type": "application/json"} if body else {}
    done = five("POST", f"/datasets/{name}/branch", content=body, headers=headers)
    assert done.status_code == 200
    unnamed = five("POST", f"/datasets/{name}/branch", content=b'{"name":"n"}')
    assert unnamed.status_code == 415
    ErrorBody.model_validate(unnamed.json())


def test_a_repeated_request_is_done_once(five: Talk) -> None:
    name = made(five)["id"]
    rows = [{"input": {"messages": [{"role": "user", "content": "a"}]}, "expected_output": "b"}]
    for path, body in (
        ("/datasets", {"operation_id": "greet", "name": "twice"}),
        (f"/datasets/{name}/items", rows),
        (f"/datasets/{name}/items", [{"source_call_id": "nothing"}]),
        (f"/datasets/{name}/branch", {"name": "once"}),
    ):
        first, second = (
            five.post(path, body, headers={"idempotency-key": f"k-{path}-{orjson.dumps(body)[:9].hex()}"})
            for _ in range(2)
        )
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert second.headers["idempotent-replayed"] == "true"
    assert five.get(f"/datasets/{name}").json()["item_count"] == 1
    assert len(five.get("/datasets").json()["data"]) == 3
