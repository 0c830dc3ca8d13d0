"""Single rules of deciding, undoing and sending, each on a real file."""

from pathlib import Path

import orjson
import pytest

from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.domain.opinion import EMPTY, UNSURE_TAG, Opinion
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching, Some
from atlas_desktop.store import audit, bulk
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.settled import Acknowledged, Conflict, Parked, Rejected, Retry, Unknown
from atlas_desktop.store.store import Store
from tests.store.making import (
    INLINE,
    ME,
    NOW,
    a_call,
    a_page,
    as_json,
    open_store,
    said_on_server,
    with_calls,
)


async def send(store: Store) -> list[OutboxRow]:
    rows = await store.outbox.eligible(1000, 1 << 20)
    await store.outbox.mark_inflight([row.seq for row in rows])
    return rows


async def acknowledge(store: Store, rows: list[OutboxRow], first: int = 1000) -> None:
    await store.outbox.settle([answer(row, first + number) for number, row in enumerate(rows)])


def answer(row: OutboxRow, revision: int) -> Acknowledged:
    body = orjson.loads(row.payload)
    said = {name: body[name] for name in ("rating", "tags", "correction", "clears") if name in body}
    return Acknowledged(row.seq, said_on_server(row.call_id, revision, op_id=row.op_id, **said))


async def bodies(store: Store) -> list[dict[str, object]]:
    return [orjson.loads(row.payload) for row in await store.outbox.eligible(1000, 1 << 20)]


async def opinion(store: Store, seq: int) -> Opinion:
    opened = await store.calls.open_call(seq)
    assert opened is not None
    return opened.opinion


async def wheres(store: Store) -> list[str]:
    assert await store.database.read(audit.violations) == []
    return [act.where for act in await store.database.read(audit.whereabouts)]


@pytest.fixture
async def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    store = await with_calls(tmp_path / "w" / "atlas.db", 6)
    yield store
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_what_is_sent_is_the_contracts_feedback(store: Store) -> None:
    for seq, verdict in enumerate(("up", "down", "unsure"), 1):
        await store.decisions.decide([seq], verdict, now=NOW)  # type: ignore[arg-type]
    sent = [FeedbackCreate.model_validate_json(row.payload) for row in await send(store)]
    assert [(item.rating, item.tags) for item in sent] == [
        ("thumbs_up", None),
        ("thumbs_down", None),
        (None, [UNSURE_TAG]),
    ]
    assert all(item.id and item.base_feedback_id is None and item.on_conflict == "append" for item in sent)


