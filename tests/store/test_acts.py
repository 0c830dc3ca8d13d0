"""Deciding, undoing, redoing: what is sent and what is taken back, each rule on a real file."""

from pathlib import Path

from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.domain.opinion import EMPTY, UNSURE_TAG
from atlas_desktop.domain.query import Query
from atlas_desktop.store import audit
from atlas_desktop.store.settled import Retry
from atlas_desktop.store.store import Store
from tests.store.acting import acknowledge, answer, bodies, opinion, send, wheres
from tests.store.making import (
    ME,
    NOW,
    a_call,
    a_page,
    as_json,
    open_store,
    said_on_server,
    with_calls,
)


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
