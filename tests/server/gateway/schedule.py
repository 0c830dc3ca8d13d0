"""Schedules of faults for live calls: crashes at any commit, calls cut, deliveries doubled, rules changed meanwhile."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from atlas_desktop.domain.scoring.score import Score, unscored
from atlas_desktop.server.config import CommitHooks
from atlas_desktop.server.evaluation_runs.material import Rule
from atlas_desktop.server.gateway.judging import PAUSES_MS, Judging
from atlas_desktop.server.gateway.spool import Spool
from atlas_desktop.server.refusals import Refusal
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import evaluators, refunds
from atlas_desktop.server.storage.ledger import mark, totals
from atlas_desktop.server.storage.live_material import Subject
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage
from tests.server.gateway.recording import PII, Room, answered, asked, gate, name_of, run, standing
from tests.server.talk import HandClock, config_for

WORDS: Final = ("fine", "my ssn is", "credit card", "a password")
PATTERNS: Final = ("ssn|credit card", "password", "fine")
WORD: Final = "card"


class Crash(BaseException):
    """The process ends here."""


class Flaky(Judging):
    """The evaluators in ``down`` score nothing; ``failed`` is how often that was tried for each call."""

    def __init__(self, scorer: Scorer, clock: HandClock, world: "World") -> None:
        super().__init__(scorer, clock, inline=True)
        self._world = world

    async def _piece(self, piece: Sequence[Subject]) -> list[list[Score]]:
        made = await super()._piece(piece)
        return [
            [self._broken(subject, rule, score) for rule, score in zip(subject.rules, scores, strict=True)]
            for subject, scores in zip(piece, made, strict=True)
        ]

    def _broken(self, subject: Subject, rule: Rule | None, score: Score) -> Score:
        if rule is None or rule.id not in self._world.down:
            return score
        self._world.failed[subject.call_id, rule.id] += 1
        return unscored("timeout", "too long")


class Ground:
    """One database for many schedules, each in an organization of its own: to open it takes as long as to play one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = HandClock()
        self.fuse = -1
        hooks = CommitHooks(self._burn, self._burn)
        self.config = replace(config_for(folder / "ground.db"), clock=self.clock, hooks=hooks)
        self.storage = Storage.open(self.config)

    def _burn(self) -> None:
        """Each commit has two moments: right before it and right after."""
        if self.fuse == 0:
            self.fuse = -1
            raise Crash
        self.fuse -= self.fuse > 0


@dataclass
class Expected:
    """What must have become of a call."""

    text: str | None
    ended: str
    patterns: dict[str, str]
    """Of the evaluators that judge it, as they were when it was asked."""

    def fails(self, evaluator: str) -> bool:
        """Whether that one finds what it looks for."""
        words = self.patterns[evaluator].split("|")
        return self.ended in ("stop", "length") and any(word in str(self.text) for word in words)


