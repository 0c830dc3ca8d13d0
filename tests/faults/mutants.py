"""Protocols that are wrong in one way each. The harness is worth something only if it notices every one."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.database import database
from atlas_desktop.server import feedback_rules
from atlas_desktop.server.storage import feedback as server_feedback
from atlas_desktop.server.storage import storage as server_storage
from atlas_desktop.server.storage import writer
from atlas_desktop.store import facts, outbox, settling
from atlas_desktop.store import page as page_of_changes
from atlas_desktop.store import pull as store_pull
from atlas_desktop.store.changed import NOTHING
from atlas_desktop.store.outbox import Outbox
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.settled import Acknowledged, Rejected
from atlas_desktop.sync import backoff, line, push, results
from atlas_desktop.sync.answers import Judgement, Queue
from atlas_desktop.sync.answers import judge as judge_by_table
from atlas_desktop.sync.gates import Gates
from atlas_desktop.sync.pull import Pull
from atlas_desktop.sync.push import Push
from atlas_desktop.sync.results import Outcome
from tests.faults.virtual import START, VirtualClock

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong protocol. ``focus`` turns the schedules towards what it gets wrong: fewer are needed then."""

    name: str
    apply: Callable[[Patch], None]
    focus: dict[str, Any]


MUTANTS: list[Mutant] = []


def mutant(name: str, **focus: Any) -> Callable[[Callable[[Patch], None]], None]:
    def keep(apply: Callable[[Patch], None]) -> None:
        MUTANTS.append(Mutant(name, apply, focus))

    return keep


def _made_up(row: OutboxRow) -> Feedback:
    return Feedback(id=row.op_id, call_id=row.call_id, reviewer="?", created_at=START, revision=1)


@mutant("resends under a new id")
def _(patch: Patch) -> None:
    original = Push._send

    def renamed(row: OutboxRow) -> OutboxRow:
        new = f"{row.op_id}r{row.attempts}"
        return replace(row, op_id=new, payload=orjson.dumps({**orjson.loads(row.payload), "id": new}))

    async def send(self: Push, rows: Sequence[OutboxRow], way: Any) -> list[Outcome]:
        return await original(self, tuple(renamed(row) if row.attempts else row for row in rows), way)

    patch.setattr(Push, "_send", send)


@mutant("resends other bytes")
def _(patch: Patch) -> None:
    original = Push._send

    def altered(row: OutboxRow) -> OutboxRow:
        return replace(
            row, payload=orjson.dumps({**orjson.loads(row.payload), "tags": ["again"], "clears": False})
        )

    async def send(self: Push, rows: Sequence[OutboxRow], way: Any) -> list[Outcome]:
        return await original(self, tuple(altered(row) if row.attempts else row for row in rows), way)

    patch.setattr(Push, "_send", send)


@mutant("5xx is a refusal", kinds=("error_after",), fault_rate=0.3)
def _(patch: Patch) -> None:
    original = judge_by_table

    def judge(fault: Any, scope: Any) -> Judgement:
        return Judgement("rejected", Queue.GO_ON) if (fault.status or 0) >= 500 else original(fault, scope)

    patch.setattr(line, "judge", judge)
    patch.setattr(results, "judge", judge)


@mutant("no answer is a yes")
def _(patch: Patch) -> None:
    original = results._settled

    def settled(row: OutboxRow, fault: Any, judgement: Judgement, current: Any) -> Any:
        if judgement.item == "unknown":
            return Acknowledged(row.seq, _made_up(row))
        return original(row, fault, judgement, current)

    patch.setattr(results, "_settled", settled)


@mutant("a missing result is a yes", odd_items=0.3)
def _(patch: Patch) -> None:
    original = results.of_result

    def of_result(row: OutboxRow, result: Any, *, own_ids: bool) -> Outcome:
        if result is None:
            return Outcome(row, Acknowledged(row.seq, _made_up(row)))
        return original(row, result, own_ids=own_ids)

    patch.setattr(push, "of_result", of_result)


@mutant("one bad row condemns its whole batch")
def _(patch: Patch) -> None:
    original = judge_by_table

    def judge(fault: Any, scope: Any) -> Judgement:
        judged = original(fault, scope)
        return Judgement("rejected", Queue.GO_ON) if judged.queue is Queue.BISECT else judged

    patch.setattr(line, "judge", judge)


@mutant("a refused batch is sent again as it is", poison=3, kinds=(), client_crashes=0.0)
def _(patch: Patch) -> None:
    patch.setattr(push, "halves", lambda rows: (tuple(rows),))


@mutant("the cursor is one too far")
def _(patch: Patch) -> None:
    original = page_of_changes.read_page

    def read_page(page: Any) -> Any:
        read = original(page)
        return replace(read, next_after=read.next_after + 1) if read.has_more else read

    patch.setattr(store_pull, "read_page", read_page)


@mutant("the cursor is committed before the page", client_crashes=0.1)
def _(patch: Patch) -> None:
    original = store_pull.Pull.apply

    async def apply(self: Any, page: Any, expected_after: int) -> Any:
        to = page_of_changes.read_page(page).next_after
        await self._database.write(lambda writer: facts.write(writer, "cursor", to))
        await self._database.write(lambda writer: facts.write(writer, "cursor", expected_after))
        return await original(self, page, expected_after)

    patch.setattr(store_pull.Pull, "apply", apply)


