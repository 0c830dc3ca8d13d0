"""Sends what was decided here, in order, each act until there is an answer to it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from atlas_desktop.contract.listing import FeedbackQuery
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.rows import OutboxRow, OutboxState
from atlas_desktop.store.settled import Acknowledged, Parked, Rejected, Retry
from atlas_desktop.store.store import Store
from atlas_desktop.sync.answers import Fault, Queue
from atlas_desktop.sync.backoff import Lanes, delay
from atlas_desktop.sync.batching import BatchSize, halves
from atlas_desktop.sync.line import Failed, Line
from atlas_desktop.sync.plan import Way
from atlas_desktop.sync.results import FOREIGN, Outcome, found, of_result, refused, taken
from atlas_desktop.sync.words import CANNOT_TELL

_READY: Final[tuple[OutboxState, ...]] = ("ready",)
_INFLIGHT: Final[tuple[OutboxState, ...]] = ("inflight",)
_UNANSWERED: Final[tuple[OutboxState, ...]] = ("unknown",)
_SENT_BLINDLY: Final[tuple[OutboxState, ...]] = ("ready", "unknown")  # the server knows our ids


class Push:
    """The push loop: one batch in flight, or a few single posts where the server takes no batches.

    ``retracted`` is called when the server took something of mine back: only it knows what counts now.
    """

    def __init__(
        self,
        store: Store,
        line: Line,
        tell: Callable[[Changed], None],
        retracted: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._line = line
        self._tell = tell
        self._retracted = retracted
        self.turn = line.turn(probes=False)
        self.lanes = Lanes()
        self.size = BatchSize.first(line.pace)
        self._parts: list[tuple[OutboxRow, ...]] = []
        self._wanted = asyncio.Event()
        self._look_from = 0.0

    def wake(self) -> None:
        """There is something to send."""
        self._wanted.set()

    def forget_waits(self) -> None:
        """A person wants it now: no lane waits any more."""
        self.lanes.clear()
        self.wake()

    async def run(self) -> None:
        """Push until cancelled."""
        self._parts.clear()
        # An answer lost before this start may still be on its way to the server: see `_look`.
        self._look_from = self._line.clock.monotonic() + self._line.pace.timeout
        while True:
            if not await self.step():
                await self._rest()

    async def step(self) -> bool:
        """One request, if there is something to send; whether there was."""
        await self.turn.come()
        way = self._line.way
        if way is None:
            return True
        if way.unknown != "resend" and await self._unanswered(way):
            return True
        rows = self._parts.pop(0) if self._parts else await self._eligible(way)
        if not rows:
            return False
        if marked := await self._mark(rows):
            await self._record(await self._send(marked, way))
        return True

    async def _mark(self, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
        """Freeze the rows; those that a newer act replaced since they were read are not there any more."""
        outbox = self._store.outbox
        self._tell(await outbox.mark_inflight([row.seq for row in rows]))
        inflight = await outbox.eligible(len(rows), self._line.pace.most_bytes * 2, states=_INFLIGHT)
        marked = {row.seq for row in inflight}
        return tuple(row for row in rows if row.seq in marked)

    async def _eligible(self, way: Way) -> Sequence[OutboxRow]:
        line = self._line
        return await self._store.outbox.eligible(
            self.size.rows if way.push == "batch" else line.pace.singles,
            line.pace.most_bytes,
            states=_SENT_BLINDLY if way.unknown == "resend" else _READY,
            skip_lanes=self.lanes.waiting(line.clock.monotonic()),
        )

    async def _rest(self) -> None:
        line, due = self._line, self.lanes.next_due()
        seconds = line.pace.poll if due is None else min(line.pace.poll, due - line.clock.monotonic())
        self._wanted.clear()
        await line.clock.wait(self._wanted, max(0.0, seconds))

    async def _send(self, rows: tuple[OutboxRow, ...], way: Way) -> list[Outcome]:
        if way.push == "single":
            sent = await asyncio.gather(*(self._post(row, way) for row in rows), return_exceptions=True)
            return [_unless_broken(one) for one in sent]
        payloads = [row.payload for row in rows]
        answer = await self.turn.ask(lambda: self._line.client.feedback.batch(payloads), "batch")
        if isinstance(answer, Failed):
            return self._whole(rows, answer, way)
        self.size = self.size.grown()
        results = [*answer.results[: len(rows)], *[None] * (len(rows) - len(answer.results))]
        own = way.unknown == "resend"
        return [of_result(row, result, own_ids=own) for row, result in zip(rows, results, strict=True)]

    async def _post(self, row: OutboxRow, way: Way) -> Outcome:
        create = self._line.client.feedback.create
        answer = await self.turn.ask(lambda: create(row.payload, idempotency_key=row.op_id), "single")
        if isinstance(answer, Failed):
            return refused(row, answer.fault, answer.judgement)
        return taken(row, answer, own_ids=way.unknown == "resend")

    def _whole(self, rows: tuple[OutboxRow, ...], failed: Failed, way: Way) -> list[Outcome]:
        """A batch that failed as one: smaller parts next where that helps, else the same again later."""
        fault, queue = failed.fault, failed.judgement.queue
        if queue is Queue.SMALLER or fault.timed_out:
            self.size = self.size.halved()
        if queue in {Queue.SMALLER, Queue.BISECT}:
            if len(rows) == 1:
                words = Rejected(rows[0].seq, fault.status or 0, fault.code, fault.message)
                return [Outcome(rows[0], words)]
            self._parts = [*halves(rows), *self._parts]
        elif self._parts and (failed.judgement.item == "ready" or way.unknown == "resend"):
            self._parts.insert(0, rows)
        return [refused(row, fault, failed.judgement) for row in rows]

    async def _record(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            fault = outcome.fault
            if outcome.ends:
                self.lanes.ended(outcome.row.lane)
            elif fault is not None and outcome.queue in {Queue.AUTH, Queue.VERSION}:
                self.turn.failed(fault, "item")
            elif fault is not None:
                self._hold(outcome.row, fault)
        if any(outcome.fault is FOREIGN for outcome in outcomes):
            self._line.shut("lying", FOREIGN.message)
        settled = [outcome.settled for outcome in outcomes]
        self._tell(await self._store.outbox.settle(settled))
        if any(isinstance(one, Acknowledged) and one.feedback.clears for one in settled):
            self._retracted()

    def _hold(self, row: OutboxRow, fault: Fault) -> None:
        line = self._line
        wait = delay(self.lanes.failed(row.lane), line.rng, line.pace, fault.retry_after)
        self.lanes.hold(row.lane, line.clock.monotonic() + wait)

    async def _unanswered(self, way: Way) -> bool:
        """Rows without an answer, at a server that may store an act twice: never sent again blindly."""
        line = self._line
        rows = await self._store.outbox.eligible(
            line.pace.singles,
            line.pace.most_bytes,
            states=_UNANSWERED,
            skip_lanes=self.lanes.waiting(line.clock.monotonic()),
        )
        if not rows:
            return False
        if way.unknown == "park":
            self._tell(await self._store.outbox.settle([Parked(row.seq, CANNOT_TELL) for row in rows]))
        elif line.clock.monotonic() < self._look_from:
            for row in rows:
                self.lanes.hold(row.lane, self._look_from)
        else:
            await self._look(rows[0], way)
        return True

    async def _look(self, row: OutboxRow, way: Way) -> None:
        """Ask what the server has about this call, and only send again what is not there."""
        reviewer = await self._store.identity.get("reviewer")
        query = FeedbackQuery(call_id=row.call_id, limit=1000)
        listed = await self.turn.ask(lambda: self._line.client.feedback.list(query), "single")
        if isinstance(listed, Failed):
            if listed.judgement.item == "rejected":  # no such call, so nothing of ours either
                await self._record([Outcome(row, Retry(row.seq, looked=True))])
            return
        there = found(row, listed.data, reviewer)
        if there is None and listed.has_more:
            outcome = Outcome(row, Parked(row.seq, CANNOT_TELL))
        elif there is None:
            outcome = Outcome(row, Retry(row.seq, looked=True))
        else:
            outcome = taken(row, there, own_ids=False)
        await self._record([outcome])


def _unless_broken(sent: Outcome | BaseException) -> Outcome:
    if isinstance(sent, BaseException):
        raise sent
    return sent