async def test_a_newer_act_replaces_one_that_was_never_sent(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    await store.decisions.decide([1], "down", now=NOW)
    assert [body["rating"] for body in await bodies(store)] == ["thumbs_down"]
    assert await wheres(store) == ["replaced", "ready"]


async def test_a_newer_act_queues_behind_one_that_was_sent(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    rows = await send(store)
    await store.outbox.settle([Retry(rows[0].seq)])
    await store.decisions.decide([1], "down", now=NOW)
    again = await store.outbox.eligible(10, 1 << 20)
    assert [(row.seq, row.payload, row.sha256) for row in again] == [
        (rows[0].seq, rows[0].payload, rows[0].sha256)
    ]
    await acknowledge(store, await send(store))
    assert [body["rating"] for body in await bodies(store)] == ["thumbs_down"]


async def test_undo_of_an_unsent_act_leaves_nothing_to_send(store: Store) -> None:
    await store.decisions.decide([1, 2], "up", now=NOW)
    undone = await store.decisions.undo(NOW)
    assert undone is not None
    assert (undone.count, undone.verdict, undone.first_seq) == (2, "up", 1)
    assert await bodies(store) == []
    assert await wheres(store) == ["withdrawn", "withdrawn"]
    assert list(await store.calls.ids(Query(rating="none"))) == [1, 2, 3, 4, 5, 6]


async def test_undo_of_a_sent_act_retracts_and_redo_says_it_again(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    await acknowledge(store, await send(store))
    await store.decisions.undo(NOW)
    (body,) = await bodies(store)
    assert body["clears"] is True
    assert "rating" not in body
    await acknowledge(store, await send(store), first=2000)
    assert await opinion(store, 1) == EMPTY
    await store.decisions.redo(NOW)
    assert [body["rating"] for body in await bodies(store)] == ["thumbs_up"]
    assert not await store.decisions.can_redo()


async def test_a_new_decision_ends_redo(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    await store.decisions.undo(NOW)
    assert await store.decisions.can_redo()
    await store.decisions.decide([2], "down", now=NOW)
    assert not await store.decisions.can_redo()
    assert await store.decisions.redo(NOW) is None


async def test_undo_survives_a_restart_and_sync(tmp_path: Path) -> None:
    path = tmp_path / "w" / "atlas.db"
    store = await with_calls(path, 3)
    await store.decisions.decide([1, 2, 3], "down", now=NOW)
    await acknowledge(store, await send(store))
    await store.close()
    store = open_store(path)
    await store.pull.apply(
        a_page(
            a_call(1, 5000, feedback=as_json(said_on_server("chatcmpl-000001", 5000, rating="thumbs_down"))),
            after=5000,
        ),
        3,
    )
    assert await store.decisions.can_undo()
    undone = await store.decisions.undo(NOW)
    assert undone is not None
    assert undone.count == 3
    assert [body.get("clears") for body in await bodies(store)] == [True, True, True]
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_clear_says_nothing_to_a_server_that_has_nothing_of_mine(store: Store) -> None:
    nothing = await store.decisions.decide([1], "clear", now=NOW)
    assert nothing.decision_id is None
    assert nothing.count == 1
    await store.decisions.decide([1], "up", now=NOW)
    await store.decisions.decide([1], "clear", now=NOW)
    assert await bodies(store) == []
    assert await wheres(store) == ["withdrawn"]


async def test_rating_again_carries_my_correction_and_its_base(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    mine = said_on_server("chatcmpl-000001", 50, rating="thumbs_down", correction="better", tags=["tone:ok"])
    await store.pull.apply(a_page(a_call(1, 50, feedback=as_json(mine)), after=50), 6)
    await store.decisions.decide([1], "up", now=NOW)
    (body,) = await bodies(store)
    assert (body["rating"], body["correction"], body["tags"]) == ("thumbs_up", "better", ["tone:ok"])
    assert (body["base_feedback_id"], body["on_conflict"]) == (mine.id, "reject")
    (first,) = await send(store)
    await store.decisions.decide([1], "down", now=NOW)
    (row,) = await store.calls.rows([1])
    assert (row.rating, row.corrected, row.tags, row.mine, row.pending) == (
        "thumbs_down",
        True,
        ("tone:ok",),
        True,
        True,
    )
    await store.outbox.settle([answer(first, 60)])
    (second,) = await bodies(store)
    assert second["base_feedback_id"] == first.op_id, "nobody conflicts with himself"


async def test_what_was_on_screen_is_the_base(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    mine = said_on_server("chatcmpl-000001", 50, rating="thumbs_down", correction="better")
    await store.pull.apply(a_page(a_call(1, 50, feedback=as_json(mine)), after=50), 6)
    theirs = said_on_server("chatcmpl-000001", 51, by="bob", correction="best")
    await store.pull.apply(a_page(a_call(1, 51, feedback=as_json(theirs)), after=51), 50)
    await store.decisions.decide([1], "up", now=NOW, bases={1: mine.id})
    (body,) = await bodies(store)
    assert body["base_feedback_id"] == mine.id


async def test_saying_again_what_another_reviewer_overruled_is_sent(store: Store) -> None:
    await store.decisions.decide([1], "up", now=NOW)
    await acknowledge(store, await send(store), first=50)
    theirs = said_on_server("chatcmpl-000001", 60, by="bob", rating="thumbs_down")
    await store.pull.apply(a_page(a_call(1, 60, feedback=as_json(theirs)), after=60), 6)
    (row,) = await store.calls.rows([1])
    assert (row.rating, row.mine) == ("thumbs_down", False)
    await store.decisions.decide([1], "up", now=NOW)
    assert [body["rating"] for body in await bodies(store)] == ["thumbs_up"]
    await store.decisions.undo(NOW)
    assert await bodies(store) == []


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


async def test_selections_and_lists_name_the_same_calls(store: Store) -> None:
    assert (await store.decisions.decide(Some(frozenset({1, 2})), "up", now=NOW)).count == 2
    all_but_one = AllMatching(Query(rating="none"), frozenset({4}))
    decided = await store.decisions.decide(all_but_one, "down", now=NOW)
    assert decided.count == 3
    assert decided.changed.calls == {3, 5, 6}
    assert (await store.decisions.decide([4, 4, 99], "up", now=NOW)).count == 1
    assert (await store.decisions.decide([], "up", now=NOW)).decision_id is None


async def test_progress_today_and_repeat(store: Store) -> None:
    assert await store.decisions.repeat_source() is None
    await store.decisions.decide([1, 2], "up", now=NOW)
    await store.decisions.decide([2, 3], "unsure", now=NOW)
    progress = await store.decisions.progress(Query(rating="none"))
    assert (progress.rated, progress.total) == (3, 6)
    start = round(NOW.timestamp() * 1000)
    assert await store.decisions.decided_since(start) == 3
    assert await store.decisions.decided_since(start + 1) == 0
    assert await store.decisions.repeat_source() == "unsure"
    await store.decisions.undo(NOW)
    assert await store.decisions.decided_since(start) == 2
    assert await store.decisions.repeat_source() == "up"


class Crash(BaseException):
    """The process dies here."""


async def test_a_large_act_goes_on_after_a_crash_and_undoes_in_one_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP", 3)
    monkeypatch.setattr("atlas_desktop.store.decisions.AT_ONCE", 5)
    path = tmp_path / "w" / "atlas.db"
    await (await with_calls(path, 20)).close()
    for crash_at in range(1, 9):
        commits = 0

        def before_commit(crash_at: int = crash_at) -> None:
            nonlocal commits
            commits += 1
            if commits == crash_at:
                raise Crash

        from atlas_desktop.database.database import Hooks

        store = open_store(path, INLINE, Hooks(before_commit=before_commit))
        begun = True
        try:
            decided = await store.decisions.decide(AllMatching(Query()), "up", now=NOW)
            assert decided.count == 20
        except Crash:
            begun = crash_at > 1
        await store.close()
        store = open_store(path)
        rated = list(await store.calls.ids(Query(rating="thumbs_up")))
        assert len(rated) == (20 if begun else 0), "all of it or nothing of it"
        assert (await store.outbox.counts()).ready == len(rated)
        undone = await store.decisions.undo(NOW)
        assert (undone is not None) == begun
        assert len(await store.calls.ids(Query(rating="none"))) == 20
        assert await store.database.read(audit.violations) == []
        await store.close()


async def test_a_decision_during_a_large_one_finds_it_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    from atlas_desktop.database.database import Threads

    monkeypatch.setattr(bulk, "STEP", 2)
    monkeypatch.setattr("atlas_desktop.store.decisions.AT_ONCE", 5)
    store = await with_calls(tmp_path / "w" / "atlas.db", 30, Threads(2))
    large, single = await asyncio.gather(
        store.decisions.decide(AllMatching(Query()), "up", now=NOW),
        store.decisions.decide([30], "down", now=NOW),
    )
    assert large.count == 30
    assert single.count == 1
    assert list(await store.calls.ids(Query(rating="thumbs_down"))) == [30]
    assert await store.decisions.undo(NOW) is not None
    assert len(await store.calls.ids(Query(rating="thumbs_up"))) == 30
    assert await store.database.read(audit.violations) == []
    await store.close()
