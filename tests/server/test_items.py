"""Items of datasets: what may become one, what it takes from its call, what is said about the others."""

from typing import Any

import orjson
import pytest

from atlas_desktop.contract.datasets import ItemsAnswer
from atlas_desktop.contract.errors import ErrorBody
from atlas_desktop.server.storage import items as storage_items
from atlas_desktop.server.storage import recording, sources
from tests.server.talk import Talk, call_line, error_of
from tests.server.test_datasets import SCHEMA, made

CHAT = {"messages": [{"role": "user", "content": "how much?"}]}


@pytest.fixture
def draft(talk: Talk) -> str:
    """A draft of an operation with a schema."""
    talk.post("/operations", {"key": "greet", "output_schema": SCHEMA})
    return str(made(talk)["id"])


def add(talk: Talk, dataset: str, *rows: Any) -> dict[str, Any]:
    response = talk.post(f"/datasets/{dataset}/items", list(rows))
    assert response.status_code == 200, response.text
    whole: dict[str, Any] = response.json()
    ItemsAnswer.model_validate(whole)
    return whole


def listed(talk: Talk, dataset: str, limit: int = 2) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = talk.get(f"/datasets/{dataset}/items?limit={limit}{cursor}").json()
        found += page["data"]
        if not page["has_more"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def problems(answer: dict[str, Any]) -> dict[int, set[str]]:
    return {each["index"]: {error["path"] for error in each["errors"]} for each in answer["rejected"]}


def test_each_item_stands_on_its_own(talk: Talk, draft: str) -> None:
    rows = [
        {"input": CHAT, "expected_output": {"a": 1}},
        {"input": CHAT, "expected_output": {"a": "1"}},
        {"input": CHAT, "expected_output": '{"a": 2}', "weight": 3, "split": "test", "tags": ["t"]},
        {"input": CHAT, "expected_output": {}},
        {"input": CHAT, "expected_output": "no JSON"},
        {"input": CHAT},
        {"expected_output": {"a": 1}},
        {"input": {"messages": []}, "expected_output": {"a": 1}},
        {"input": {"messages": [{"role": "user"}, {"content": 5}]}, "expected_output": {"a": 1}},
        {"input": CHAT, "expected_output": {"a": 1}, "wieght": 2},
        {"input": CHAT, "expected_output": {"a": 1}, "weight": 0, "tags": [""]},
        "an item",
        {"input": CHAT, "expected_output": {"a": 1, "b": "\x00"}},
        {"input": {"messages": [{"role": "user", "content": [{"type": "text", "text": 1}]}]},
         "expected_output": {"a": 9}},
    ]  # fmt: skip
    answer = add(talk, draft, *rows)
    assert [item["expected_output"] for item in answer["added"]] == [{"a": 1}, {"a": 2}, {"a": 9}]
    assert problems(answer) == {
        1: {"$.expected_output.a"},
        3: {"$.expected_output"},
        4: {"$.expected_output"},
        5: {"$.expected_output"},
        6: {"$.input"},
        7: {"$.input.messages"},
        8: {"$.input.messages[1].role", "$.input.messages[1].content"},
        9: {"$.wieght"},
        10: {"$.weight", "$.tags[0]"},
        11: {"$"},
        12: {"$.expected_output.b"},
    }
    second = answer["added"][1]
    assert (second["weight"], second["split"], second["tags"]) == (3.0, "test", ["t"])
    assert listed(talk, draft) == answer["added"]
    shown = talk.get(f"/datasets/{draft}").json()
    assert (shown["item_count"], shown["revision"]) == (3, 3)


def test_both_published_forms_of_the_body(talk: Talk, draft: str) -> None:
    row = {"input": CHAT, "expected_output": {"a": 1}}
    bare = talk.post(f"/datasets/{draft}/items", [row]).json()
    wrapped = talk.post(f"/datasets/{draft}/items", {"items": [row]}).json()
    assert len(bare["added"]) == len(wrapped["added"]) == 1
    bodies: list[Any] = [[], {"items": []}, {}, [row] * 1001, {"items": [row], "more": 1}]
    for body in bodies:
        assert talk.post(f"/datasets/{draft}/items", body).status_code == 422
    assert talk.get(f"/datasets/{draft}").json()["item_count"] == 2


def test_when_every_item_is_rejected_it_is_a_422_that_says_all(talk: Talk, draft: str) -> None:
    rows = [{"input": CHAT, "expected_output": {"a": "x"}}, {"input": CHAT, "expected_output": {"b": 1}}]
    refused = talk.post(f"/datasets/{draft}/items", rows)
    assert error_of(refused) == (422, "invalid_request_error", "items_rejected")
    ErrorBody.model_validate(refused.json())
    assert [detail["loc"] for detail in refused.json()["error"]["details"]] == [
        ["items", 0, "$.expected_output.a"],
        ["items", 1, "$.expected_output"],
    ]
    assert problems(refused.json()) == {0: {"$.expected_output.a"}, 1: {"$.expected_output"}}
    assert talk.get(f"/datasets/{draft}").json()["revision"] == 0


def test_an_item_takes_from_its_call_what_it_does_not_say(talk: Talk) -> None:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
    lines = [
        call_line(0, operation="greet", rating="thumbs_up", tools=tools, params={"temperature": 0}),
        call_line(1, operation="greet", expected_output="better 1", rating="thumbs_down"),
        call_line(2, operation="greet", rating="thumbs_down"),
        call_line(3, operation="greet"),
        call_line(4, operation="greet", expected_output="better 4", rating="thumbs_up"),
    ]
    talk.lines(lines)
    calls = talk.call_ids()
    name = made(talk)["id"]
    answer = add(talk, name, *({"source_call_id": call} for call in calls))
    told = {item["source_call_id"]: item for item in answer["added"]}
    assert [told[call]["expected_output"] if call in told else None for call in calls] == [
        "answer 0",
        "better 1",
        None,
        None,
        "better 4",
    ]
    assert problems(answer) == {2: {"$.expected_output"}, 3: {"$.expected_output"}}
    first = told[calls[0]]
    assert first["predicted"] == "answer 0"
    assert first["input"] == {
        "messages": [{"role": "user", "content": "question number 0"}],
        "tools": tools,
    }
    own = {"source_call_id": calls[2], "input": CHAT, "expected_output": "mine", "predicted": {"x": 1}}
    item = add(talk, name, own)["added"][0]
    assert {key: item[key] for key in own} == own
    null = talk.post(f"/datasets/{name}/items", [{"source_call_id": calls[0], "expected_output": None}])
    assert problems(null.json()) == {0: {"$.expected_output"}}


def test_calls_of_another_operation_or_version_are_rejected(talk: Talk) -> None:
    talk.post("/operations", {"key": "greet"})
    lines = [
        call_line(0, operation="greet"),
        call_line(1, operation="greet", schema_version="1"),
        call_line(2, operation="greet", schema_version="2"),
        call_line(3, operation="part"),
    ]
    talk.lines(lines)
    calls = talk.call_ids()
    talk("PATCH", "/operations/greet", json={"schema_version": "2", "output_schema": {"type": "string"}})
    rows = [{"source_call_id": call, "expected_output": "x"} for call in [*calls, "chatcmpl-none"]]
    expected = {"1": [0, 1], "2": [2]}
    for version, fitting in expected.items():
        name = made(talk, schema_version=version)["id"]
        answer = add(talk, name, *rows)
        assert [item["source_call_id"] for item in answer["added"]] == [calls[n] for n in fitting]
        assert problems(answer) == {n: {"$.source_call_id"} for n in range(5) if n not in fitting}


def test_a_call_without_an_operation_is_a_conflict(talk: Talk) -> None:
    talk.lines([call_line(0, operation="greet"), call_line(1)])
    calls = talk.call_ids()
    name = made(talk)["id"]
    rows = [{"source_call_id": call, "expected_output": "x"} for call in calls]
    refused = talk.post(f"/datasets/{name}/items", rows)
    assert error_of(refused) == (409, "conflict_error", "call_not_tagged")
    assert [each["loc"] for each in refused.json()["error"]["details"]] == [["items", 1, "source_call_id"]]
    assert talk.get(f"/datasets/{name}").json()["item_count"] == 0


def test_the_same_source_call_takes_its_items_place(talk: Talk) -> None:
    talk.lines([call_line(n, operation="greet") for n in range(3)])
    first, second, _ = calls = talk.call_ids()
    name = made(talk)["id"]
    before = add(talk, name, *({"source_call_id": call, "expected_output": "x"} for call in calls))
    assert before["replaced"] == 0
    again = add(talk, name, {"source_call_id": second, "expected_output": "y"})
    (item,) = again["added"]
    assert again["replaced"] == 1
    assert (item["id"], item["revision"]) == (before["added"][1]["id"], 4)
    assert listed(talk, name) == [before["added"][0], item, before["added"][2]]
    hashed = talk.get(f"/datasets/{name}").json()
    assert (hashed["item_count"], hashed["revision"]) == (3, 4)
    # The same content changes nothing: a request that nobody knows the outcome of may be repeated.
    same = add(talk, name, {"source_call_id": second, "expected_output": "y"})
    assert (same["added"], same["replaced"]) == ([item], 1)
    assert talk.get(f"/datasets/{name}").json() == hashed
    heavier = add(talk, name, {"source_call_id": second, "expected_output": "y", "weight": 2})["added"]
    assert [(each["weight"], each["revision"]) for each in heavier] == [(2.0, 5)]
    # Twice in one request: the last one counts.
    rows = [{"source_call_id": first, "expected_output": text} for text in ("p", "q")]
    twice = add(talk, name, *rows)
    assert [each["expected_output"] for each in twice["added"]] == ["q", "q"]
    assert [each["expected_output"] for each in listed(talk, name)] == ["q", "y", "x"]


def test_equal_prompts_with_other_outputs_are_reported(talk: Talk, draft: str) -> None:
    other = {"messages": [{"role": "user", "content": "something else"}]}
    first = add(talk, draft, {"input": CHAT, "expected_output": {"a": 1}})["added"][0]["id"]
    assert add(talk, draft, {"input": CHAT, "expected_output": '{"a":1}'})["contradictions"] == []
    answer = add(
        talk,
        draft,
        {"input": CHAT, "expected_output": {"a": 2}},
        {"input": other, "expected_output": {"a": 3}},
    )
    (found,) = answer["contradictions"]
    assert found["item_id"] == answer["added"][0]["id"]
    assert found["others"][0] == first
    assert len(found["others"]) == 2
    assert found["fp_prompt"].startswith("fp_p_")
    # After a change it is the new output that counts.
    target = f"/datasets/{draft}/items/{answer['added'][1]['id']}"
    talk("PATCH", target, json={"expected_output": {"a": 4}})
    assert add(talk, draft, {"input": other, "expected_output": {"a": 4}})["contradictions"] == []
    many = add(talk, draft, *({"input": other, "expected_output": {"a": n}} for n in range(30)))
    assert {len(each["others"]) for each in many["contradictions"]} == {20}


def test_a_call_deleted_meanwhile_is_no_source(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the calls and the write somebody deletes one."""
    talk.lines([call_line(n, operation="greet") for n in range(2)])
    calls = talk.call_ids()
    name = made(talk)["id"]
    storage = talk.app.state.atlas.storage
    scope = storage.registry._static[0].scope
    read = storage.read

    async def read_then_delete(*asked: Any) -> Any:
        found = await read(*asked)
        await storage.write(scope, lambda tenant: recording.delete(tenant, [calls[0]]))
        return found

    monkeypatch.setattr(storage, "read", read_then_delete)
    answer = add(talk, name, *({"source_call_id": call, "expected_output": "x"} for call in calls))
    assert problems(answer) == {0: {"$.source_call_id"}}
    assert [item["source_call_id"] for item in answer["added"]] == [calls[1]]


def test_limits_are_said(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.lines([call_line(n, operation="greet") for n in range(3)])
    rows = [{"source_call_id": call, "expected_output": "x"} for call in talk.call_ids()]
    name = made(talk)["id"]
    monkeypatch.setattr(storage_items, "MOST_ITEMS", 2)
    full = talk.post(f"/datasets/{name}/items", rows)
    assert error_of(full) == (409, "conflict_error", "dataset_full")
    assert talk.get(f"/datasets/{name}").json()["revision"] == 0
    monkeypatch.setattr(sources, "MOST_BYTES", 100)
    large = talk.post(f"/datasets/{name}/items", rows)
    assert error_of(large) == (413, "request_too_large", "items_too_large")


def test_the_content_hash_knows_the_items_and_not_their_order(talk: Talk) -> None:
    talk.post("/operations", {"key": "greet"})
    rows = [
        {"input": CHAT, "expected_output": text, "weight": w} for text, w in (("a", 1), ("b", 2), ("ü", 3))
    ]
    hashes = []
    for order in (rows, rows[::-1], [rows[0] | {"weight": 1.0}, *rows[1:]], rows[:2], [*rows, rows[0]]):
        name = made(talk)["id"]
        add(talk, name, *order)
        hashes.append(talk.get(f"/datasets/{name}").json()["content_hash"])
    assert hashes[0] == hashes[1] == hashes[2]
    assert len(set(hashes)) == 3
    # Two spellings of one letter look alike and are not the same text.
    name = made(talk)["id"]
    add(talk, name, *rows[:2], rows[2] | {"expected_output": "u\u0308"})
    assert talk.get(f"/datasets/{name}").json()["content_hash"] != hashes[0]


def test_texts_come_back_as_they_were(talk: Talk) -> None:
    talk.post("/operations", {"key": "greet"})
    texts = ["\r\n\t", "\u202eabc", "😀", "\ufeff", "a" * 100_000, '{"a": 1}', "\x7f\x1b[0m"]
    name = made(talk)["id"]
    add(talk, name, *({"input": CHAT, "expected_output": text} for text in texts))
    assert [item["expected_output"] for item in listed(talk, name)] == texts
    numbers = {"a": [2**64 - 1, -(2**63), 1e300, 0.1, -0.0, 1.0]}
    item = add(talk, name, {"input": CHAT, "expected_output": numbers})["added"][0]
    assert orjson.dumps(item["expected_output"]) == orjson.dumps(numbers)
