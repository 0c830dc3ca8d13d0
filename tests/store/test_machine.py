"""Deciding, undoing, pulling, sending, losing answers, restarting, in any order, against plain Python."""

import os
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from atlas_desktop.domain.opinion import Edit, Opinion, Verdict, as_edit, edited
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching
from atlas_desktop.store import audit
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.said import RATING, opinion_of, shown
from atlas_desktop.store.settled import Acknowledged, Conflict, Parked, Rejected, Retry, Settled, Unknown
from tests.store.brute_force import QUERIES, matching, ordered
from tests.store.making import ME, NOW, open_store
from tests.store.server_model import ServerModel

T = TypeVar("T")
# A thousand small files on a disk take minutes; what a disk can do to them is tested elsewhere.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
sayings = st.sampled_from(
    ("up", "down", "unsure", "clear", Edit(add_tags=("tone:rude",)), Edit(comment="see the date"))
)
answers = st.sampled_from(
    ("ack", "ack", "ack", "retry", "lost request", "lost answer", "reject", "conflict", "park")
)
some_calls = st.lists(st.integers(0, 7), min_size=1, max_size=5, unique=True)


def now(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine of an inline store: it never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("an inline store waited")


@dataclass
class Said:
    """What the model thinks of one decision: opinions before and after, by call."""

    said: Verdict | Edit
    before: dict[int, Opinion] = field(default_factory=dict)
    after: dict[int, Opinion] = field(default_factory=dict)


class Reviewing(RuleBasedStateMachine):
    """One store, one server, one person."""

    @initialize(tells_mine=st.booleans())
    def start(self, tells_mine: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.server = ServerModel(tells_mine=tells_mine)
        self.store = open_store(self.folder / "w" / "atlas.db")
        now(self.store.identity.put("reviewer", ME))
        for _ in range(4):
            self.server.record()
        self.done: list[Said] = []
        self.undone: list[Said] = []
        self.heard: list[Settled] = []
        self.old_pages: list[tuple[bytes, int]] = []
        self.cursor = 0
        self.sync()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.settle_everything()
            now(self.store.close())
            shutil.rmtree(self.folder)

    # -- the person -------------------------------------------------------------------------------------

    def opinions(self) -> dict[int, Opinion]:
        found = {}
        for seq in now(self.store.calls.ids(Query())):
            opened = now(self.store.calls.open_call(seq))
            assert opened is not None
            found[seq] = opened.opinion
        return found

    @rule(picks=some_calls, said=sayings)
    def decide(self, picks: list[int], said: Verdict | Edit) -> None:
        live = list(now(self.store.calls.ids(Query(order="oldest"))))
        self._decide([live[pick % len(live)] for pick in picks] if live else [], said)

    @rule(query=st.sampled_from(QUERIES), said=sayings, excepted=st.frozensets(st.integers(1, 6)))
    def decide_all(self, query: Query, said: Verdict | Edit, excepted: frozenset[int]) -> None:
        matching = [seq for seq in now(self.store.calls.ids(query)) if seq not in excepted]
        self._decide(matching, said, AllMatching(query, excepted))

    def _decide(self, calls: list[int], what: Verdict | Edit, target: AllMatching | None = None) -> None:
        before = self.opinions()
        decided = now(self.store.decisions.decide(target or calls, what, now=NOW))
        after = self.opinions()
        assert decided.count == len(set(calls))
        for seq in before:
            expected = edited(before[seq], as_edit(what)) if seq in calls else before[seq]
            assert after[seq] == expected
        assert decided.changed.calls <= set(calls)
        if decided.decision_id is not None:
            said = Said(what)
            for seq in decided.changed.calls:
                said.before[seq], said.after[seq] = before[seq], after[seq]
            self.done.append(said)
            self.undone.clear()
        else:
            assert after == before

    @rule()
    def undo(self) -> None:
        undone = now(self.store.decisions.undo(NOW))
        assert (undone is None) == (not self.done)
        if undone is not None:
            said = self.done.pop()
            self.undone.append(said)
            assert undone.edit == as_edit(said.said)
            self._says(said.before)

    @rule()
    def redo(self) -> None:
        redone = now(self.store.decisions.redo(NOW))
        assert (redone is None) == (not self.undone)
        if redone is not None:
            said = self.undone.pop()
            self.done.append(said)
            self._says(said.after)

    def _says(self, expected: dict[int, Opinion]) -> None:
        opinions = self.opinions()
        assert {seq: opinions[seq] for seq in expected if seq in opinions} == {
            seq: opinion for seq, opinion in expected.items() if seq in opinions
        }

    # -- the others -------------------------------------------------------------------------------------

    @rule()
    def a_call_comes(self) -> None:
        self.server.record()

    @rule(
        pick=st.integers(0, 7),
        by=st.sampled_from(("bob", "cyd", ME)),
        said=st.fixed_dictionaries(
            {
                "rating": st.sampled_from(("thumbs_up", "thumbs_down")),
                "correction": st.none() | st.just("better"),
            }
        )
        | st.sampled_from(({"clears": True}, {"tags": ["tone:rude", "accuracy:partial"]})),
    )
    def somebody_speaks(self, pick: int, by: str, said: dict[str, Any]) -> None:
        live = [call_id for call_id in self.server.calls if call_id not in self.server.gone]
        if live:
            self.server.rate(live[pick % len(live)], by=by, **said)

    @precondition(lambda self: len(self.server.calls) - len(self.server.gone) > 3)
    @rule(pick=st.integers(0, 7))
    def a_call_goes(self, pick: int) -> None:
        live = [call_id for call_id in self.server.calls if call_id not in self.server.gone]
        self.server.delete(live[pick % len(live)])

    # -- the network ------------------------------------------------------------------------------------

    @rule(limit=st.integers(1, 3))
    def pull(self, limit: int) -> None:
        intent = self._intent()
        page = self.server.changes(self.cursor, limit)
        applied = now(self.store.pull.apply(page, self.cursor))
        assert not applied.stale
        assert not applied.quarantined
        self.old_pages.append((page, self.cursor))
        self.cursor = applied.next_after
        assert now(self.store.pull.cursor()) == self.cursor
        assert self._intent() == intent, "I9: a pull touched what I intend"

    @precondition(lambda self: self.old_pages)
    @rule(pick=st.integers(0, 99))
    def an_old_page_comes_late(self, pick: int) -> None:
        page, after = self.old_pages[pick % len(self.old_pages)]
        if after == self.cursor:
            return
        before = self._everything()
        assert now(self.store.pull.apply(page, after)).stale
        assert self._everything() == before

    @rule(limit=st.integers(1, 4), outcome=st.lists(answers, min_size=4, max_size=4))
    def send(self, limit: int, outcome: list[str]) -> None:
        rows = now(self.store.outbox.eligible(limit, 1 << 20))
        assert len({row.lane for row in rows}) == len(rows)
        now(self.store.outbox.mark_inflight([row.seq for row in rows]))
        settled = [self._answer(row, what) for row, what in zip(rows, outcome, strict=False)]
        now(self.store.outbox.settle(settled))
        self.heard += settled

    def _answer(self, row: OutboxRow, what: str) -> Settled:
        never_asked = row.attempts == 0 and row.state == "ready"
        if row.call_id in self.server.gone:
            return Rejected(row.seq, 404, "call_not_found", "no such call")
        if what == "retry":
            return Retry(row.seq, counted=False)
        if what == "lost request":
            return Unknown(row.seq)
        if what == "lost answer":
            self.server.accept(row.payload)
            return Unknown(row.seq)
        if what == "reject" and never_asked:
            return Rejected(row.seq, 422, "invalid", "not this")
        theirs = self.server.effective(row.call_id)
        if what == "conflict" and never_asked and theirs is not None and theirs.reviewer != ME:
            return Conflict(row.seq, theirs, "somebody was faster")
        if what == "park" and never_asked:
            return Parked(row.seq, "cannot tell")
        return Acknowledged(row.seq, self.server.accept(row.payload))

    @precondition(lambda self: self.heard)
    @rule(pick=st.integers(0, 99))
    def an_answer_comes_again(self, pick: int) -> None:
        old = self.heard[pick % len(self.heard)]
        if isinstance(old, Acknowledged):
            before = self._everything()
            now(self.store.outbox.settle([old]))
            assert self._everything() == before

    @rule(pick=st.integers(0, 9), keep=st.booleans())
    def a_person_settles(self, pick: int, keep: bool) -> None:
        items = now(self.store.outbox.items(("conflict", "rejected", "parked")))
        if items:
            item = items[pick % len(items)]
            act = self.store.outbox.retry if keep else self.store.outbox.discard
            assert now(act(item.seq)).outbox

    @rule()
    def restart(self) -> None:
        opinions = self.opinions()
        now(self.store.close())
        self.store = open_store(self.folder / "w" / "atlas.db")
        now(self.store.outbox.recover())
        assert self.opinions() == opinions

    # -- what must hold ---------------------------------------------------------------------------------

    def _intent(self) -> list[Any]:
        mine = ("outbox", "overlay", "op", "receipt", "trash", "decision", "decision_item")
        return [self._table(table) for table in mine]

    def _everything(self) -> list[Any]:
        return [*(self._table(table) for table in ("call", "head", "mine", "meta")), *self._intent()]

    def _table(self, table: str) -> list[Any]:
        return now(self.store.database.read(lambda reader: list(reader.execute(f"SELECT * FROM {table}"))))

    @invariant()
    def nothing_is_lost_or_inconsistent(self) -> None:
        assert now(self.store.database.read(audit.violations)) == []

    @invariant()
    def filters_agree_with_what_is_shown(self) -> None:
        everything = list(now(self.store.calls.ids(Query())))
        rows = now(self.store.calls.rows(everything))
        assert [row.seq for row in rows] == everything
        for query in QUERIES:
            found = ordered(matching(rows, query), query.sort)
            assert list(now(self.store.calls.ids(query))) == [row.seq for row in found], query
            assert now(self.store.calls.count(query)) == len(found)
            later = sum(row.seq > 2 for row in found)
            assert now(self.store.calls.count(query, came_after=2)) == later
        assert now(self.store.calls.total()) == len(everything)
        progress = now(self.store.decisions.progress(Query(rating="none")))
        assert (progress.rated, progress.total) == (
            sum(row.rating is not None or row.unsure for row in rows),
            len(rows),
        )

    @invariant()
    def what_is_pending_is_what_is_shown(self) -> None:
        for seq, opinion in self.opinions().items():
            opened = now(self.store.calls.open_call(seq))
            assert opened is not None
            row, correction = opened.row, opened.correction
            mine = shown(opinion)
            if (row.pending or row.needs_you) and mine is not None:
                assert (row.rating, row.unsure) == (RATING[mine], opinion.unsure)
            assert row.corrected == (correction is not None)
            if correction is not None and correction.by is None:
                assert correction.text == opinion.correction

    def sync(self) -> None:
        """Pull until there is nothing new."""
        more = True
        while more:
            page = self.server.changes(self.cursor, 100)
            applied = now(self.store.pull.apply(page, self.cursor))
            self.cursor, more = applied.next_after, applied.has_more

    def settle_everything(self) -> None:
        """A good network and a person who keeps all: then both sides must say the same."""
        while True:
            for item in now(self.store.outbox.items(("conflict", "rejected", "parked"))):
                gone = item.call_id in self.server.gone
                now(self.store.outbox.discard(item.seq) if gone else self.store.outbox.retry(item.seq))
            rows = now(self.store.outbox.eligible(100, 1 << 20))
            if not rows:
                break
            now(self.store.outbox.mark_inflight([row.seq for row in rows]))
            now(self.store.outbox.settle([self._answer(row, "ack") for row in rows]))
        opinions = self.opinions()
        self.sync()
        assert now(self.store.outbox.counts()).pending == 0
        for row in now(self.store.calls.rows(now(self.store.calls.ids(Query())))):
            effective = opinion_of(self.server.effective(row.id))
            assert (row.rating, row.unsure) == (effective.rating, effective.unsure)
            assert row.corrected == (self.server.correction(row.id) is not None)
            if self.server.tells_mine:
                assert self.opinions()[row.seq] == self.server.mine(row.id)
            sent = [act for act in self._acts(row.seq) if act.where == "receipt"]
            newest_mine = [f for f in self.server.rows[row.id] if f.reviewer == ME]
            if sent and newest_mine and newest_mine[-1].id == sent[-1].op_id:
                assert opinions[row.seq] == self.server.mine(row.id)
        assert now(self.store.database.read(audit.violations)) == []

    def _acts(self, seq: int) -> list[audit.Whereabouts]:
        return [act for act in now(self.store.database.read(audit.whereabouts)) if act.call == seq]


TestReviewing = Reviewing.TestCase
LONG = bool(os.environ.get("ATLAS_LONG"))
TestReviewing.settings = settings(
    max_examples=2_000 if LONG else 60, stateful_step_count=50 if LONG else 25, deadline=None
)
