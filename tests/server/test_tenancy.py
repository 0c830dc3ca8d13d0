"""The wall between organizations, and the one around a customer."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from atlas_desktop.contract.operations import Operation
from atlas_desktop.contract.routes import ROUTES
from atlas_desktop.server.storage import recording, tables
from tests.server.talk import ALICE, NARROW, OTHER, Talk, call_line, error_of

BODIES: dict[str, Any] = {
    "feedback.create": {"call_id": "{id}", "rating": "thumbs_up"},
    "feedback.batch": {"items": [{"call_id": "{id}", "rating": "thumbs_up"}]},
    "operations.create": {"key": "made"},
    "operations.update": {"name": "renamed"},
    "evaluators.create": {"kind": "regex", "config": {"pattern": "a"}},
    "evaluators.update": {"name": "renamed"},
    "evaluators.score": {"output": "a"},
    "evaluators.try": {"kind": "regex", "config": {"pattern": "a"}, "call_id": "{id}", "output": "a"},
    "datasets.create": {"operation_id": "{id}", "name": "made"},
    "datasets.items.add": [{"source_call_id": "{id}"}],
    "datasets.items.update": {"weight": 2},
    "evaluations.create": {"dataset_id": "{id}", "evaluator_ids": ["ev_ours"]},
}


def filled(value: Any, found: str) -> Any:
    if isinstance(value, dict):
        return {name: filled(member, found) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(member, found) for member in value]
    return value.replace("{id}", found) if isinstance(value, str) else value


def all_ids(talk: Talk) -> list[str]:
    """Every id and key the first organization has, as its own key sees them."""
    calls = talk.call_ids()
    operations = talk.get("/operations").json()["data"]
    feedback = talk.get("/feedback").json()["data"]
    return [
        *calls,
        *(item["id"] for item in operations),
        *(item["key"] for item in operations),
        *(item["id"] for item in feedback),
        *(item["id"] for item in talk.get("/evaluators").json()["data"]),
        *(run["id"] for run in talk.get("/evaluations").json()["data"]),
        *(
            name
            for dataset in talk.get("/datasets").json()["data"]
            for name in _in_dataset(talk, dataset["id"])
        ),
    ]


def _in_dataset(talk: Talk, dataset: str) -> list[str]:
    return [dataset, *(item["id"] for item in talk.get(f"/datasets/{dataset}/items").json()["data"])]


def with_dataset(talk: Talk) -> str:
    """A dataset of the first organization with two items, and an evaluation of it; the dataset's id."""
    talk.post("/evaluators", {"id": "ev_ours", "kind": "regex", "config": {"pattern": "a"}})
    dataset: str = talk.post("/datasets", {"operation_id": "greet", "name": "ours"}).json()["id"]
    rows = [{"source_call_id": name, "expected_output": "secret words"} for name in talk.call_ids()[:2]]
    assert talk.post(f"/datasets/{dataset}/items", rows).status_code == 200
    run = talk.post("/evaluations", {"dataset_id": dataset, "evaluator_ids": ["ev_ours"]})
    assert run.status_code == 200, run.text
    return dataset


def asked_with(talk: Talk, found: str, key: Any) -> list[tuple[str, int, bytes]]:
    """What every route that takes an id answers to this one."""
    answers = []
    for route in ROUTES:
        body = BODIES.get(route.name)
        path = re.sub(r"{\w+}", found, route.path)
        takes_id = path != route.path or "{id}" in str(body)
        if takes_id:
            response = talk(route.method, path, key=key, json=filled(body, found) if body else None)
            answers.append(
                (route.name, response.status_code, response.content.replace(found.encode(), b"ID"))
            )
    for query in (
        "/feedback?call_id=",
        "/calls?operation_id=",
        "/calls?customer=",
        "/calls?fingerprint=",
        "/datasets?operation_id=",
        "/evaluations?dataset_id=",
    ):
        response = talk.get(query + found, key=key)
        answers.append((query, response.status_code, response.content))
    return answers


