"""What stands for an operation: gates seen by the very next call, scores that quarantine, for that operation only."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.routing.history import ENOUGH, FEW, FIRST_PROBE_SECONDS, PROBES
from atlas_desktop.domain.routing.model import Asked, VariantKey
from atlas_desktop.domain.routing.route import route
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.gateway.standing import LEARN_SECONDS, PROBE_SECONDS, STALE_SECONDS, Standings
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.standing import MOST_OUTCOMES, learn, learn_all, read
from atlas_desktop.server.storage.storage import Storage
from tests.server.gateway.providers.desk import Desk, opened
from tests.server.talk import ALICE, NARROW, OTHER, HandClock, config_for

CHEAP = {
    "id": "cheap",
    "model": "meta-llama/cheap",
    "quantization": "q8",
    "open_weight": True,
    "vetted": True,
    "prompt_usd": 0.1,
}
DEAR = {
    "id": "dear",
    "model": "meta-llama/dear",
    "quantization": "full",
    "open_weight": True,
    "prompt_usd": 9.0,
}
KEY = VariantKey("meta-llama/cheap", "q8", "stub")
DAY = datetime(2026, 11, 20, tzinfo=UTC)
PATTERN = {"pattern": "You said"}
RULE = {"id": "ev_ok", "kind": "regex", "config": PATTERN}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: HandClock) -> AsyncIterator[Desk]:
    async with opened(tmp_path, clock=clock) as made:
        await made.put(made.spec(models=[CHEAP, DEAR]))
        yield made


async def gated(desk: Desk, operation: str, least: float = 1.0) -> None:
    await desk.ask("POST", "/evaluators", RULE, ALICE)
    gates = [{"evaluator_id": "ev_ok", "min_score": least}]
    made = await desk.ask("POST", "/operations", {"key": operation, "ship_gates": gates}, ALICE)
    assert made.status_code == 200, made.text


async def call(desk: Desk, operation: str, **more: Any) -> dict[str, Any]:
    """The delivery of one call, once it was scored."""
    judged: asyncio.Queue[str] = asyncio.Queue()
    desk.atlas.gateway.scoring.listen(lambda each: judged.put_nowait(each.call_id))
    answer = await desk.chat(metadata={"operation_id": operation}, **more)
    assert answer.status_code == 200, answer.text
    delivery: dict[str, Any] = answer.json()["delivery"]
    async with asyncio.timeout(20):
        while delivery["evals"]["scheduled"] and await judged.get() != answer.json()["id"]:
            continue
    # What another call would find after a moment.
    cast("HandClock", desk.atlas.config.clock).seconds += STALE_SECONDS + 1
    return delivery


async def routing(desk: Desk, operation: str) -> dict[str, Any]:
    told: dict[str, Any] = (await desk.ask("GET", f"/operations/{operation}/routing", key=ALICE)).json()
    return told


async def test_a_gate_is_seen_by_the_very_next_call(desk: Desk) -> None:
    assert (await call(desk, "sum"))["evals"] == {"gates": 0, "scheduled": False}
    await gated(desk, "sum")
    assert (await call(desk, "sum"))["evals"] == {"gates": 1, "scheduled": True}
    changed = {"ship_gates": [], "allow_loosening": True}
    await desk.ask("PATCH", "/operations/sum", changed, ALICE)
    assert (await call(desk, "sum"))["evals"] == {"gates": 0, "scheduled": False}


async def test_bad_scores_quarantine_a_variant_for_their_operation_and_probes_bring_it_back(
    desk: Desk, clock: HandClock
) -> None:
    """Through the whole gateway: answered, recorded, scored, avoided, tried again."""
    from tests.server.gateway.stub_provider import Plan

    await gated(desk, "sum")
    await gated(desk, "other")
    desk.stub.plans["cheap"] = Plan(words=("nothing",))
    served = [(await call(desk, "sum"))["quantization"] for _ in range(FEW)]
    assert served == ["q8"] * FEW
    (track,) = (await routing(desk, "sum"))["history"]
    assert (track["state"], track["model"], track["means"]) == (
        "quarantined",
        "meta-llama/cheap",
        {"ev_ok": 0.0},
    )
    assert (await call(desk, "sum"))["quantization"] == "full"
    assert (await call(desk, "other"))["quantization"] == "q8"
    desk.stub.plans["cheap"] = Plan()
    clock.seconds += FIRST_PROBE_SECONDS + 60
    tried = []
    for _ in range(PROBES + 2):
        tried.append((await call(desk, "sum"))["quantization"])
        clock.seconds += 60
    assert tried == ["q8"] * len(tried)
    states = {each["model"]: each["state"] for each in (await routing(desk, "sum"))["history"]}
    assert states == {"meta-llama/cheap": "passing", "meta-llama/dear": "learning"}


async def test_enough_good_scores_make_a_cheaper_one_the_choice(desk: Desk) -> None:
    await gated(desk, "sum")
    q4 = CHEAP | {"id": "q4", "quantization": "q4", "vetted": False, "prompt_usd": 0.01}
    await desk.put(desk.spec(models=[CHEAP, DEAR, q4]))
    assert (await call(desk, "sum"))["quantization"] == "q8"
    for _ in range(ENOUGH):
        assert (await call(desk, "sum", model="meta-llama/cheap@q4"))["quantization"] == "q4"
    assert (await call(desk, "sum"))["quantization"] == "q4"
    told = (await routing(desk, "sum"))["tiers"][1]["decision"]
    assert (told["why"], told["quantization"]) == ("cheapest_passing", "q4")


def scored(score: float | None, version: int = 1) -> list[Score]:
    return [
        Score(
            evaluator_id="ev_ok",
            evaluator_version=version,
            score=score,
            min_score=1.0,
            passed=None,
            evaluated_at=DAY,
        )
    ]


class Shelf:
    """A database with one gated operation."""

    def __init__(self, path: Path, clock: HandClock, **more: Any) -> None:
        self.config = config_for(path / "atlas.db", clock=clock, **more)
        close_app(create_app(self.config))
        self.storage = Storage.open(self.config)
        found = {each.key: self.storage.registry.remembered(each.key) for each in (ALICE, NARROW, OTHER)}
        self.scopes: dict[str, Scope] = {key: scope for key, scope in found.items() if scope is not None}
        self.standings = Standings(self.storage, self.config)

    @property
    def alice(self) -> Scope:
        return self.scopes[ALICE.key]

    async def set_up(self) -> None:
        await self.storage.write(self.alice, _operation)


def _operation(tenant: Tenant) -> None:
    from atlas_desktop.contract.evaluators import EvaluatorCreate
    from atlas_desktop.contract.operations import OperationCreate, ShipGate
    from atlas_desktop.server.storage import evaluators, operations

    rule = EvaluatorCreate.model_validate(RULE)
    evaluators.create(tenant, rule, dict(PATTERN), lambda kind: f"{kind}x")
    gates = [ShipGate(evaluator_id="ev_ok", min_score=1.0)]
    operations.create(tenant, OperationCreate(key="sum", ship_gates=gates), lambda kind: f"{kind}x")


@pytest.fixture
async def shelf(tmp_path: Path, clock: HandClock) -> AsyncIterator[Shelf]:
    made = Shelf(tmp_path, clock)
    await made.set_up()
    yield made
    await made.standings.close()
    made.storage.close()


@pytest.fixture
async def busy(tmp_path: Path, clock: HandClock) -> AsyncIterator[Shelf]:
    """One that reads in threads, as a server does."""
    made = Shelf(tmp_path, clock, executor="threaded")
    await made.set_up()
    yield made
    await made.standings.close()
    made.storage.close()


async def test_new_scores_are_taken_in_behind_the_calls(busy: Shelf, clock: HandClock) -> None:
    """With every call scored, each would else wait for a read of its own."""
    before = await busy.standings.of(busy.alice, "sum")
    now = int(clock.now().timestamp() * 1000)
    await busy.storage.write(busy.alice, lambda tenant: learn(tenant, 1, "sum", KEY, now, scored(1.0)))
    busy.standings.learned(busy.alice, "sum")
    assert busy.standings.remembered(busy.alice, "sum") is before
    assert not busy.standings._tasks._running
    clock.seconds += LEARN_SECONDS + 0.01
    assert busy.standings.remembered(busy.alice, "sum") is before
    await asyncio.gather(*busy.standings._tasks._running)
    after = busy.standings.remembered(busy.alice, "sum")
    assert after is not None
    assert KEY in after.history.tracks
    clock.seconds += LEARN_SECONDS + 0.01
    assert busy.standings.remembered(busy.alice, "sum") is after
    assert not busy.standings._tasks._running
    busy.standings.learned(busy.alice, "sum")
    assert len(busy.standings._tasks._running) == 1
    await asyncio.gather(*busy.standings._tasks._running)


async def test_of_many_calls_at_once_one_reads(busy: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """And those that come after a change do not take what was read before it."""
    reads = []
    real = busy.storage.read

    async def counted(*asked: Any) -> Any:
        reads.append(asked)
        return await real(*asked)

    monkeypatch.setattr(busy.storage, "read", counted)
    async with asyncio.TaskGroup() as group:
        first = [group.create_task(busy.standings.of(busy.alice, "sum")) for _ in range(50)]
        await asyncio.sleep(0)
        busy.standings.forget(busy.alice)
        second = [group.create_task(busy.standings.of(busy.alice, "sum")) for _ in range(50)]
    assert len(reads) == 2
    assert {id(task.result()) for task in first} != {id(task.result()) for task in second}


async def test_what_stands_is_the_organizations_also_for_a_narrowed_key_and_nobody_elses(
    shelf: Shelf,
) -> None:
    await shelf.storage.write(shelf.alice, lambda tenant: learn(tenant, 1, "sum", KEY, 1000, scored(1.0)))
    mine = await shelf.standings.of(shelf.alice, "sum")
    narrowed = await shelf.standings.of(shelf.scopes[NARROW.key], "sum")
    foreign = await shelf.standings.of(shelf.scopes[OTHER.key], "sum")
    assert [gate.evaluator_id for gate in mine.gates] == ["ev_ok"]
    assert narrowed == mine
    assert (foreign.gates, foreign.history.tracks) == ((), {})
    assert (await shelf.standings.of(shelf.alice, None)).gates == ()
    assert (await shelf.standings.of(shelf.alice, "never seen")).gates == ()


async def test_scores_of_a_call_that_come_apart_join_and_twice_is_once(shelf: Shelf) -> None:
    other = [
        Score(
            evaluator_id="ev_b", evaluator_version=3, score=0.5, min_score=0.1, passed=True, evaluated_at=DAY
        )
    ]

    def act(tenant: Tenant) -> None:
        learn_all(tenant, "sum", KEY, [(7, 2000, scored(1.0)), (5, 1000, scored(0.0))])
        learn(tenant, 7, "sum", KEY, 2000, other)
        learn(tenant, 7, "sum", KEY, 2000, scored(None))
        learn_all(tenant, "sum", KEY, [])

    await shelf.storage.write(shelf.alice, act)
    found = await shelf.storage.read(shelf.alice, lambda tenant: read(tenant, "sum"))
    (outcomes,) = found.outcomes.values()
    assert [(each.at, dict(each.scores)) for each in outcomes] == [
        (1.0, {"ev_ok": (1, 0.0)}),
        (2.0, {"ev_ok": (1, None), "ev_b": (3, 0.5)}),
    ]


async def test_only_so_many_are_kept(shelf: Shelf) -> None:
    many = [(number, number, scored(1.0)) for number in range(3 * MOST_OUTCOMES)]
    await shelf.storage.write(shelf.alice, lambda tenant: learn_all(tenant, "sum", KEY, many))
    found = await shelf.storage.read(shelf.alice, lambda tenant: read(tenant, "sum"))
    (outcomes,) = found.outcomes.values()
    assert [outcomes[0].at, len(outcomes)] == [2 * MOST_OUTCOMES / 1000, MOST_OUTCOMES]


async def test_what_another_server_changed_is_seen_after_a_while(shelf: Shelf, clock: HandClock) -> None:
    before = await shelf.standings.of(shelf.alice, "sum")
    now = int(clock.now().timestamp() * 1000)
    await shelf.storage.write(shelf.alice, lambda tenant: learn(tenant, 1, "sum", KEY, now, scored(1.0)))
    assert await shelf.standings.of(shelf.alice, "sum") is before
    clock.seconds += STALE_SECONDS + 0.01
    assert KEY in (await shelf.standings.of(shelf.alice, "sum")).history.tracks


async def test_what_was_read_before_a_change_is_not_remembered_after_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read is on its way back when the change is committed."""
    read_it, let_go = asyncio.Event(), asyncio.Event()
    real = shelf.storage.read

    async def slowly(*asked: Any) -> Any:
        found = await real(*asked)
        read_it.set()
        await let_go.wait()
        return found

    monkeypatch.setattr(shelf.storage, "read", slowly)
    async with asyncio.TaskGroup() as group:
        group.create_task(shelf.standings.of(shelf.alice, "sum"))
        await read_it.wait()
        shelf.standings.forget(shelf.alice, "sum")
        let_go.set()
    assert shelf.standings.remembered(shelf.alice, "sum") is None
    await shelf.standings.of(shelf.alice, "sum")
    assert shelf.standings.remembered(shelf.alice, "sum") is not None
    shelf.standings.forget(shelf.alice)
    assert shelf.standings.remembered(shelf.alice, "sum") is None


