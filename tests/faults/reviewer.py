"""Somebody who decides, changes their mind, pulls the plug, and remembers exactly what they said."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta

from atlas_desktop.domain.opinion import Edit, Opinion, Verdict, as_edit, edited
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching, Some
from atlas_desktop.store.conflicts import Conflict
from tests.faults import saying
from tests.faults.device import Device
from tests.faults.saying import VERDICTS, Shown
from tests.faults.schedule import Schedule


@dataclass
class Reviewer:
    """``said`` is what they believe they said about each call; ``unsure_since`` is empty unless a crash hid it.

    ``surprises`` are broken promises of the store, found while acting.
    """

    device: Device
    schedule: Schedule
    rng: random.Random
    clock_rng: random.Random
    until: float
    revoked: set[str]
    seen: set[str] = field(default_factory=set)
    said: dict[str, Opinion] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    acts: int = 0
    resolved: int = 0
    poison_tries: int = 0
    surprises: list[str] = field(default_factory=list)
    _pending: tuple[dict[str, Opinion], dict[str, Opinion]] | None = None
    _keys_left: int = 8

    async def act(self) -> None:
        """Until the time is over. Called anew after each crash."""
        await self._look_after_a_crash()
        while self.device.clock.monotonic() < self.until:
            await asyncio.sleep(self.rng.expovariate(1 / self.schedule.act_every))
            await self._one_act()

    async def _one_act(self) -> None:
        self.acts += 1
        choice = self.rng.random()
        self._maybe_jump_the_clock()
        if choice < 0.30:
            await self._decide(self.rng.choice(VERDICTS))
        elif choice < 0.40:
            await self._decide(saying.tag_or_note(self.rng))
        elif choice < 0.55:
            await self._correct()
        elif choice < 0.70:
            await self._undo_or_redo()
        elif choice < 0.80:
            await self._see_to_what_needs_me()
        elif choice < 0.86:
            self.device.switch(offline=self.rng.random() < 0.5)
        elif choice < 0.90:
            self.device.person_acts()
        elif choice < 0.94 and self.schedule.partitions:
            self._toggle_partition()
        elif self.rng.random() < self.schedule.revocations and self._keys_left:
            await self._lose_the_key()

    def _maybe_jump_the_clock(self) -> None:
        """By its own dice, so that a run without jumps does everything else alike."""
        if self.clock_rng.random() < 0.1:
            jump = timedelta(seconds=self.clock_rng.choice((-1e9, -86_400, -1, 1, 3_600, 1e9)))
            if self.schedule.clock_jumps:
                self.device.clock.skew = jump

    async def _correct(self) -> None:
        """Write over what is on the screen, and submit with what was on it, whatever has come since."""
        store = self.device.store
        seqs = list(await store.calls.ids(Query()))
        opened = await store.calls.open_call(self.rng.choice(seqs)) if seqs else None
        if opened is None or not self.schedule.corrections:
            return
        name = f"text {self.device.number}/{self.acts}"
        edit = await saying.a_correction(self.rng, opened, name, self.shown)
        before = await self._opinions([opened.row.seq])
        self._pending = (before, {call: edited(opinion, edit) for call, opinion in before.items()})
        known = opened.correction
        await store.decisions.decide(
            [opened.row.seq],
            edit,
            now=self.device.clock.now(),
            bases={opened.row.seq: known.seen if known else None},
            started={opened.row.seq: known.text} if known else {},
        )
        await self._committed([opened.row.seq])

    async def _decide(self, said: Verdict | Edit) -> None:
        store = self.device.store
        seqs = list(await store.calls.ids(Query()))
        if not seqs:
            return
        shape = self.rng.random()
        if shape < 0.7:
            chosen = [self.rng.choice(seqs)]
            target: Some | AllMatching = Some(frozenset(chosen))
        elif shape < 0.95:
            chosen = self.rng.sample(seqs, min(len(seqs), self.schedule.bulk))
            target = Some(frozenset(chosen))
        else:
            left_out = frozenset(self.rng.sample(seqs, len(seqs) // 2))
            chosen = [seq for seq in seqs if seq not in left_out]
            target = AllMatching(Query(), left_out)
        before = await self._opinions(chosen)
        after = {call: edited(opinion, as_edit(said)) for call, opinion in before.items()}
        self._pending = (before, after)
        await store.decisions.decide(target, said, now=self.device.clock.now())
        await self._committed(chosen)

    async def _undo_or_redo(self) -> None:
        store, now = self.device.store, self.device.clock.now()
        seqs = list(await store.calls.ids(Query()))
        before = await self._opinions(seqs)
        self._pending = (before, {})
        undo = self.rng.random() < 0.7
        await (store.decisions.undo(now) if undo else store.decisions.redo(now))
        self._pending = None
        self._went_back(before, await self._opinions(seqs))
        await self._note_operations()
        self.device.engine.wake()

    def _went_back(self, before: dict[str, Opinion], now: dict[str, Opinion]) -> None:
        for call, opinion in now.items():
            if before[call] != opinion:
                self.said[call] = opinion
                saying.went_back(before[call], opinion, self.shown)

    async def _committed(self, seqs: list[int]) -> None:
        assert self._pending is not None
        _, after = self._pending
        self._pending = None
        if (now := await self._opinions(seqs)) != after:
            self.surprises.append(f"decided {after}, the store says {now}")
        self.said.update(after)
        await self._note_operations()
        self.device.engine.wake()

    async def _look_after_a_crash(self) -> None:
        """An act that was cut off happened wholly or not at all."""
        await self._note_operations()
        if self._pending is None:
            return
        before, after = self._pending
        self._pending = None
        seqs = [seq for call in before if (seq := await self.device.store.calls.seq_of(call)) is not None]
        now = await self._opinions(seqs)
        self._went_back(before, now)
        if after and now not in (before, after):
            self.surprises.append(f"half an act survived a crash: {before} or {after}, but {now}")

    async def _opinions(self, seqs: list[int]) -> dict[str, Opinion]:
        found = {}
        for seq in seqs:
            call = await self.device.store.calls.open_call(seq)
            if call is not None:
                found[call.row.id] = call.opinion
        return found

    async def _note_operations(self) -> None:
        """Every op whose COMMIT returned: from now on it may never be lost."""
        rows = await self.device.store.database.read(
            lambda connection: list(connection.execute("SELECT id FROM op WHERE fate = 0"))
        )
        self.seen.update(str(op_id) for (op_id,) in rows)

    async def _see_to_what_needs_me(self) -> None:
        outbox = self.device.store.outbox
        items = await outbox.items(("conflict", "rejected", "parked"))
        if not items:
            return
        item = self.rng.choice(items)
        conflict = await self.device.store.conflicts.of(item.call)
        if conflict is not None and self.rng.random() < 0.7:
            await self._resolve(conflict)
        elif self.rng.random() < 0.5:
            self.poison_tries += 1
            await outbox.retry(item.seq)
        else:
            self._pending = (await self._opinions([item.call]), {})
            await outbox.discard(item.seq)
            self._pending = None
            self.said.update(await self._opinions([item.call]))
        self.device.engine.wake()

    async def _resolve(self, conflict: Conflict) -> None:
        text = saying.a_resolution(self.rng, conflict, self.shown, f"text {self.device.number}/{self.acts}")
        before = await self._opinions([conflict.call])
        self._pending = (before, {})
        decided = await self.device.store.conflicts.resolve(conflict, text, now=self.device.clock.now())
        self._pending = None
        self.resolved += decided.count
        self.said.update(await self._opinions([conflict.call]))
        await self._note_operations()

    def _toggle_partition(self) -> None:
        self.device.network.partitioned ^= {self.device.number}

    async def _lose_the_key(self) -> None:
        """The key is revoked; after a while there is another."""
        self._keys_left -= 1
        self.revoked.add(self.device.authorization)
        await asyncio.sleep(self.rng.uniform(1, 15))
        if self.rng.random() < 0.5:
            self.device.person_acts()  # in vain
            await asyncio.sleep(self.rng.uniform(1, 15))
        self.device.new_key()


def settle_down(device: Device) -> None:
    """What a person does at the end: everything on, the right key in, gates opened. The rest must come by itself."""
    if device.authorization in device.network.revoked:
        device.new_key()
    device.switch(offline=False)
    if device.engine._line.gates.shut:
        device.person_acts()