def test_every_route_with_every_foreign_id_is_as_if_it_were_not(five: Talk) -> None:
    for call_id in five.call_ids():
        five.post("/feedback", {"call_id": call_id, "correction": "secret words", "tags": ["secret"]})
    five.post("/operations", {"key": "defined"})
    with_dataset(five)
    ids = all_ids(five)
    assert len(ids) == 5 + 3 + 3 + 5 + 1 + 1 + 3
    nothing = asked_with(five, "chatcmpl-00000000000000000000000000", OTHER)
    gone = {name: status for name, status, _ in nothing if name.endswith((".get", ".update", ".create"))}
    assert gone.pop("datasets.create") == 422
    assert set(gone.values()) == {404}, gone
    for found in ids:
        assert asked_with(five, found, OTHER) == nothing, found
    assert five.get("/feedback", key=OTHER).json()["data"] == []


def test_nothing_of_another_organization_is_listed_counted_or_searched(five: Talk) -> None:
    secret = five.call_ids()[0]
    five.post("/feedback", {"call_id": secret, "rating": "thumbs_up", "tags": ["secret"]})
    shown = five.get(f"/calls/{secret}").json()
    prints = shown["delivery"]["fingerprints"]
    queries = ["", "?q=question", "?tag=secret", "?rating=thumbs_up", "?operation_id=greet", "?model=m-1"]
    queries += [f"?fingerprint={value}" for value in prints.values() if value]
    for query in queries:
        assert five.get("/calls" + query).json()["data"], query
        assert five.get("/calls" + query, key=OTHER).json()["data"] == [], query
    page = five.get("/calls/changes", key=OTHER).json()
    assert page == {
        "object": "list",
        "data": [],
        "next_after": 0,
        "has_more": False,
        "total": 0,
        "digest": "0" * 16,
    }
    assert five.get("/operations", key=OTHER).json()["data"] == []


def test_the_same_file_in_two_organizations_gives_different_ids(talk: Talk) -> None:
    rows = [call_line(n, expected_output="better") for n in range(3)]
    for key in (ALICE, OTHER):
        assert talk.lines(rows, key=key)["imported"] == 3
    assert not set(talk.call_ids(ALICE)) & set(talk.call_ids(OTHER))
    mine, theirs = (
        {row["id"] for row in talk.get("/feedback", key=key).json()["data"]} for key in (ALICE, OTHER)
    )
    assert not mine & theirs


def test_a_narrowed_key_sees_and_writes_its_customer_only(five: Talk) -> None:
    own = five.call_ids(NARROW)
    assert own == five.call_ids()[3:]
    foreign = five.call_ids()[0]
    assert error_of(five.get(f"/calls/{foreign}", key=NARROW))[0] == 404
    assert five.get("/calls?customer=default", key=NARROW).json()["data"] == []
    assert [item["key"] for item in five.get("/operations", key=NARROW).json()["data"]] == ["part"]
    assert five.get("/operations/greet", key=NARROW).status_code == 404
    made = five.post(
        "/operations", {"key": "part", "output_schema": {"title": "s"}, "description": "d"}
    ).json()
    shown = {name: made[name] for name in ("id", "object", "key", "name", "registration")}
    assert five.get("/operations", key=NARROW).json()["data"] == [shown]
    assert five.get("/operations/part", key=NARROW).json() == shown
    Operation.model_validate(shown)
    for number, target in enumerate(("/calls/import", "/calls/import?customer=default")):
        five.lines([call_line(50 + number, customer="someone/else")], target, key=NARROW)
    assert {item["call"]["customer"] for item in five.changes(NARROW)} == {"north/prod"}
    assert len(five.call_ids(NARROW)) == 4


def test_a_narrowed_key_is_no_oracle_for_its_neighbours(five: Talk) -> None:
    """The same source ids and feedback ids are free for it, whether or not a neighbour uses them."""
    whole, own = five.call_ids()[0], five.call_ids(NARROW)[0]
    five.post("/feedback", {"call_id": whole, "rating": "thumbs_up", "id": "fb_taken"})
    assert five.lines([call_line(0)], key=NARROW) == {"imported": 1, "duplicates": 0, "rejected": []}
    mine = {"call_id": own, "rating": "thumbs_down", "id": "fb_taken"}
    assert five.post("/feedback", mine, key=NARROW).status_code == 200
    for body in ({"key": "greet"}, {"key": "unheard-of"}):
        assert error_of(five.post("/operations", body, key=NARROW))[0] == 403
    for target in ("/operations/greet", "/operations/unheard-of"):
        assert error_of(five("PATCH", target, key=NARROW, json={"name": "x"}))[0] == 403