async def test_one_probe_is_out_at_a_time(shelf: Shelf, clock: HandClock) -> None:
    from atlas_desktop.domain.routing.table import table_of
    from tests.domain.routing.tables import variant

    table = table_of(
        [
            variant("stub", "meta-llama/cheap", "q8", prompt_nano=1, open_weight=True, vetted=True),
            variant("stub", "meta-llama/dear", "full", prompt_nano=9, open_weight=True),
        ]
    )
    start = clock.now().timestamp()
    bad = [(n, int(start * 1000) + n, scored(0.0)) for n in range(FEW)]
    await shelf.storage.write(shelf.alice, lambda tenant: learn_all(tenant, "sum", KEY, bad))
    clock.seconds += FIRST_PROBE_SECONDS + 1

    async def decided() -> str:
        standing = await shelf.standings.of(shelf.alice, "sum")
        decision = route(Asked(), table, standing.history, clock.now().timestamp())
        shelf.standings.took(shelf.alice, standing, decision)
        return decision.why

    assert [await decided() for _ in range(3)] == ["probe", "nearest", "nearest"]
    shelf.standings.forget(shelf.alice, "sum")
    assert await decided() == "nearest"
    clock.seconds += PROBE_SECONDS + 1
    assert await decided() == "probe"
    at = int(clock.now().timestamp() * 1000)
    await shelf.storage.write(shelf.alice, lambda tenant: learn(tenant, 99, "sum", KEY, at, scored(1.0)))
    shelf.standings.forget(shelf.alice, "sum")
    assert await decided() == "nearest"
    clock.seconds += 31
    assert await decided() == "probe"
