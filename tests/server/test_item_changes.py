"""Items of a draft changed, and taken out: what is given, on top of what was seen."""

from typing import Any

import pytest

from atlas_desktop.contract.datasets import DatasetItem
from tests.server.talk import Talk, call_line, error_of
from tests.server.test_datasets import SCHEMA, made
from tests.server.test_items import CHAT, add, listed


@pytest.fixture
def draft(talk: Talk) -> str:
    """A draft of an operation with a schema."""
    talk.post("/operations", {"key": "greet", "output_schema": SCHEMA})
    return str(made(talk)["id"])


def test_an_item_is_changed_in_what_is_given(talk: Talk, draft: str) -> None:
    row = {"input": CHAT, "expected_output": {"a": 1}, "split": "train", "tags": ["t"]}
    item = add(talk, draft, row)["added"][0]
    target = f"/datasets/{draft}/items/{item['id']}"
    for given, told in (
        ({"weight": 2}, {"weight": 2.0}),
        ({"split": None}, {"split": None}),
        ({"tags": ["x", "y"]}, {"tags": ["x", "y"]}),
        ({"expected_output": '{"a": 5}'}, {"expected_output": {"a": 5}}),
    ):
        item = item | told | {"revision": item["revision"] + 1}
        changed = talk("PATCH", target, json=given)
        assert changed.json() == item
        DatasetItem.model_validate(changed.json())
    hashed = talk.get(f"/datasets/{draft}").json()
    assert hashed["revision"] == 5
    assert talk("PATCH", target, json={"weight": 2}).json() == item
    assert talk("PATCH", target, json={}).json() == item
    assert talk.get(f"/datasets/{draft}").json() == hashed


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"expected_output": {"a": "x"}}, "invalid_item"),
        ({"expected_output": None}, "invalid_item"),
        ({"weight": -1}, "invalid_field"),
        ({"weight": None}, "invalid_field"),
        ({"input": CHAT}, "invalid_field"),
        ({"tags": ["\x00"]}, "invalid_text"),
    ],
)
def test_an_item_is_not_changed_to_what_it_may_not_be(
    talk: Talk, draft: str, given: dict[str, Any], code: str
) -> None:
    item = add(talk, draft, {"input": CHAT, "expected_output": {"a": 1}})["added"][0]
    refused = talk("PATCH", f"/datasets/{draft}/items/{item['id']}", json=given)
    assert error_of(refused) == (422, "invalid_request_error", code)
    assert listed(talk, draft) == [item]


def test_a_change_on_top_of_another_is_a_conflict_only_for_the_same_item(talk: Talk, draft: str) -> None:
    rows = [{"input": CHAT, "expected_output": {"a": n}} for n in range(2)]
    one, two = (item["id"] for item in add(talk, draft, *rows)["added"])
    seen = talk.get(f"/datasets/{draft}").json()["revision"]
    base = {"base_revision": seen}
    assert talk("PATCH", f"/datasets/{draft}/items/{one}", json={"weight": 2, **base}).status_code == 200
    assert talk("PATCH", f"/datasets/{draft}/items/{two}", json={"weight": 2, **base}).status_code == 200
    refused = talk("PATCH", f"/datasets/{draft}/items/{one}", json={"weight": 3, **base})
    assert error_of(refused) == (409, "conflict_error", "dataset_changed")
    now = refused.json()["item"]
    assert now == listed(talk, draft)[0]
    again = {"weight": 3, "base_revision": now["revision"]}
    assert talk("PATCH", f"/datasets/{draft}/items/{one}", json=again).json()["weight"] == 3


def test_an_item_taken_out_is_gone_and_its_call_may_come_again(talk: Talk) -> None:
    talk.lines([call_line(n, operation="greet") for n in range(2)])
    calls = talk.call_ids()
    name = made(talk)["id"]
    rows = [{"source_call_id": call, "expected_output": "x"} for call in calls]
    first = add(talk, name, rows[0])["added"][0]
    empty_but_one = talk.get(f"/datasets/{name}").json()["content_hash"]
    second = add(talk, name, rows[1])["added"][0]
    gone = talk("DELETE", f"/datasets/{name}/items/{second['id']}").json()
    assert gone == {
        "id": second["id"],
        "object": "dataset.item",
        "deleted": True,
        "dataset_id": name,
        "revision": 3,
    }
    assert listed(talk, name) == [first]
    shown = talk.get(f"/datasets/{name}").json()
    assert (shown["item_count"], shown["content_hash"]) == (1, empty_but_one)
    for method in ("DELETE", "PATCH"):
        refused = talk(method, f"/datasets/{name}/items/{second['id']}", json={"weight": 2})
        assert error_of(refused) == (404, "not_found_error", "item_not_found")
    back = add(talk, name, rows[1])
    assert back["replaced"] == 0
    assert back["added"][0]["id"] != second["id"]