def test_cursors_open_only_for_whom_they_were_made(five: Talk) -> None:
    cursor = five.get("/calls?limit=1").json()["next_cursor"]
    assert five.get(f"/calls?limit=4&cursor={cursor}").status_code == 200
    for target, key in (
        (f"/calls?cursor={cursor}", OTHER),
        (f"/calls?cursor={cursor}", NARROW),
        (f"/calls?order=oldest&cursor={cursor}", ALICE),
        (f"/calls?model=m-1&cursor={cursor}", ALICE),
        (f"/feedback?cursor={cursor}", ALICE),
        (f"/calls?cursor={cursor[:-1]}", ALICE),
    ):
        assert error_of(five.get(target, key=key)) == (422, "invalid_request_error", "invalid_cursor"), target


TENANT_TABLES = [table.name for table in tables.metadata.sorted_tables if "org" in table.c]


@pytest.fixture
def statements(five: Talk) -> Iterator[list[tuple[str, Any]]]:
    engine = five.app.state.atlas.storage._engine
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


def test_every_statement_on_a_tenants_table_names_the_tenant(
    five: Talk, statements: list[tuple[str, Any]]
) -> None:
    """Read off the wire to SQLite: there is no query that could forget its WHERE."""
    dataset = with_dataset(five)
    call_id = five.call_ids()[0]
    for found in (call_id, "greet", *_in_dataset(five, dataset)):
        asked_with(five, found, ALICE)
        asked_with(five, found, NARROW)
    five.lines([call_line(9, rating="thumbs_up", operation="new")])
    reject = {"call_id": call_id, "correction": "x", "on_conflict": "reject", "base_feedback_id": "fb_y"}
    five.post("/feedback", reject, headers={"idempotency-key": "k"})
    five.get("/calls?q=question&tag=x&rating=none&limit=1")
    first, second = _in_dataset(five, dataset)[1:]
    five("PATCH", f"/datasets/{dataset}/items/{first}", json={"weight": 2})
    five.post(f"/datasets/{dataset}/items", [{"source_call_id": call_id, "expected_output": "other"}])
    five("DELETE", f"/datasets/{dataset}/items/{second}")
    five.post(f"/datasets/{dataset}/branch", {})
    scope = five.app.state.atlas.storage.registry._static[0].scope
    five.runner.run(
        five.app.state.atlas.storage.write(scope, lambda tenant: recording.delete(tenant, [call_id]))
    )
    checked = 0
    for statement, _ in statements:
        touched = [
            name for name in TENANT_TABLES if re.search(rf"(FROM|JOIN|UPDATE|INTO) {name}\b", statement)
        ]
        for name in touched:
            checked += 1
            assert _names_tenant(statement, name), statement
    assert checked > 100


def _names_tenant(statement: str, table: str) -> bool:
    if re.match(rf"INSERT INTO {table} \(", statement):
        return bool(re.search(r"\borg\b", statement.partition(")")[0]))
    # Rows that are too old go for everyone alike, and the next number of a call counts all of them.
    if "FROM idempotency AS old \nWHERE old.created_ms" in statement:
        return True
    if statement.startswith("SELECT coalesce(max(call.seq)"):
        return True
    return bool(re.search(rf"\b{table}\.org = |WHERE 0 = 1", statement))


def test_another_customers_feedback_of_the_same_id_spoils_no_repetition(talk: Talk) -> None:
    """What was applied must be found again: a 409 would tell its sender that it was not."""
    talk.lines([call_line(1), call_line(2, customer="north/prod")])
    (theirs,) = talk.call_ids(NARROW)
    (mine,) = [call for call in talk.call_ids() if call != theirs]
    act = {"id": "fb_same", "call_id": mine, "rating": "thumbs_up"}
    first = talk.post("/feedback", act).json()
    assert talk.post("/feedback", act | {"call_id": theirs}, key=NARROW).status_code == 200
    again = talk.post("/feedback", act)
    assert (again.status_code, again.json()) == (200, first)
