"""The one line to the server, with a turn for each loop: gates, budget and back-off are kept here."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import AtlasError
from atlas_desktop.sync.answers import Fault, Judgement, Queue, Scope, judge
from atlas_desktop.sync.backoff import Budget, delay, floor
from atlas_desktop.sync.clock import Clock
from atlas_desktop.sync.gates import Gates, Shut
from atlas_desktop.sync.outcome import fault_of
from atlas_desktop.sync.pace import Pace
from atlas_desktop.sync.plan import Way

T = TypeVar("T")

HELD_BACK: Final = Fault("not_sent", message="It was not sent: the way had closed just before.")
TOO_LATE: Final = Fault(
    "ambiguous", message="It was answered after the server had ended, perhaps by another."
)
_HERE: Final = frozenset({Queue.HOST, Queue.LATER})


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that did not succeed, and what that means."""

    fault: Fault
    judgement: Judgement


class Line:
    """What both loops share. ``way`` is None until the server was asked what it can do."""

    def __init__(
        self, client: AsyncAtlas, clock: Clock, rng: random.Random, pace: Pace, changed: Callable[[], None]
    ) -> None:
        self.client = client
        self.clock = clock
        self.rng = rng
        self.pace = pace
        self.gates = Gates(pace)
        self.budget = Budget.full(pace)
        self.way: Way | None = None
        self.key = 0  # counts the keys there were
        self.withdrawals = 0
        self._changed = changed
        self._stirred = asyncio.Event()
        self._turns: list[Turn] = []

    def turn(self, *, probes: bool) -> "Turn":
        """A turn for one loop. The one that probes finds out whether a server that was away is back."""
        turn = Turn(self, probes=probes)
        self._turns.append(turn)
        return turn

    def become(self, gates: Gates) -> None:
        """Other gates: whoever waits for a turn looks again."""
        if gates != self.gates:
            self.gates = gates
            self.stir()
            self._changed()

    def shut(self, name: Shut, words: str) -> None:
        """Close one gate until a person opens it."""
        self.become(self.gates.closing(name, words))

    def new_key(self, client: AsyncAtlas | None) -> None:
        """Another key, in this client if given: ask anew what it may do."""
        self.key += 1
        self.client = client or self.client
        self.way = None
        self.become(self.gates.new_key())

    def withdraw(self) -> None:
        """The server ended: send nothing, and believe no answer that is still to come."""
        self.withdrawals += 1
        self.way = None
        self.become(self.gates.withdrawn())

    def forget_waits(self) -> None:
        """A person wants it now, or the server is back: no back-off counts any more."""
        for turn in self._turns:
            turn.streak, turn.due = 0, 0.0
        self.stir()

    def stir(self) -> None:
        """Wake whoever waits for a turn."""
        self._stirred.set()
        self._stirred = asyncio.Event()

    async def until_stirred(self, seconds: float | None) -> None:
        """Wait for news about the gates, at most so long."""
        await self.clock.wait(self._stirred, seconds)


class Turn:
    """One loop's access to the line: at most one of its requests (or bundle of singles) at a time.

    ``finished`` counts the requests that ended somehow: how the watchdog sees that it is alive.
    """

    def __init__(self, line: Line, *, probes: bool) -> None:
        self._line = line
        self._probes = probes
        self.streak = 0
        self.due = 0.0
        self.finished = 0
        self.too_large = False
        """Whether one row alone is more than is accepted: what comes after it is out of reach."""

    @property
    def waits(self) -> float | None:
        """Seconds until a request may go; None when something else has to happen first."""
        line = self._line
        if line.gates.closed or (not self._probes and (line.gates.probing or line.way is None)):
            return None
        return max(0.0, max(self.due, line.gates.not_before) - line.clock.monotonic())

    async def come(self) -> None:
        """Return when a request may go."""
        while (seconds := self.waits) != 0:
            await self._line.until_stirred(seconds)

    async def ask(self, make: Callable[[], Awaitable[T]], scope: Scope) -> T | Failed:
        """Make a request and draw the conclusions for the queue.

        A gate may have closed since `come` returned, while rows or a cursor were read: then nothing is sent.
        """
        if self.waits != 0:
            return Failed(HELD_BACK, Judgement("ready", Queue.GO_ON))
        key, withdrawals = self._line.key, self._line.withdrawals
        try:
            answer = await make()
        except AtlasError as error:
            fault = fault_of(error)
            if key != self._line.key and judge(fault, scope).queue is Queue.AUTH:
                # About the key before this one: it says nothing about the one there is now.
                return Failed(fault, Judgement("ready", Queue.GO_ON))
            return self.failed(fault, scope)
        finally:
            self.finished += 1
        if withdrawals != self._line.withdrawals:
            return Failed(TOO_LATE, Judgement("unknown", Queue.GO_ON))
        self._succeeded()
        return answer

    def failed(self, fault: Fault, scope: Scope) -> Failed:
        """Note a failure, also one found only while reading the answer."""
        line = self._line
        judgement = judge(fault, scope)
        now = line.clock.monotonic()
        if judgement.queue in _HERE:
            self.due = max(self.due, now + self._delay(fault))
            self.streak += 1
        asked = now + floor(fault.retry_after, line.pace)
        line.become(line.gates.failed(fault, judgement.queue, asked if fault.retry_after else 0.0))
        return Failed(fault, judgement)

    def _delay(self, fault: Fault) -> float:
        line = self._line
        line.budget, enough = line.budget.spent(timed_out=fault.timed_out)
        if not enough:
            return max(line.pace.cap, floor(fault.retry_after, line.pace))
        return delay(self.streak, line.rng, line.pace, fault.retry_after)

    def _succeeded(self) -> None:
        line = self._line
        was_away = line.gates.probing
        self.streak = 0
        line.budget = line.budget.earned()
        line.become(line.gates.answered())
        if was_away:
            line.forget_waits()
