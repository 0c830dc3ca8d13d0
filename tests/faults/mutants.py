"""Protocols that are wrong in one way each. The harness is worth something only if it notices every one."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.settled import Acknowledged
from atlas_desktop.sync import backoff, line, push, results
from atlas_desktop.sync.answers import Judgement, Queue
from atlas_desktop.sync.answers import judge as judge_by_table
from atlas_desktop.sync.gates import Gates
from atlas_desktop.sync.outcome import fault_of
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


@mutant("pulls once and never again")
def _(patch: Patch) -> None:
    async def rest(self: Pull) -> None:
        await asyncio.Event().wait()

    patch.setattr(Pull, "_rest", rest)


@mutant("what was replaced is sent all the same", calls=3, act_every=0.1)
def _(patch: Patch) -> None:
    original = Push._mark

    async def mark(self: Push, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
        await original(self, rows)
        return tuple(rows)

    patch.setattr(Push, "_mark", mark)


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


@mutant("does not look at the gates again just before sending", kinds=("too_many",), fault_rate=0.6)
def _(patch: Patch) -> None:
    async def ask(self: line.Turn, make: Any, scope: Any) -> Any:
        try:
            answer = await make()
        except AtlasError as error:
            return self.failed(fault_of(error), scope)
        finally:
            self.finished += 1
        self._succeeded()
        return answer

    patch.setattr(line.Turn, "ask", ask)