@dataclass
class World:
    """One process after the other on one database, and what they should have done."""

    path: Path
    seed: int
    ground: "Ground"
    room: Room = field(init=False)
    calls: dict[int, Expected] = field(default_factory=dict)
    open: dict[int, Any] = field(default_factory=dict)
    overturned: set[int] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    version: int = 1
    pattern: str = PATTERNS[0]
    refunds: int = 0
    crashes: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.scope: Scope | None = None
        self._open()

    def _open(self) -> None:
        self.room = Room(self.path, self.ground.config, self.ground.storage, self.scope)
        self.scope = self.room.scope
        self.room.scoring._judging = Flaky(self.room.scorer, self.ground.clock, self)
        # So small that files are followed and deleted all the time.
        self.room.recorder._spool = Spool(self.path, full=2500)

    def step(self) -> None:
        """One thing happens; perhaps the process dies of it."""
        acts = [self._ask, self._answer, self._answer, self._several, self._several, self._several]
        acts += [self._score, self._change, self._wait, self._decide, self._double, self._toggle]
        act = self.rng.choice(acts)
        if self.rng.random() < 0.25:
            self.ground.fuse = self.rng.randrange(4)
        try:
            act()
        except Crash:
            self._restart()
        else:
            if self.rng.random() < 0.06:
                self._restart()
        finally:
            self.ground.fuse = -1

    def _restart(self) -> None:
        while True:
            self.crashes += 1
            self.room.crash()
            self.open.clear()
            self._open()
            if self.rng.random() < 0.3:
                self.ground.fuse = self.rng.randrange(3)
            try:
                self.room.start()
            except Crash:
                continue
            return

    def _several(self) -> None:
        for _ in range(self.rng.randrange(1, 4)):
            self._ask()
            self._answer()

    def _ask(self) -> None:
        number = len(self.calls)
        gates = self.rng.choice(([], ["ev_pii"], ["ev_pii"], ["ev_pii", "ev_word"], ["ev_word", "ev_pii"]))
        versions = {"ev_pii": self.version, "ev_word": 1}
        stands = standing(*(gate(each, version=versions[each]) for each in gates))
        call = asked(self.room.scope, number, standing=stands)
        patterns = {"ev_pii": self.pattern, "ev_word": WORD}
        self.calls[number] = Expected(None, "interrupted", {each: patterns[each] for each in gates})
        self.room.recorder.begin(call)
        self.open[number] = call

    def _answer(self) -> None:
        if not self.open:
            return
        number = self.rng.choice(list(self.open))
        call = self.open.pop(number)
        text = " ".join(self.rng.choices(WORDS, k=2))
        ended = self.rng.choice(("stop", "stop", "stop", "length", "cancelled", "error"))
        self.calls[number].text, self.calls[number].ended = text, ended
        self.room.recorder.done(call, answered(call, text, finish_reason=ended))

    def _score(self) -> None:
        self.room.settle()

    def _toggle(self) -> None:
        self.down ^= {self.rng.choice(("ev_pii", "ev_word"))}

    def _wait(self) -> None:
        self.ground.clock.seconds += self.rng.choice((1, 5, 60, 400))

    def _change(self) -> None:
        """The evaluator becomes another: calls that were asked before are not judged by it."""
        pattern = self.rng.choice([each for each in PATTERNS if each != self.pattern])

        def act(tenant: Tenant) -> None:
            before = evaluators.standing(tenant, "ev_pii")
            evaluators.update(tenant, before, None, PII | {"pattern": pattern})

        try:
            self.room.write(act)
        except Crash:
            # Whether it was committed shows in the database.
            self._restart()
        (row,) = self.room.rows("SELECT version, config FROM evaluator WHERE org = :org AND id = 'ev_pii'")
        if row.version != self.version:
            self.version, self.pattern = row.version, pattern

    def _decide(self) -> None:
        rows = self.room.rows("SELECT call_id FROM refund WHERE org = :org")
        if not rows:
            return
        call_id = self.rng.choice(rows).call_id
        state: Any = self.rng.choice(("confirmed", "overturned", "overturned"))
        try:
            self.room.write(lambda tenant: refunds.decide(tenant, call_id, state, "seen"))
        except Refusal:
            pass
        finally:
            self._note_overturned()

    def _note_overturned(self) -> None:
        for row in self.room.rows("SELECT call_id FROM refund WHERE org = :org AND state = 'overturned'"):
            self.overturned.add(int(row.call_id.removeprefix("chatcmpl-")))

    def _double(self) -> None:
        """The spool is found once more after it was replayed: as when the disk forgot that it was deleted."""
        spools = list(self.path.parent.glob(f"{self.path.name}-spool-*"))
        kept = [(spool.name, spool.read_bytes()) for spool in spools]
        self._restart()
        for name, data in kept:
            (self.path.parent / name).write_bytes(data)
        self._restart()

    def finish(self) -> None:
        """Faults stop, time goes on until nothing is left to be done."""
        self.ground.fuse = -1
        self._restart()
        self.ground.fuse = -1
        self.down.clear()
        for pause in (0, *PAUSES_MS, 700_000):
            self.ground.clock.seconds += pause / 1000 + 1
            self.room.settle()
        self._note_overturned()

    def check(self) -> None:
        """Every call once; metered once, or refunded once; figures and sums say the same."""
        rows = self.room.rows(
            "SELECT c.seq, c.id, c.revision, c.finish_reason, c.metered, d.response FROM call c JOIN call_document d USING (seq) WHERE c.org = :org"
        )
        assert sorted(row.id for row in rows) == [name_of(number) for number in sorted(self.calls)]
        assert self.room.rows("SELECT * FROM live_job WHERE org = :org") == []
        events = self.room.rows("SELECT call_id, kind, nano, prompt_tokens FROM usage_event WHERE org = :org")
        for row in rows:
            number = int(row.id.removeprefix("chatcmpl-"))
            self._check_call(number, row, [each for each in events if each.call_id == row.id])
        self._check_sums(sum(each.nano for each in events))

    def _check_call(self, number: int, row: Any, events: Sequence[Any]) -> None:
        expected = self.calls[number]
        assert row.finish_reason == expected.ended, number
        kinds = sorted(each.kind for each in events)
        back = number in self.overturned
        wanted = [
            "call",
            *(["overturn"] if back else []),
            *(["refund"] if self._refunded(number, "refund" in kinds) else []),
        ]
        assert kinds == wanted, (number, kinds, wanted)
        self.refunds += "refund" in kinds
        nano = 0 if expected.ended == "interrupted" else 41
        net = nano if back or "refund" not in kinds else 0
        assert sum(each.nano for each in events) == net
        assert bool(row.metered) == (back or "refund" not in kinds)

    def _refunded(self, number: int, was: bool) -> bool:
        """A score refunds that could be made, at once or by a later try: there are five, if none was lost by a crash."""
        expected = self.calls[number]
        failing = [each for each in expected.patterns if expected.fails(each)]
        given_up = [each for each in failing if self.failed[name_of(number), each] > len(PAUSES_MS)]
        return was if failing and failing == given_up else bool(failing)

    def _check_sums(self, net: int) -> None:
        (row,) = self.room.rows(
            "SELECT sum(CAST(round(cost_usd * 1000000000) AS INTEGER)) AS nano FROM call WHERE org = :org AND metered"
        )
        assert (row.nano or 0) == net
        live, digest = run(self.room.storage.read(self.room.whole, totals))
        assert live == len(self.calls)
        rows = self.room.rows("SELECT id, revision FROM call WHERE org = :org")
        assert digest == digest_of((row.id, row.revision) for row in rows)


def digest_of(calls: Any) -> str:
    whole = 0
    for call_id, revision in calls:
        whole ^= mark(call_id, revision)
    return f"{whole & 2**64 - 1:016x}"


def play(ground: Ground, seed: int, steps: int = 18) -> World:
    """One schedule, checked."""
    world = World(ground.folder / f"{seed}.db", seed, ground)
    ground.clock.seconds, ground.fuse = 0.0, -1
    try:
        world.room.start()
        world.room.define(gate(), gate("ev_word", pattern=WORD))
        for _ in range(steps):
            world.step()
        world.finish()
        world.check()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error
    finally:
        world.room.crash()
        for left in ground.folder.glob(f"{seed}.db-spool-*"):
            left.unlink()
    return world
