"""More wrong protocols: what store and server could get wrong under the engine."""

import random
from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from atlas_desktop.database import database
from atlas_desktop.server import feedback_rules
from atlas_desktop.server.storage import feedback as server_feedback
from atlas_desktop.server.storage import storage as server_storage
from atlas_desktop.server.storage import writer
from atlas_desktop.store import acts, bulk, conflicts, facts, heads, outbox, said, settling
from atlas_desktop.store import page as page_of_changes
from atlas_desktop.store import pull as store_pull
from atlas_desktop.store.changed import NOTHING
from atlas_desktop.store.outbox import Outbox
from atlas_desktop.store.settled import Acknowledged, Rejected
from tests.faults.mutants import Patch, mutant


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


@mutant("ignores the order within a lane", calls=3, act_every=0.5)
def _(patch: Patch) -> None:
    start = outbox._ELIGIBLE.index("AND NOT EXISTS")
    patch.setattr(outbox, "_ELIGIBLE", outbox._ELIGIBLE[:start] + "ORDER BY seq DESC")


@mutant(
    "what was sent may still be replaced",
    calls=3,
    odd_items=0.5,
    act_every=0.5,
)
def _(patch: Patch) -> None:
    original = outbox._mark_inflight

    def mark(writer: Any, seqs: Sequence[int]) -> Any:
        changed = original(writer, seqs)
        writer.execute("UPDATE outbox SET frozen = 0")
        return changed

    patch.setattr(outbox, "_mark_inflight", mark)


@mutant("forgets at the start what was in flight", client_crashes=0.1)
def _(patch: Patch) -> None:
    async def recover(self: Outbox) -> Any:
        return NOTHING

    patch.setattr(Outbox, "recover", recover)


@mutant("a refused act is dropped")
def _(patch: Patch) -> None:
    original = settling.settle

    def settle(writer: Any, settled: Sequence[Any], new_op_id: Any) -> Any:
        for item in settled:
            if isinstance(item, Rejected):
                writer.execute("DELETE FROM outbox WHERE seq = ?", (item.seq,))
        return original(writer, settled, new_op_id)

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


@mutant("a late acknowledgement overwrites the head")
def _(patch: Patch) -> None:
    original = settling.settle

    def settle(connection: Any, settled: Sequence[Any], new_op_id: Any) -> Any:
        changed = original(connection, settled, new_op_id)
        for item in settled:
            if isinstance(item, Acknowledged):
                connection.execute(
                    "UPDATE head SET feedback_id = ? WHERE call = (SELECT call FROM op WHERE seq = ?)",
                    (item.feedback.id, item.seq),
                )
        return changed

    patch.setattr(outbox, "settle", settle)


@mutant("the newest row counts on the server, whatever it says")
def _(patch: Patch) -> None:
    patch.setattr(feedback_rules.Said, "judges", property(lambda said: True))


@mutant("a tag of mine hides what others said")
def _(patch: Patch) -> None:
    patch.setattr(heads, "shown", lambda opinion: said.shown(opinion) or 0)


CROWDED: Final[dict[str, Any]] = {
    "devices": 3, "calls": 3, "act_every": 0.5, "outsiders": True, "shared_reviewer": False, "without": (),
    "kinds": (), "fault_rate": 0.0, "poison": 0, "revocations": 0.0,
}  # fmt: skip


@mutant("a judgement stays beneath what only describes", **CROWDED, bulk=40, corrections=False, poll=15.0)
def _(patch: Patch) -> None:
    patch.setattr(heads, "_drop_outranked", lambda *_: None)


@mutant("a text rides along as if what came since had been seen", **CROWDED)
def _(patch: Patch) -> None:
    patch.setattr(acts.Standing, "seen", property(lambda standing: standing.corrected_id))


@mutant("a rating on its way guards a text", **CROWDED)
def _(patch: Patch) -> None:
    original = acts.plan

    def plan(standing: Any, after: Any, **how: Any) -> Any:
        sent = [waiting for waiting in standing.lane if waiting.frozen]
        return original(standing, after, **(how | {"base": sent[-1].op_id} if sent else how))

    patch.setattr(bulk, "plan", plan)


@mutant("redo forgets what was seen", **CROWDED)
def _(patch: Patch) -> None:
    original = acts.plan

    def plan(standing: Any, after: Any, **how: Any) -> Any:
        return original(standing, after, **{**how, "base": standing.corrected_id})

    patch.setattr(bulk, "plan", plan)


@mutant("a conflict merges by itself, whatever the texts", **CROWDED)
def _(patch: Patch) -> None:
    original = conflicts.merge_identical

    def merge(connection: Any, seq: int, call: int, theirs: Any, new_op_id: Any) -> bool:
        found = acts.standings(connection, array("q", [call]))
        mine = found[0].opinion.correction if found else None
        return original(connection, seq, call, theirs.model_copy(update={"correction": mine}), new_op_id)

    patch.setattr(settling, "merge_identical", merge)
