"""Releases whose server ends at any commit: at every moment one is open and one in force at most, each step is whole."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from atlas_desktop.contract.calls import Score
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.ids import new_id
from atlas_desktop.contract.operations import OperationCreate, ShipGate
from atlas_desktop.contract.releases import ReleaseAdvance, ReleaseCreate
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.config import CommitHooks
from atlas_desktop.server.gateway.live_call import LiveRecord, begun, ended
from atlas_desktop.server.refusals import Refusal
from atlas_desktop.server.storage import evaluators, live_calls, operations, release_results, releases
from atlas_desktop.server.storage.idempotency import Token, once
from atlas_desktop.server.storage.registry import organization_named
from atlas_desktop.server.storage.release_results import Facts
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage
from tests.server.gateway.recording import PII, answered, asked, gate, standing
from tests.server.talk import HandClock, config_for

SEEDS = 1000 if os.environ.get("ATLAS_LONG") else 12
STEPS = 60
OPERATIONS = ("first", "second")
NEXT = {
    ("started", None): "shadow",
    ("advanced", "shadow"): "canary",
    ("advanced", "canary"): "prod",
    ("widened", "canary"): "canary",
    ("superseded", "prod"): "superseded",
    ("restored", "superseded"): "prod",
    ("rolled_back", "shadow"): "rolled_back",
    ("rolled_back", "canary"): "rolled_back",
    ("rolled_back", "prod"): "rolled_back",
}


class Crash(BaseException):
    """The process ends here."""


class Ground:
    """One database for many schedules, each in an organization of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.fuse = -1
        hooks = CommitHooks(self._burn, self._burn)
        self.config = replace(config_for(folder / "ground.db"), clock=self.clock, hooks=hooks)
        self.storage = Storage.open(self.config)
        # Processes end here, computers do not: to wait for the disk took nine tenths of the time.
        self.storage._engine.raw_connection().cursor().execute("PRAGMA synchronous=OFF")

    def _burn(self) -> None:
        """Each commit has two moments: right before it and right after."""
        if self.fuse == 0:
            self.fuse = -1
            raise Crash
        self.fuse -= self.fuse > 0


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("releases"))
    yield made
    made.storage.close()


