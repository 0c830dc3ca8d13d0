"""What the sender hears: receipts, doubts, refusals, conflicts; twice, late, about something else."""

from datetime import timedelta

from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.store.outbox import KEPT_IN_TRASH
from atlas_desktop.store.settled import Acknowledged, Conflict, Parked, Rejected, Retry, Unknown
from atlas_desktop.store.store import Store
from tests.store.acting import answer, bodies, send, wheres
from tests.store.making import NOW, a_call, a_page, as_json, said_on_server


async def test_an_acknowledgement_may_come_twice_or_after_the_pull(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    (row,) = await send(store)
    await store.outbox.settle([Unknown(row.seq)])
    stored = said_on_server(row.call_id, 70, op_id=row.op_id, rating="thumbs_up")
    await store.pull.apply(a_page(a_call(1, 70, feedback=as_json(stored)), after=70), 6)
    newer = said_on_server(row.call_id, 80, by="bob", rating="thumbs_down")
    await store.pull.apply(a_page(a_call(1, 80, feedback=as_json(newer)), after=80), 70)
    (shown,) = await store.calls.rows([1])
    assert shown.rating == "thumbs_up", "my own word stands while it is on its way"
    for _ in range(2):
        await store.outbox.settle([Acknowledged(row.seq, stored)])
        (shown,) = await store.calls.rows([1])
        assert (shown.rating, shown.pending) == ("thumbs_down", False), (
            "an older acknowledgement lowers no head"
        )
    assert await wheres(store) == ["receipt"]


async def test_a_doubt_stays_until_the_server_says_what_it_did(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    (row,) = await send(store)
    await store.outbox.settle([Unknown(row.seq)])
    await send(store)
    await store.outbox.settle([Retry(row.seq)])
    assert (await store.outbox.counts()).unknown == 1
    await send(store)
    assert (await store.outbox.counts()).inflight == 1
    await store.outbox.recover()
    (again,) = await store.outbox.eligible(5, 1 << 20)
    assert (again.state, again.attempts, again.payload) == ("unknown", 3, row.payload)


async def test_attempts_that_met_a_wrong_key_do_not_count(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    (row,) = await send(store)
    await store.outbox.settle([Retry(row.seq, counted=False)])
    (again,) = await store.outbox.eligible(5, 1 << 20)
    assert (again.attempts, again.state) == (0, "ready")
    await store.decisions.decide([1], "down", now=NOW)
    assert (await store.outbox.eligible(5, 1 << 20))[0].payload == row.payload, (
        "it left once: it stays frozen"
    )


async def test_a_refused_act_stops_its_lane_only_and_a_newer_one_takes_its_place(store: Store) -> None:
    await store.decisions.decide([1, 2], "up", now=NOW)
    first, second = await send(store)
    await store.outbox.settle([Rejected(first.seq, 422, "invalid_text", "a NUL"), Retry(second.seq)])
    assert [row.seq for row in await store.outbox.eligible(5, 1 << 20)] == [second.seq]
    (item,) = await store.outbox.items(["rejected"])
    assert (item.status, item.code, item.message) == (422, "invalid_text", "a NUL")
    (row,) = await store.calls.rows([1])
    assert (row.needs_you, row.pending, row.rating) == (True, False, "thumbs_up")
    await store.decisions.decide([1], "down", now=NOW)
    assert await wheres(store) == ["trash", "ready", "ready"]


async def test_conflict_shows_theirs_and_discarding_keeps_mine_in_the_trash(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    (row,) = await send(store)
    theirs = said_on_server(row.call_id, 90, by="bob", correction="best")
    await store.outbox.settle([Conflict(row.seq, theirs, "somebody was faster")])
    await store.decisions.decide([1], "down", now=NOW)
    assert await store.outbox.eligible(5, 1 << 20) == [], "the lane stops"
    (item,) = await store.outbox.items(["conflict"])
    assert item.theirs == Opinion(correction="best")
    assert item.theirs_by == "bob"
    assert await store.outbox.discard(item.seq, now=NOW)
    assert [body["rating"] for body in await bodies(store)] == ["thumbs_down"]
    assert not await store.outbox.discard(item.seq, now=NOW)
    assert await wheres(store) == ["trash", "ready"]


async def test_an_answer_about_another_call_is_no_receipt(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    (row,) = await send(store)
    await store.outbox.settle([Acknowledged(row.seq, said_on_server("chatcmpl-000002", 9, op_id=row.op_id))])
    assert await wheres(store) == ["parked"]


async def test_a_late_answer_to_a_discarded_act_makes_it_a_receipt(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    (row,) = await send(store)
    await store.outbox.settle([Parked(row.seq, "cannot tell whether the server took this")])
    await store.outbox.discard(row.seq, now=NOW)
    await store.outbox.settle([answer(row, 95)])
    assert await wheres(store) == ["receipt"]


async def test_batches_keep_to_their_size_and_one_row_a_lane(store: Store) -> None:
    await store.decisions.decide([1, 2, 3, 4], "up", now=NOW)
    sizes = [len(row.payload) for row in await store.outbox.eligible(10, 1 << 20)]
    assert len(sizes) == 4
    assert len(await store.outbox.eligible(2, 1 << 20)) == 2
    assert len(await store.outbox.eligible(10, sizes[0] + sizes[1])) == 2
    assert len(await store.outbox.eligible(10, 1)) == 1
    assert [row.lane for row in await store.outbox.eligible(10, 1 << 20, skip_lanes={1, 3})] == [2, 4]
    assert await store.outbox.eligible(10, 1 << 20, states=["unknown"]) == []


async def test_the_trash_is_emptied_after_30_days_and_the_list_of_acts_says_so(store: Store) -> None:
    await store.decisions.decide([1, 2, 3], "up", now=NOW)
    rows = await send(store)
    await store.outbox.settle([Rejected(row.seq, 422, "refused", "no") for row in rows])
    first, second, _ = rows
    await store.outbox.discard(first.seq, now=NOW)
    await store.outbox.discard(second.seq, now=NOW + timedelta(days=1))
    almost = NOW + KEPT_IN_TRASH - timedelta(seconds=1)
    assert await store.outbox.empty_trash(now=almost) == 0
    assert await wheres(store) == ["trash", "trash", "rejected"]
    assert await store.outbox.empty_trash(now=NOW + KEPT_IN_TRASH) == 1
    assert await wheres(store) == ["emptied", "trash", "rejected"]
    await store.outbox.settle([answer(first, 90)])
    assert await wheres(store) == ["emptied", "trash", "rejected"], "an answer a month late changes nothing"


async def test_a_large_trash_is_emptied_in_steps(store: Store) -> None:
    many = 2_500
    await store.database.write(
        lambda writer: writer.execute(
            "WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < ?1)"
            " INSERT INTO trash SELECT seq, 'fb_' || seq, 1, 'c', NULL, x'', zeroblob(32), 'discarded', NULL, 0 FROM n",
            (many,),
        ).fetchall()
    )
    await store.database.write(
        lambda writer: writer.execute(
            "INSERT INTO op(seq, id, call, decision) SELECT seq, op_id, call, 1 FROM trash"
        ).fetchall()
    )
    assert await store.outbox.empty_trash(now=NOW) == many
    assert set(await wheres(store)) == {"emptied"}
