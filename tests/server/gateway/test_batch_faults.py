"""Batches whose server ends at any commit, again and again: each call that was taken is recorded once."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from atlas_desktop.domain.routing.model import NoVariantError
from atlas_desktop.server.config import CommitHooks
from atlas_desktop.server.gateway.batch import Batch
from atlas_desktop.server.gateway.seams import Ending, LiveCall
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.storage.idempotency import Token
from atlas_desktop.server.storage.registry import organization_named
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from tests.server.gateway.recording import answered, asked, gate, standing
from tests.server.talk import HandClock, config_for

SEEDS = 2000 if os.environ.get("ATLAS_LONG") else 40
CALLS = 6
COUNTED = "SELECT count(*) AS many, count(DISTINCT call_id) AS calls FROM usage_event WHERE org = :org"


class Crash(BaseException):
    """The process ends here."""


class Ground:
    """One database for many schedules, each in an organization of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.fuse = -1
        self.crashed = asyncio.Event()
        self.config = replace(
            config_for(folder / "ground.db"), clock=self.clock, hooks=CommitHooks(self._burn, self._burn)
        )
        self.storage = Storage.open(self.config)
        # Processes end here, computers do not: to wait for the disk took nine tenths of the time.
        self.storage._engine.raw_connection().cursor().execute("PRAGMA synchronous=OFF")

    def _burn(self) -> None:
        """Each commit has two moments: right before it and right after."""
        if self.fuse == 0:
            self.fuse = -1
            self.crashed.set()
            raise Crash
        self.fuse -= self.fuse > 0


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("batches"))
    yield made
    made.storage.close()


@dataclass
class Desk:
    """In the place of the gateway: it answers, fails, refuses, or knows nobody, as the dice say."""

    dice: random.Random
    asked: Counter[str] = field(default_factory=Counter)
    recorded_calls: list[str] = field(default_factory=list)

    async def standing_of(self, _scope: Scope, _operation: str) -> Standing:
        return standing(gate())

    def overlay(self, *_: Any) -> None:
        return None

    def decide(self, *_: Any) -> Any:
        if self.dice.random() < 0.1:
            raise NoVariantError("no_provider", "nobody")
        return None

    async def complete(self, call: LiveCall, *_: Any) -> Ending:
        self.asked[call.id] += 1
        await asyncio.sleep(0)
        kind = self.dice.choice(["answered", "answered", "failed", "refused", "broken"])
        if kind == "broken":
            raise LookupError("a fault of our own")
        if kind == "failed":
            return answered(call, None, finish_reason="error", error="provider_failed", cost_usd=0.0)
        if kind == "refused":
            extra = {"error_status": 400}
            return answered(call, None, finish_reason="error", error="too_long", extra=extra, cost_usd=0.0)
        return answered(call, "fine")

    def recorded(self, _scope: Scope, call: LiveCall, _ending: Ending) -> None:
        self.recorded_calls.append(call.id)


@dataclass
class World:
    ground: Ground
    scope: Scope
    desk: Desk
    dice: random.Random
    crashes: int = 0

    async def play(self) -> set[str]:
        """The calls whose takers were told that they were taken."""
        taken: set[str] = set()
        begun = 0
        batch = await self.next_process(None)
        while begun < CALLS or self.rows("SELECT id FROM batch_job WHERE org = :org"):
            if self.dice.random() < 0.5:
                self.ground.fuse = self.dice.randrange(6)
            token = None
            call = asked(self.scope, begun, id="")
            try:
                if begun < CALLS:
                    call = asked(
                        self.scope,
                        begun,
                        id=f"chatcmpl-{self.scope.org}-{begun}",
                        tier="batch",
                        standing=standing(gate()),
                    )
                    begun += 1
                    token = Token(f"key {call.id}", b"the same") if self.dice.random() < 0.5 else None
                    await batch.take(call, token)
                    taken.add(call.id)
            except Crash:
                # Whoever asked with a key asks again: the same job or a new one, once.
                batch = await self.next_process(batch)
                if token is not None:
                    await batch.take(call, token)
                    taken.add(call.id)
            await self.a_while()
            if self.ground.crashed.is_set():
                batch = await self.next_process(batch)
            self.ground.clock.seconds += self.dice.choice([0, 11, 60, 4000])
            await batch.start()
        self.ground.fuse = -1
        await batch.close()
        return taken

    async def a_while(self) -> None:
        for _ in range(self.dice.randrange(1, 12)):
            await asyncio.sleep(0)

    async def next_process(self, before: Batch | None) -> Batch:
        """That one has ended without a word; the lease of what it held runs out."""
        if before is not None:
            self.crashes += 1
            await before._tasks.close()
            self.ground.clock.seconds += 11
        self.ground.fuse = -1
        self.ground.crashed.clear()
        batch = Batch(self.ground.config, self.ground.storage, self.desk)
        await batch.start()
        return batch

    def rows(self, sql: str) -> list[Any]:
        with self.ground.storage._engine.connect() as connection:
            return list(connection.execute(sa.text(sql), {"org": self.scope.org}).all())


def scope_named(ground: Ground, name: str) -> Scope:
    with ground.storage._write_engine.begin() as connection:
        organization_named(connection, name, ground.clock.now())
    known = {scope.organization: scope for scope in ground.storage.registry.organizations()}
    return replace(known[name], reviewer="alice")


def test_a_call_that_was_taken_is_recorded_once_whatever_crashes(ground: Ground) -> None:
    crashes = asked_more = failed = 0
    for seed in range(SEEDS):
        dice = random.Random(seed)
        world = World(ground, scope_named(ground, f"org {seed}"), Desk(dice), dice)
        taken = asyncio.run(world.play())
        rows = world.rows("SELECT id, finish_reason FROM call WHERE org = :org")
        ids = [row.id for row in rows]
        assert len(ids) == len(set(ids)), seed
        assert taken <= set(ids), seed
        # One more may have been committed without its taker ever hearing of it.
        assert len(set(ids) - taken) <= world.crashes, seed
        (usage,) = world.rows(COUNTED)
        assert usage.many == usage.calls == len(ids), seed
        judged = world.rows("SELECT call_seq FROM live_job WHERE org = :org")
        whole = [row for row in rows if row.finish_reason == "stop"]
        assert len(judged) == len(whole), seed
        assert len(world.desk.recorded_calls) == len(set(world.desk.recorded_calls)), seed
        crashes += world.crashes
        asked_more += sum(count > 1 for count in world.desk.asked.values())
        failed += len(rows) - len(whole)
    # Or the test would show little.
    assert crashes > SEEDS
    assert asked_more > SEEDS
    assert failed > SEEDS / 2