@dataclass
class World:
    ground: Ground
    scope: Scope
    dice: random.Random
    seen: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    acts: int = 0

    def write(self, act: Callable[[Tenant], Any]) -> Any:
        async def wait() -> Any:
            return await self.ground.storage.write(self.scope, act)

        return asyncio.run(wait())

    def define(self) -> None:
        def act(tenant: Tenant) -> None:
            rule = EvaluatorCreate(id="ev_pii", kind="regex", config=PII)
            evaluators.create(tenant, rule, PII, new_id)
            for key in OPERATIONS:
                gates = [ShipGate(evaluator_id="ev_pii", min_score=1.0)]
                operations.create(tenant, OperationCreate(key=key, ship_gates=gates), new_id)

        self.write(act)

    def once(self, name: str, act: Callable[[Tenant], Any]) -> None:
        """Done once, though the process may end in it, and whoever asked asks again."""
        self.acts += 1
        token = Token(f"act {self.acts}", b"the same")
        answers = []

        def work(tenant: Tenant) -> Answered:
            return once(tenant, token, lambda inner: answer(act(inner)))

        if self.dice.random() < 0.5:
            self.ground.fuse = self.dice.randrange(2)
        try:
            self.write(work)
        except Crash:
            self.seen["crashes"] += 1
            self.check()
        finally:
            self.ground.fuse = -1
        answers = [self.write(work) for _ in range(2)]
        assert answers[0].body == answers[1].body
        self.seen[name if answers[0].status == 200 else f"no {name}"] += 1

    def step(self) -> None:
        self.ground.clock.seconds += 1
        found = self.rows("SELECT * FROM release WHERE org = :org ORDER BY seq")
        acts = [self.create, *[self.traffic] * 3]
        if found:
            one = self.dice.choice(found[-3:])
            acts += [lambda: self.roll_back(one), lambda: self.look(one)]
            acts += [lambda: self.advance(one)] * 6
        self.dice.choice(acts)()

    def create(self) -> None:
        asked_for = ReleaseCreate(
            operation_id=self.dice.choice(OPERATIONS), model="lab/new", min_samples=2, percent=30
        )
        self.once("started", lambda tenant: releases.create(tenant, asked_for, new_id))

    def advance(self, one: Any) -> None:
        body = ReleaseAdvance(percent=self.dice.choice([None, None, 60, 90]))
        self.once("advanced", lambda tenant: releases.advance(tenant, one.id, body))

    def roll_back(self, one: Any) -> None:
        if one.stage in ("prod", "rolled_back") or self.dice.random() < 0.1:
            self.once("rolled back", lambda tenant: releases.roll_back(tenant, one.id, "so"))

    def look(self, one: Any) -> None:
        def act(tenant: Tenant) -> dict[str, bool]:
            return {"done": releases.roll_back_if_due(tenant, one.id)}

        try:
            self.once("looked", act)
        except Refusal as refusal:
            raise AssertionError(refusal.error) from refusal

    def traffic(self) -> None:
        """Calls that candidates answer: in the shadow, or live."""
        for row in self.rows(
            "SELECT * FROM release WHERE org = :org AND stage IN ('shadow', 'canary', 'prod')"
        ):
            # Some candidates are never good, the others almost always.
            good = row.seq % 4 > 0 and self.dice.random() < 0.98
            for _ in range(self.dice.randrange(1, 9)):
                self.calls += 1
                act = self.shadow(row, good) if row.stage == "shadow" else self.live(row, good)
                if self.dice.random() < 0.05:
                    self.ground.fuse = self.dice.randrange(2)
                try:
                    self.write(act)
                except Crash:
                    self.seen["crashes"] += 1
                finally:
                    self.ground.fuse = -1
                if self.dice.random() < 0.3:
                    # Delivered again, as from a spool that was read twice.
                    self.write(act)

    def shadow(self, row: Any, good: bool) -> Callable[[Tenant], None]:
        name = f"chatcmpl-{self.scope.org}-{self.calls}"
        failure = "provider_failed" if self.dice.random() < 0.02 else None

        def act(tenant: Tenant) -> None:
            facts = Facts(name, "default", failure, 5.0, 41, 10, 3)
            seq = release_results.add(tenant, row.seq, "shadow", facts)
            if seq is not None and failure is None:
                release_results.shadow_judged(tenant, seq, {"ev_pii": (1, float(good))})

        return act

    def live(self, row: Any, good: bool) -> Callable[[Tenant], None]:
        call = asked(
            self.scope,
            self.calls,
            id=f"chatcmpl-{self.scope.org}-{self.calls}",
            operation=row.operation,
            standing=standing(gate()),
        )
        extra = {"release": {"id": row.id, "stage": row.stage}}
        record = LiveRecord(begun(call), ended(call, answered(call, "fine", extra=extra)))
        score = Score(
            evaluator_id="ev_pii",
            evaluator_version=1,
            score=float(good),
            evaluated_at=self.ground.clock.now(),
        )

        def act(tenant: Tenant) -> None:
            live_calls.commit(tenant, [record])
            release_results.judged(tenant, call.id, [score])

        return act

    def check(self) -> None:
        """What holds at every moment."""
        rows = self.rows("SELECT * FROM release WHERE org = :org")
        for key in OPERATIONS:
            stages = Counter(row.stage for row in rows if row.operation == key)
            assert stages["shadow"] + stages["canary"] <= 1, stages
            assert stages["prod"] <= 1, stages
        steps = self.rows("SELECT release, document FROM release_step WHERE org = :org ORDER BY seq")
        audit = self.rows("SELECT document FROM audit WHERE org = :org AND act LIKE 'release_%' ORDER BY seq")
        assert len(audit) == len(steps)
        for row in rows:
            assert row.opened == (row.operation if row.stage in ("shadow", "canary") else None)
            assert row.in_force == (row.operation if row.stage == "prod" else None)
            at = None
            for step in (orjson.loads(each.document) for each in steps if each.release == row.seq):
                assert step["from_stage"] == at
                assert step["to_stage"] == NEXT[step["act"], at]
                at = step["to_stage"]
                self.on_what_grounds(step)
            assert at == row.stage
        results = self.rows("SELECT release, stage, call_id FROM release_result WHERE org = :org")
        assert len(results) == len(set(results))

    def on_what_grounds(self, step: dict[str, Any]) -> None:
        if step["act"] in ("advanced", "widened"):
            (found,) = step["details"]["gates"]
            assert found["mean"] >= found["min_score"]
            assert found["samples"] >= 2
            assert step["details"]["rate"]["rate"] >= 0.85
        if step["automatic"] and step["act"] == "rolled_back":
            assert step["details"]["rate"]["judged"] >= 20
            assert step["details"]["rate"]["high"] < 0.85

    def rows(self, sql: str) -> list[Any]:
        with self.ground.storage._engine.connect() as connection:
            return list(connection.execute(sa.text(sql), {"org": self.scope.org}).all())


def scope_named(ground: Ground, name: str) -> Scope:
    with ground.storage._write_engine.begin() as connection:
        organization_named(connection, name, ground.clock.now())
    known = {scope.organization: scope for scope in ground.storage.registry.organizations()}
    return replace(known[name], reviewer="alice")


def test_each_step_is_whole_whatever_crashes(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    automatic = restored = 0
    for seed in range(SEEDS):
        world = World(ground, scope_named(ground, f"org {seed}"), random.Random(seed))
        world.define()
        for _ in range(STEPS):
            world.step()
        world.check()
        seen += world.seen
        steps = [
            orjson.loads(row.document)
            for row in world.rows("SELECT document FROM release_step WHERE org = :org")
        ]
        automatic += sum(step["automatic"] for step in steps)
        restored += sum(step["act"] == "restored" for step in steps)
    # Each is seen often, or the test would show little.
    for name in ("crashes", "started", "no started", "advanced", "no advanced"):
        assert seen[name] >= SEEDS, seen
    assert automatic, seen
    assert restored, seen
