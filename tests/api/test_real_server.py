"""The client against the embedded server, called in this process: every resource, and the server's own errors."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from atlas_desktop.api import AsyncAtlas, errors
from atlas_desktop.api.transport import in_process
from atlas_desktop.contract.calls import CallChanged, CallFilters
from atlas_desktop.contract.datasets import DatasetCreate, DatasetItemCreate, DatasetItemUpdate
from atlas_desktop.contract.evaluators import EvaluatorCreate, EvaluatorScoreCreate, EvaluatorUpdate
from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.listing import DatasetsQuery, FeedbackQuery
from atlas_desktop.contract.operations import OperationCreate, OperationUpdate, ShipGate
from atlas_desktop.contract.secret import Secret
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url
from tests.api.sockets import CANARY

BASE = "http://127.0.0.1:8400/v1"


def line(number: int, **more: object) -> bytes:
    call = {
        "source_id": f"s/{number}",
        "model": "m",
        "operation": "greet",
        "messages": [{"role": "user", "content": f"Hello {number}"}],
        "output": f"Hi {number}",
    }
    return orjson.dumps(call | more)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[AsyncAtlas]:
    keys = (StaticKey(CANARY, organization="acme", name="ada"),)
    app = create_app(ServerConfig(sqlite_url(tmp_path / "atlas.db"), static_keys=keys))
    try:
        async with AsyncAtlas(BASE, Secret(CANARY), transport=in_process(app)) as client:
            yield client
    finally:
        close_app(app)


async def test_a_call_goes_round(client: AsyncAtlas) -> None:
    lines = b"\n".join(line(number) for number in range(7)) + b'\n{"broken"\n'
    answer = await client.calls.import_lines(lines, customer="north")
    assert (answer.imported, answer.duplicates, [bad.line for bad in answer.rejected]) == (7, 0, [8])
    again = await client.calls.import_lines(lines, customer="north")
    assert (again.imported, again.duplicates) == (0, 7)

    found = [call async for call in client.calls.iterate(CallFilters(limit=2, customer="north"))]
    assert len({call.id for call in found}) == 7
    assert [call async for call in client.calls.iterate(CallFilters(customer="south"))] == []

    created = await client.feedback.create(FeedbackCreate(call_id=found[0].id, rating="thumbs_up"))
    assert (created.reviewer, created.rating) == ("ada", "thumbs_up")
    detail = await client.calls.get(found[0].id)
    assert [row.id for row in detail.all_feedback] == [created.id]
    rows = [row async for row in client.feedback.iterate(FeedbackQuery(call_id=found[0].id, limit=1))]
    assert [row.id for row in rows] == [created.id]


async def test_changes_are_read_from_where_one_was(client: AsyncAtlas) -> None:
    await client.calls.import_lines(b"\n".join(line(number) for number in range(3)))
    page = await client.calls.changes(0, 2)
    assert page.has_more
    rest = await client.calls.changes(page.next_after)
    assert not rest.has_more
    assert len([each for each in page.data + rest.data if isinstance(each, CallChanged)]) == 3
    assert orjson.loads(await client.calls.changes_raw(rest.next_after))["data"] == []


async def test_a_batch_answers_item_by_item(client: AsyncAtlas) -> None:
    await client.calls.import_lines(line(1))
    (call,) = (await client.calls.list()).data
    good = orjson.dumps({"id": "fb_1", "call_id": call.id, "rating": "thumbs_down", "comment": "é"})
    lost = orjson.dumps({"id": "fb_2", "call_id": "chatcmpl-nowhere", "rating": "thumbs_up"})
    first = await client.feedback.batch([good, lost])
    again = await client.feedback.batch([lost, good])
    assert [result.status for result in first.results] == [again.results[1].status, again.results[0].status]
    assert first.results[1].status == 404
    assert first.results[0].feedback == again.results[1].feedback
    assert len([row async for row in client.feedback.iterate()]) == 1


async def test_operations(client: AsyncAtlas) -> None:
    await client.calls.import_lines(line(1))
    assert [found.key async for found in client.operations.iterate()] == ["greet"]
    defined = await client.operations.create(OperationCreate(key="greet", name="Greeting"))
    changed = await client.operations.update("greet", OperationUpdate(description="says hello"))
    assert (changed.id, changed.name, changed.description) == (defined.id, "Greeting", "says hello")
    assert await client.operations.get(defined.id) == changed
    with pytest.raises(errors.ConflictError) as caught:
        await client.operations.create(OperationCreate(key="greet"))
    assert caught.value.code == "operation_exists"
    assert str(caught.value.request_id) in str(caught.value)


async def test_what_the_server_can_do(client: AsyncAtlas) -> None:
    capabilities = await client.capabilities()
    assert (capabilities.organization, capabilities.has("calls.changes")) == ("acme", True)
    assert (await client.health()).status == "ok"
    assert isinstance(await client.models.list(), list)


async def test_a_missing_call_is_not_a_missing_endpoint(client: AsyncAtlas) -> None:
    with pytest.raises(errors.NotFoundError) as caught:
        await client.calls.get("chatcmpl-nowhere")
    assert not isinstance(caught.value, errors.EndpointMissingError)
    assert caught.value.request_id


async def test_a_path_the_server_does_not_know_is_a_missing_endpoint(tmp_path: Path) -> None:
    app = create_app(ServerConfig(sqlite_url(tmp_path / "atlas.db"), static_keys=(StaticKey(CANARY),)))
    try:
        async with AsyncAtlas(f"{BASE}/old", Secret(CANARY), transport=in_process(app)) as client:
            with pytest.raises(errors.EndpointMissingError):
                await client.models.list()
    finally:
        close_app(app)


async def test_a_wrong_key(client: AsyncAtlas, tmp_path: Path) -> None:
    app = create_app(ServerConfig(sqlite_url(tmp_path / "other.db")))
    try:
        async with AsyncAtlas(BASE, Secret(CANARY), transport=in_process(app)) as stranger:
            with pytest.raises(errors.AuthenticationError) as caught:
                await stranger.calls.list()
    finally:
        close_app(app)
    assert CANARY not in str(caught.value)


async def test_idempotency_keys_are_obeyed(client: AsyncAtlas) -> None:
    await client.calls.import_lines(line(1) + b"\n" + line(2))
    one, two = (await client.calls.list()).data
    first = FeedbackCreate(call_id=one.id, rating="thumbs_up")
    created = await client.feedback.create(first, idempotency_key="k1")
    assert await client.feedback.create(first, idempotency_key="k1") == created
    with pytest.raises(errors.ConflictError) as caught:
        await client.feedback.create(FeedbackCreate(call_id=two.id, rating="thumbs_up"), idempotency_key="k1")
    assert caught.value.code == "idempotency_conflict"


async def test_evaluators_are_made_changed_bound_and_asked(client: AsyncAtlas) -> None:
    await client.calls.import_lines(line(1))
    (call,) = (await client.calls.list()).data
    made = await client.evaluators.create(
        EvaluatorCreate(id="ev_hi", kind="regex", config={"pattern": "^Hi", "inverse": False})
    )
    assert (made.id, made.version) == ("ev_hi", 1)
    assert (await client.evaluators.get("ev_hi")) == made
    changed = await client.evaluators.update("ev_hi", EvaluatorUpdate(config={"pattern": "^Hello"}))
    assert (changed.version, changed.config["pattern"]) == (2, "^Hello")
    await client.evaluators.create(EvaluatorCreate(name="Shape", kind="json_schema"))
    assert len([each async for each in client.evaluators.iterate()]) == 2
    gate = ShipGate(evaluator_id="ev_hi", min_score=1.0)
    operation = await client.operations.create(OperationCreate(key="greet", ship_gates=[gate]))
    assert operation.ship_gates == [gate]
    score = await client.evaluators.score("ev_hi", EvaluatorScoreCreate(call_id=call.id, output="Hi"))
    assert (score.score, score.passed, score.evaluator_version) == (0.0, False, 2)
    assert (await client.capabilities()).has("evaluators.score")
    with pytest.raises(errors.InvalidRequestError, match="look-ahead") as refused:
        await client.evaluators.create(EvaluatorCreate(kind="regex", config={"pattern": "(?=a)"}))
    assert refused.value.param == "config.pattern"
    with pytest.raises(errors.NotFoundError):
        await client.evaluators.score("ev_none", EvaluatorScoreCreate(output=""))


async def test_a_dataset_is_made_changed_and_branched(client: AsyncAtlas) -> None:
    await client.calls.import_lines(b"\n".join(line(number) for number in range(5)))
    dataset = await client.datasets.create(DatasetCreate(operation_id="greet", name="Greetings"))
    calls = [call.id async for call in client.calls.iterate(CallFilters(order="oldest"))]
    answer = await client.datasets.items.add(
        dataset.id,
        [
            *(DatasetItemCreate(source_call_id=call, expected_output="Hello!") for call in calls[:4]),
            {"source_call_id": calls[4]},
        ],
    )
    assert [item.source_call_id for item in answer.added] == calls[:4]
    assert [(bad.index, bad.errors[0].path) for bad in answer.rejected] == [(4, "$.expected_output")]
    raw = orjson.dumps([{"source_call_id": calls[4], "expected_output": "Bye!"}])
    first, again = [
        await client.datasets.items.add(dataset.id, raw, idempotency_key="once") for _ in range(2)
    ]
    assert first == again
    first_page = await client.datasets.items.list(dataset.id, limit=2)
    assert first_page.has_more
    items = [item async for item in client.datasets.items.iterate(dataset.id)]
    assert first_page.data == items[:2]
    assert len(items) == 5

    changed = await client.datasets.items.update(
        dataset.id, items[0].id, DatasetItemUpdate(weight=2, split="test", base_revision=items[0].revision)
    )
    assert (changed.weight, changed.split, changed.expected_output) == (2.0, "test", "Hello!")
    with pytest.raises(errors.ConflictError) as refused:
        await client.datasets.items.update(
            dataset.id, items[0].id, DatasetItemUpdate(weight=3, base_revision=items[0].revision)
        )
    assert refused.value.code == "dataset_changed"
    gone = await client.datasets.items.remove(dataset.id, items[1].id)
    now = await client.datasets.get(dataset.id)
    assert (now.revision, now.item_count) == (gone.revision, 4)

    branch = await client.datasets.branch(dataset.id, name="Again")
    assert (branch.branched_from, branch.content_hash) == (dataset.id, now.content_hash)
    assert (await client.datasets.branch(dataset.id)).name == "Greetings"
    drafts = [each.name async for each in client.datasets.iterate(DatasetsQuery(status="draft", limit=1))]
    assert drafts == ["Greetings", "Again", "Greetings"]
    with pytest.raises(errors.InvalidRequestError):
        await client.datasets.items.add(dataset.id, [{"source_call_id": "nothing"}])
    with pytest.raises(errors.NotFoundError):
        await client.datasets.get("ds_nothing")
