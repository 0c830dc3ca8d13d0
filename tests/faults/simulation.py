"""One schedule: devices, a network and a server in one thread, faults until a point, then peace and the checks."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.store.rows import OutboxState
from atlas_desktop.sync.pace import Pace
from tests.faults import invariants, wire
from tests.faults.device import Device
from tests.faults.invariants import DeviceFile, ServerFile
from tests.faults.network import Network, ServerDiedError, ServerDownError
from tests.faults.reviewer import Reviewer, settle_down
from tests.faults.schedule import Schedule, draw
from tests.faults.server_box import HOST, ServerBox, key_of
from tests.faults.templates import Templates
from tests.faults.virtual import VirtualClock, run_virtual

KEYS = 10
CONFLICTS: tuple[OutboxState, ...] = ("conflict",)
PATIENCE = 240.0  # virtual seconds: 60 of back-off, 60 of an empty budget, a lost answer, 20 of Retry-After


@dataclass
class Outcome:
    """``broken`` names each invariant that did not hold, with its witnesses."""

    schedule: Schedule
    broken: dict[str, list[str]] = field(default_factory=dict)
    requests: int = 0
    faults: int = 0
    crashes: int = 0
    acts: int = 0
    applied: int = 0
    corrected: int = 0
    resolved: int = 0
    virtual_seconds: float = 0.0
    trace: list[tuple[object, ...]] = field(default_factory=list)
    final: dict[tuple[str, str], object] = field(default_factory=dict)

    def note(self, name: str, witnesses: Iterable[str]) -> None:
        found = list(witnesses)
        if found:
            self.broken.setdefault(name, []).extend(found[:5])

    def __str__(self) -> str:
        lines = [f"  {name}: {'; '.join(found)}" for name, found in sorted(self.broken.items())]
        return "\n".join([f"seed {self.schedule.seed}: {self.schedule}", *lines])


class World:
    """Everything of one schedule."""

    def __init__(self, schedule: Schedule, folder: Path) -> None:
        seed = schedule.seed
        self.schedule = schedule
        self.outcome = Outcome(schedule)
        self.rng = random.Random(f"{seed}/world")
        names = ["rev0" if schedule.shared_reviewer else f"rev{number}" for number in range(schedule.devices)]
        keys = [tuple(key_of(f"{name}d{n}", k, name) for k in range(KEYS)) for n, name in enumerate(names)]
        outside = (key_of("outside", 0, "outsider"), *(key_of(f"{name}o", 0, name) for name in names))
        self.outside = outside
        self.server = ServerBox(
            folder / "server.db",
            random.Random(f"{seed}/server"),
            tuple({key.key: key for key in (*(one for some in keys for one in some), *outside)}.values()),
            VirtualClock(),
            crash_rate=schedule.server_crashes,
            odd_items=schedule.odd_items,
            without=schedule.without,
        )
        self.network = Network(
            random.Random(f"{seed}/network"), self.server.serve, schedule.fault_rate, schedule.kinds
        )
        pace = Pace(
            poll=schedule.poll,
            first_batch=schedule.first_batch,
            most_rows=schedule.most_rows,
            page=schedule.page,
        )
        self.devices = [
            Device(
                n, folder / f"device{n}.db", random.Random(f"{seed}/device{n}"), self.network, keys[n], pace
            )
            for n in range(schedule.devices)
        ]
        self.reviewers = [
            Reviewer(
                device,
                schedule,
                random.Random(f"{seed}/reviewer{device.number}"),
                random.Random(f"{seed}/clock{device.number}"),
                schedule.seconds,
                self.network.revoked,
            )
            for device in self.devices
        ]
        self.sent: set[int] = set()
        self.spoken_for: set[tuple[str, str]] = set()
        self._outside_ids = 0

    async def run(self) -> Outcome:
        self.server.open()
        if self.schedule.poison:
            rows = self.server.query("SELECT id FROM call ORDER BY id")
            self.server.poison = frozenset(
                self.rng.sample([call for (call,) in rows], min(len(rows), self.schedule.poison))
            )
        for device in self.devices:
            device.crash_rate = self.schedule.client_crashes
        loop = asyncio.get_running_loop()
        lives = [
            loop.create_task(device.live(self._until_peace(device, reviewer)))
            for device, reviewer in zip(self.devices, self.reviewers, strict=True)
        ]
        outsiders = loop.create_task(self._outsiders())
        try:
            await self._peace_comes()
            await asyncio.gather(*lives)
            await outsiders
        finally:
            for task in (*lives, outsiders):
                task.cancel()
            await asyncio.gather(*lives, outsiders, return_exceptions=True)
            await self._check_and_close()
        return self.outcome

    def _until_peace(self, device: Device, reviewer: Reviewer):  # type: ignore[no-untyped-def]
        async def act() -> None:
            self._check_after_start(device)
            await reviewer.act()
            device.crash_rate = 0.0
            await self.peace.wait()
            settle_down(device)
            await self._until_through(device)

        return act

    async def _peace_comes(self) -> None:
        self.peace = asyncio.Event()
        await asyncio.sleep(self.schedule.seconds)
        self.network.faulty = False
        self.network.partitioned.clear()
        await self.network.settled()
        await self.server.up()
        await self.network.settled()
        await asyncio.sleep(35)  # a reviewer who waits for a new key gets it
        self.network.partitioned.clear()
        self.peace.set()

    async def _until_through(self, device: Device) -> None:
        """I11: everything that does not wait for a person is acknowledged, on all devices, and then pulled."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while loop.time() < deadline:
            await asyncio.sleep(5)
            counts = await device.store.outbox.counts()
            if not counts.inflight and not await device.store.outbox.eligible(1, 1):
                self.sent.add(device.number)
            if len(self.sent) == len(self.devices) and await self._is_through(device):
                return
        self.outcome.note("I11", [f"device {device.number} is not through: {device.engine.status}"])

    async def _is_through(self, device: Device) -> bool:
        cursor = await device.store.pull.cursor()
        ((newest,),) = self.server.query("SELECT max(revision) FROM organization")
        pulled = cursor == newest or "calls.changes" in self.schedule.without
        return pulled and device.engine.status.link == "online"

    async def _outsiders(self) -> None:
        """Other reviewers, and scripts of our own, that correct calls without passing through the faults."""
        while self.schedule.outsiders:
            await asyncio.sleep(self.rng.expovariate(1 / 8))
            if asyncio.get_running_loop().time() > self.schedule.seconds:
                return
            key = self.rng.choice(self.outside)
            calls = [call for (call,) in self.server.query("SELECT id FROM call ORDER BY id")]
            self._outside_ids += 1
            body: dict[str, object] = {"id": f"fb_out{self._outside_ids}", "call_id": self.rng.choice(calls)}
            if self.rng.random() < 0.6:
                body["correction"] = f"better {self._outside_ids}"
            else:
                said = self.rng.choice(("thumbs_up", "thumbs_down", "tone:rude"))
                body |= {"tags": [said]} if ":" in said else {"rating": said}
            self.spoken_for.add((key.name, str(body["call_id"])))
            request = httpx.Request(
                "POST",
                f"{HOST}/v1/feedback",
                headers={"authorization": f"Bearer {key.key}", "content-type": "application/json"},
                content=orjson.dumps(body),
            )
            try:
                await self.server.serve(request)
            except (ServerDownError, ServerDiedError):
                continue

    def server_file(self) -> ServerFile:
        rows = self.server.query("SELECT document FROM feedback ORDER BY seq")
        calls = self.server.query("SELECT id, revision, feedback, feedback_count FROM call WHERE NOT deleted")
        return ServerFile(
            tuple(Feedback.model_validate_json(document) for (document,) in rows),
            {
                call: (revision, orjson.loads(head)["id"] if head else None, count)
                for call, revision, head, count in calls
            },
        )

    def device_file(self, device: Device, theirs: dict[int, str | None] | None = None) -> DeviceFile:
        connection = device.store.database._inline
        assert connection is not None
        return invariants.read_device(device.number, device.reviewer, connection, theirs or {})

    def _check_after_start(self, device: Device) -> None:
        """What must hold at every moment is looked at when a crash has just been survived."""
        if device.lives == 1:
            return
        server, here = self.server_file(), self.device_file(device)
        self.outcome.note("I1", invariants.i1_no_loss(here, server, self.reviewers[device.number].seen))
        self.outcome.note("I4", invariants.i4_acknowledged_is_durable(self.server.acknowledged, server))
        self.outcome.note("I9", invariants.i9_pull_is_atomic(here, server, device.revisions))
        device.revisions = here.calls

    async def _check_and_close(self) -> None:
        try:
            await self._check()
        finally:
            for device in self.devices:
                await device.kill()
            self.server.close()

    async def _check(self) -> None:
        outcome, server = self.outcome, self.server_file()
        files = []
        for device, reviewer in zip(self.devices, self.reviewers, strict=True):
            conflicts = await device.store.outbox.items(CONFLICTS)
            here = self.device_file(device, {item.seq: item.theirs_by for item in conflicts})
            files.append(here)
            await self._check_device(device, reviewer, here, server)
        outcome.note("I2", invariants.i2_no_duplicate(files, server))
        outcome.note("I4", invariants.i4_acknowledged_is_durable(self.server.acknowledged, server))
        outcome.note("judged", invariants.judged_calls_stay_judged(server))
        shown = {reviewer.device.number: reviewer.shown.texts for reviewer in self.reviewers}
        outcome.note("I6", invariants.i6_no_lost_update(files, server, shown))
        self._check_wire()
        self._summarize(server, files)

    async def _check_device(
        self, device: Device, reviewer: Reviewer, here: DeviceFile, server: ServerFile
    ) -> None:
        outcome = self.outcome
        outcome.note("I1", invariants.i1_no_loss(here, server, reviewer.seen))
        outcome.note("I3", invariants.i3_parked_is_not_applied(here, server))
        outcome.note("I5", invariants.i5_lane_order(here, server))
        outcome.note("I7", invariants.i7_no_self_conflict(here))
        outcome.note("I9", invariants.i9_pull_is_atomic(here, server, device.revisions))
        outcome.note("frozen", invariants.payloads_are_frozen(here))
        outcome.note("I12", invariants.i12_only_poison_is_refused(here, self.server.poison))
        outcome.note("store", reviewer.surprises)
        if "calls.changes" in self.schedule.without:
            outcome.note("I10", invariants.i10_all_calls_are_here(here, server))
        else:
            outcome.note("I10", invariants.i10_convergence(here, server))
            outcome.note("shown", invariants.what_counts_is_shown(here, server))
            outcome.note("mine", invariants.what_i_say_is_known(here, server))
        if not self.schedule.shared_reviewer:
            said = {
                call: opinion
                for call, opinion in reviewer.said.items()
                if (device.reviewer, call) not in self.spoken_for
            }
            outcome.note("intent", invariants.intent_arrived(here, server, said))
        if device.bugs + device.engine.status.bugs:
            outcome.note("I11", [f"device {device.number}: the watchdog or a loop reported a bug"])

    def _check_wire(self) -> None:
        log, waived = self.network.log, {device.number: device.waived for device in self.devices}
        eager = {device.number: [*device.waived, *device.eager] for device in self.devices}
        self.outcome.note("I13 in flight", wire.i13_one_push_in_flight(log))
        self.outcome.note("I13 retry-after", wire.i13_retry_after(log, waived))
        self.outcome.note("I13 revoked key", wire.i13_revoked_key(log))
        self.outcome.note("I13 backs off", wire.i13_backs_off(log, eager))
        switches = {device.number: device.offline for device in self.devices}
        self.outcome.note("offline by hand", wire.offline_by_hand(log, switches))
        self.outcome.note("I16 key stays home", wire.key_stays_home(log))
        if not self.schedule.kinds and not self.schedule.client_crashes:
            tries = len(self.devices) + sum(reviewer.poison_tries for reviewer in self.reviewers)
            self.outcome.note(
                "I12",
                wire.i12_poison(
                    self.server.poisoned, len(self.server.poison), tries, self.schedule.most_rows
                ),
            )

    def _summarize(self, server: ServerFile, files: list[DeviceFile]) -> None:
        outcome = self.outcome
        outcome.requests = len(self.network.log)
        outcome.faults = sum(self.network.befell.values())
        outcome.crashes = self.server.crashes + sum(device.crashes for device in self.devices)
        outcome.acts = sum(reviewer.acts for reviewer in self.reviewers)
        outcome.applied = len(server.feedback)
        outcome.corrected = sum(row.correction is not None for row in server.feedback)
        outcome.resolved = sum(reviewer.resolved for reviewer in self.reviewers)
        outcome.virtual_seconds = asyncio.get_running_loop().time()
        outcome.trace = [
            (round(sent.at, 3), sent.device, sent.path, sent.operations, sent.fault, sent.status)
            for sent in self.network.log
        ]
        for row in server.feedback:
            outcome.final[row.reviewer, row.call_id] = (
                row.rating,
                row.correction,
                tuple(row.tags),
                row.clears,
            )


def run_schedule(schedule: Schedule, templates: Templates) -> Outcome:
    """Play one schedule from fresh files. What breaks is in the outcome; a bug in the harness raises."""
    folder = Path(tempfile.mkdtemp(prefix=f"schedule-{schedule.seed}-", dir=templates.scratch))
    try:
        templates.copy(schedule.calls, folder, schedule.devices)
        world = World(schedule, folder)
        try:
            return run_virtual(world.run())
        except Exception as error:
            raise RuntimeError(f"seed {schedule.seed} broke off: {schedule}") from error
    finally:
        shutil.rmtree(folder)


def run_seed(seed: int, templates: Templates) -> Outcome:
    """The schedule that this seed draws."""
    return run_schedule(draw(seed), templates)