@mutant("pulls once and never again")
def _(patch: Patch) -> None:
    async def rest(self: Pull) -> None:
        await asyncio.Event().wait()

    patch.setattr(Pull, "_rest", rest)


@mutant("ignores the order within a lane", calls=3, act_every=0.5)
def _(patch: Patch) -> None:
    start = outbox._ELIGIBLE.index("AND NOT EXISTS")
    patch.setattr(outbox, "_ELIGIBLE", outbox._ELIGIBLE[:start] + "ORDER BY seq DESC")


@mutant(
    "what was sent may still be replaced",
    kinds=("error_before", "drop_response"),
    fault_rate=0.5,
    act_every=0.5,
)
def _(patch: Patch) -> None:
    original = outbox._mark_inflight

    def mark(writer: Any, seqs: Sequence[int]) -> Any:
        changed = original(writer, seqs)
        writer.execute("UPDATE outbox SET frozen = 0")
        return changed

    patch.setattr(outbox, "_mark_inflight", mark)


@mutant("what was replaced is sent all the same", calls=3, act_every=0.5)
def _(patch: Patch) -> None:
    original = Push._mark

    async def mark(self: Push, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
        await original(self, rows)
        return tuple(rows)

    patch.setattr(Push, "_mark", mark)


@mutant("forgets at the start what was in flight", client_crashes=0.1)
def _(patch: Patch) -> None:
    async def recover(self: Outbox) -> Any:
        return NOTHING

    patch.setattr(Outbox, "recover", recover)


@mutant("a refused act is dropped")
def _(patch: Patch) -> None:
    original = settling.settle

    def settle(writer: Any, settled: Sequence[Any]) -> Any:
        for item in settled:
            if isinstance(item, Rejected):
                writer.execute("DELETE FROM outbox WHERE seq = ?", (item.seq,))
        return original(writer, settled)

    patch.setattr(outbox, "settle", settle)


@mutant("says decided before COMMIT")
def _(patch: Patch) -> None:
    original = database._commit
    rng = random.Random(1)

    def commit(connection: Any, work: Any, hooks: Any) -> Any:
        if rng.random() >= 0.02:
            return original(connection, work, hooks)
        connection.execute("BEGIN IMMEDIATE")
        try:
            return work(connection)
        finally:
            connection.execute("ROLLBACK")

    patch.setattr(database, "_commit", commit)


@mutant("does not back off", kinds=("refuse",), fault_rate=0.6, partitions=True)
def _(patch: Patch) -> None:
    patch.setattr(line, "delay", lambda *_: 0.05)


@mutant("does not hear Retry-After", kinds=("too_many",), fault_rate=0.3)
def _(patch: Patch) -> None:
    patch.setattr(line, "floor", lambda *_: 0.0)
    patch.setattr(backoff, "floor", lambda *_: 0.0)


@mutant("goes on after a 401", revocations=1.0)
def _(patch: Patch) -> None:
    original = Gates.failed

    def failed(self: Gates, fault: Any, queue: Queue, until: float) -> Gates:
        return self.answered() if queue is Queue.AUTH else original(self, fault, queue, until)

    patch.setattr(Gates, "failed", failed)


@mutant("tries the revoked key again when asked to try again", revocations=1.0)
def _(patch: Patch) -> None:
    patch.setattr(Gates, "lifted", lambda self: replace(self, shut=(), failures=0, not_before=0.0))


@mutant("two batches at a time")
def _(patch: Patch) -> None:
    original = Push.run

    async def run(self: Push) -> None:
        await asyncio.gather(original(self), original(self))

    patch.setattr(Push, "run", run)


@mutant("goes online by itself")
def _(patch: Patch) -> None:
    patch.setattr(Gates, "offline", lambda self, _: self)


@mutant("a lane that waits waits for ever", odd_items=0.3)
def _(patch: Patch) -> None:
    patch.setattr(backoff.Lanes, "waiting", lambda self, _: frozenset(self.until))


@mutant("goes by the wall clock")
def _(patch: Patch) -> None:
    original = VirtualClock.monotonic
    patch.setattr(VirtualClock, "monotonic", lambda self: original(self) + self.skew.total_seconds())


@mutant("the server knows no id again")
def _(patch: Patch) -> None:
    original = feedback_rules.decide

    def decide(act: Any, body_hash: bytes, known: Any, fresh: Any) -> Any:
        known.rows.clear()
        return original(act.model_copy(update={"id": None}), body_hash, known, fresh)

    patch.setattr(server_feedback, "decide", decide)


@mutant("the server answers before its COMMIT")
def _(patch: Patch) -> None:
    original = writer.run_alone
    rng = random.Random(1)

    def run_alone(connection: Any, job: Any, hooks: Any) -> Any:
        if rng.random() >= 0.05:
            return original(connection, job, hooks)
        with connection.begin() as transaction:
            result = job(connection)
            transaction.rollback()
        return result

    patch.setattr(server_storage, "run_alone", run_alone)
