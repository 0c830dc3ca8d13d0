"""Two corrections of one call: the three texts, what a person makes of them, and who is kept in the trash."""

from typing import Any

import orjson

from atlas_desktop.domain.opinion import EMPTY, Edit, Opinion
from atlas_desktop.store.conflicts import Conflict
from atlas_desktop.store.settled import Conflict as Refused
from atlas_desktop.store.store import Store
from tests.store.acting import acknowledge, bodies, opinion, send, wheres
from tests.store.making import ME, NOW, a_call, a_page, as_json, said_on_server

FIRST = "chatcmpl-000001"
THEIRS = said_on_server(FIRST, 50, by="bob", correction="bob's", rating="thumbs_down")
SINCE = round(NOW.timestamp() * 1000)


async def refused(store: Store, mine: str = "mine", theirs: Any = THEIRS, **how: Any) -> None:
    """My correction met one that I had not seen."""
    await store.identity.put("reviewer", ME)
    await store.decisions.decide([1], Edit("down", mine, ("tone:rude",)), now=NOW, **how)
    (row,) = await send(store)
    await store.outbox.settle([Refused(row.seq, theirs, "bob corrected this call in the meantime")])


async def pull_theirs(store: Store, theirs: Any = THEIRS) -> None:
    page = a_page(
        a_call(1, theirs.revision, feedback=as_json(theirs), correction=as_json(theirs)),
        after=theirs.revision,
    )
    await store.pull.apply(page, await store.pull.cursor())


async def trash(store: Store) -> list[tuple[Any, ...]]:
    sql = "SELECT said, problem, reason FROM trash ORDER BY seq"
    return await store.database.read(lambda reader: list(reader.execute(sql)))


async def test_the_three_texts_and_whose_since_when(store: Store) -> None:
    await refused(store)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    assert conflict == Conflict(1, "answer 1", "mine", "bob's", "bob", THEIRS.id, SINCE, conflict.op_seq)
    assert conflict.op_seq is not None
    assert await store.conflicts.of(2) is None


async def test_the_base_is_the_text_it_was_begun_from(store: Store) -> None:
    await refused(store, started={1: "an older correction"})
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    assert conflict.base == "an older correction"


async def test_a_newer_text_of_theirs_that_was_pulled_is_the_one_shown(store: Store) -> None:
    await refused(store)
    newer = said_on_server(FIRST, 60, by="carl", correction="carl's")
    await pull_theirs(store, newer.model_copy(update={"created_at": NOW.replace(hour=7)}))
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    assert (conflict.theirs, conflict.their_reviewer, conflict.their_id) == ("carl's", "carl", newer.id)


async def test_keep_mine_says_it_again_on_top_of_theirs(store: Store) -> None:
    await refused(store)
    before = await opinion(store, 1)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    decided = await store.conflicts.resolve(conflict, conflict.mine, now=NOW)
    assert (decided.count, decided.changed.calls) == (1, frozenset({1}))
    (body,) = await bodies(store)
    assert (body["correction"], body["base_feedback_id"], body["tags"]) == ("mine", THEIRS.id, ["tone:rude"])
    assert await opinion(store, 1) == before
    assert await wheres(store) == ["trash", "ready"]
    ((_, problem, _),) = await trash(store)
    assert orjson.loads(problem)["theirs_by"] == "bob", "what they wrote is kept beside"
    await store.decisions.undo(NOW)
    assert await opinion(store, 1) == EMPTY, "undo takes back what I wrote: keeping it was no step of its own"


async def test_take_theirs_keeps_my_rating_and_tags(store: Store) -> None:
    await refused(store)
    await pull_theirs(store)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    await store.conflicts.resolve(conflict, None, now=NOW)
    assert await opinion(store, 1) == Opinion("thumbs_down", None, ("tone:rude",))
    opened = await store.calls.open_call(1)
    assert opened is not None
    assert opened.correction is not None
    assert (opened.correction.text, opened.correction.by) == ("bob's", "bob")
    ((said, _, _),) = await trash(store)
    assert orjson.loads(said)["correction"] == "mine", "the loser is kept"
    await store.decisions.undo(NOW)
    (body,) = await bodies(store)
    assert (body["correction"], body["base_feedback_id"]) == ("mine", THEIRS.id)


async def test_a_merged_text_is_a_step_of_its_own_written_from_theirs(store: Store) -> None:
    await refused(store)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    await store.conflicts.resolve(conflict, "both", now=NOW)
    (body,) = await bodies(store)
    assert (body["correction"], body["base_feedback_id"]) == ("both", THEIRS.id)
    (row,) = await send(store)
    newer = said_on_server(FIRST, 70, by="bob", correction="bob again")
    await store.outbox.settle([Refused(row.seq, newer, "again")])
    again = await store.conflicts.of(1)
    assert again is not None
    assert (again.base, again.mine, again.theirs) == ("bob's", "both", "bob again")
    await store.conflicts.resolve(again, "all three", now=NOW)
    await acknowledge(store, await send(store), first=80)
    assert await wheres(store) == ["trash", "trash", "receipt"]
    await store.decisions.undo(NOW)
    assert (await opinion(store, 1)).correction == "both"


async def test_what_is_no_longer_the_conflict_is_not_resolved(store: Store) -> None:
    await refused(store)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    await store.conflicts.resolve(conflict, "both", now=NOW)
    assert (await store.conflicts.resolve(conflict, None, now=NOW)).count == 0
    assert (await opinion(store, 1)).correction == "both"


async def test_what_i_said_behind_the_refused_act_is_in_what_is_said_on_top(store: Store) -> None:
    await refused(store)
    await store.decisions.decide([1], Edit("up", add_tags=("later:yes",)), now=NOW)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    await store.conflicts.resolve(conflict, "both", now=NOW)
    (body,) = await bodies(store)
    assert (body["rating"], body["tags"], body["correction"]) == (
        "thumbs_up", ["tone:rude", "later:yes"], "both",
    )  # fmt: skip
    assert await wheres(store) == ["trash", "replaced", "ready"]


async def test_what_i_wrote_since_is_my_side_of_the_conflict(store: Store) -> None:
    await refused(store)
    await store.decisions.decide([1], Edit(correction="mine, newer"), now=NOW, started={1: "mine"})
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    assert (conflict.base, conflict.mine, conflict.theirs) == ("mine", "mine, newer", "bob's")
    await store.conflicts.resolve(conflict, conflict.mine, now=NOW)
    (body,) = await bodies(store)
    assert (body["correction"], body["base_feedback_id"]) == ("mine, newer", THEIRS.id)


async def test_the_same_text_byte_for_byte_merges_without_a_word(store: Store) -> None:
    await refused(store, mine="bob's")
    assert await store.conflicts.of(1) is None
    assert (await store.outbox.counts()).conflict == 0
    (body,) = await bodies(store)
    assert (body["correction"], body["base_feedback_id"], body["tags"]) == ("bob's", THEIRS.id, ["tone:rude"])
    assert await wheres(store) == ["trash", "ready"]
    await acknowledge(store, await send(store), first=60)
    assert await wheres(store) == ["trash", "receipt"]
    await store.decisions.undo(NOW)
    assert await opinion(store, 1) == EMPTY


async def test_texts_that_only_look_alike_do_not_merge(store: Store) -> None:
    await refused(store, mine="bob's ")
    assert await store.conflicts.of(1) is not None


async def test_a_refused_act_without_a_text_of_theirs_is_no_conflict_until_one_is_known(store: Store) -> None:
    await refused(store, theirs=None)
    assert await store.conflicts.of(1) is None
    assert (await store.outbox.counts()).conflict == 1
    await pull_theirs(store)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    assert conflict.theirs == "bob's"


async def test_clearing_a_call_in_conflict_and_taking_theirs_leaves_nothing_of_mine(store: Store) -> None:
    await refused(store)
    await store.decisions.decide([1], "clear", now=NOW)
    conflict = await store.conflicts.of(1)
    assert conflict is not None
    await store.conflicts.resolve(conflict, None, now=NOW)
    assert await opinion(store, 1) == EMPTY
    assert await bodies(store) == []
