"""What other reviewers said stays known beneath what I say, and shows again when I take mine back."""

import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.domain.opinion import Edit
from atlas_desktop.domain.query import Query
from atlas_desktop.store import audit
from atlas_desktop.store.rows import CallRow, Correction
from atlas_desktop.store.said import opinion_of
from atlas_desktop.store.settled import Acknowledged
from atlas_desktop.store.store import Store
from tests.store.acting import acknowledge, send
from tests.store.making import ME, NOW, a_call, a_page, as_json, open_store, said_on_server
from tests.store.server_model import ServerModel
from tests.store.test_machine import MEMORY, now

FIRST = "chatcmpl-000001"


async def hear(
    store: Store, revision: int, effective: Any, correction: Any = "not sent", *, count: int = 1
) -> None:
    """The server says what counts for the first call as of this revision."""
    after = await store.pull.cursor()
    parts = {} if correction == "not sent" else {"correction": as_json(correction)}
    call = a_call(1, revision, feedback=as_json(effective), feedback_count=count, **parts)
    await store.pull.apply(a_page(call, after=revision), after)


async def first(store: Store) -> CallRow:
    (row,) = await store.calls.rows([1])
    return row


async def correction(store: Store) -> Correction | None:
    opened = await store.calls.open_call(1)
    assert opened is not None
    assert opened.row.corrected == (opened.correction is not None)
    known = opened.correction
    return None if known is None else Correction(known.text, known.by)


async def test_undoing_a_sent_rating_shows_the_other_reviewers_again_without_a_server(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await hear(store, 50, said_on_server(FIRST, 50, by="bob", rating="thumbs_up", tags=["tone:ok"]))
    await store.decisions.decide([1], "down", now=NOW)
    await acknowledge(store, await send(store))
    assert (await first(store)).rating == "thumbs_down"
    await store.decisions.undo(NOW)
    row = await first(store)
    assert (row.rating, row.tags, row.mine, row.pending) == ("thumbs_up", ("tone:ok",), False, True)
    assert list(await store.calls.ids(Query(rating="thumbs_up"))) == [1]
    await acknowledge(store, await send(store), first=2000)
    row = await first(store)
    assert (row.rating, row.tags, row.mine, row.pending) == ("thumbs_up", ("tone:ok",), False, False)
    await hear(store, 2001, said_on_server(FIRST, 2001, by="bob", rating="thumbs_down"), count=4)
    assert (await first(store)).rating == "thumbs_down"


async def test_taking_back_what_another_reviewer_has_overruled_meanwhile_hides_nothing(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await store.decisions.decide([1], "down", now=NOW)
    await acknowledge(store, await send(store))
    await hear(store, 1500, said_on_server(FIRST, 1500, by="bob", rating="thumbs_up"), count=2)
    await store.decisions.decide([1], "clear", now=NOW)
    await acknowledge(store, await send(store), first=2000)
    assert (await first(store)).rating == "thumbs_up"


async def test_a_page_older_than_my_act_still_tells_what_is_beneath_it(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await store.decisions.decide([1], "down", now=NOW)
    await acknowledge(store, await send(store), first=60)
    await hear(store, 50, said_on_server(FIRST, 50, by="bob", rating="thumbs_up"))
    assert (await first(store)).rating == "thumbs_down"
    await store.decisions.undo(NOW)
    assert (await first(store)).rating == "thumbs_up"


async def test_many_are_undone_as_one_is(store: Store) -> None:
    calls = [
        a_call(
            n, 50 + n, feedback=as_json(said_on_server(f"chatcmpl-{n:06d}", 50 + n, by="bob", rating=said))
        )
        for n, said in ((1, "thumbs_up"), (2, "thumbs_down"))
    ]
    await store.pull.apply(a_page(*calls, after=60), 6)
    await store.decisions.decide([1, 2, 3], "unsure", now=NOW)
    await acknowledge(store, await send(store))
    await store.decisions.undo(NOW)
    rows = await store.calls.rows([1, 2, 3])
    assert [row.rating for row in rows] == ["thumbs_up", "thumbs_down", None]


async def test_what_others_say_is_not_mine_even_when_my_name_is_learned_late(store: Store) -> None:
    await hear(store, 50, said_on_server(FIRST, 50, by=ME, rating="thumbs_up"))
    await store.decisions.decide([1], "down", now=NOW)
    await acknowledge(store, await send(store))
    await store.decisions.decide([1], "clear", now=NOW)
    assert (await first(store)).rating is None


async def test_my_rating_hides_no_correction_of_another_reviewer(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    theirs = said_on_server(FIRST, 50, by="bob", correction="better")
    await hear(store, 50, theirs, theirs)
    await store.decisions.decide([1], "down", now=NOW)
    assert await correction(store) == Correction("better", "bob")
    await acknowledge(store, await send(store))
    assert await correction(store) == Correction("better", "bob")
    await hear(store, 1000, said_on_server(FIRST, 1000, rating="thumbs_down"), theirs, count=2)
    assert await correction(store) == Correction("better", "bob")
    await hear(store, 1001, said_on_server(FIRST, 1000, rating="thumbs_down"), None, count=3)
    assert await correction(store) is None


async def test_a_server_without_the_field_is_read_by_its_effective_feedback(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await hear(store, 50, said_on_server(FIRST, 50, by="bob", correction="better"))
    assert await correction(store) == Correction("better", "bob")
    await hear(store, 51, said_on_server(FIRST, 51, by="cyd", rating="thumbs_up"), count=2)
    assert await correction(store) is None


async def test_a_correction_of_mine_beneath_a_rating_is_known_as_mine(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    mine = said_on_server(FIRST, 50, rating="thumbs_up", correction="my words")
    await hear(store, 51, said_on_server(FIRST, 51, by="bob", rating="thumbs_down"), mine, count=2)
    assert await correction(store) == Correction("my words", None)
    row = await first(store)
    assert (row.rating, row.mine, row.corrected) == ("thumbs_down", False, True)


async def test_what_its_author_took_back_meanwhile_does_not_show_again(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    theirs = said_on_server(FIRST, 50, by="bob", rating="thumbs_up", correction="better")
    mine = said_on_server(FIRST, 51, rating="thumbs_down", correction="my words")
    for revision, effective, count in ((50, theirs, 1), (51, mine, 2), (52, mine, 3)):
        await hear(store, revision, effective, effective, count=count)
    await store.decisions.decide([1], "clear", now=NOW)
    assert ((await first(store)).rating, await correction(store)) == (None, None)


async def test_a_newer_word_without_a_correction_takes_its_authors_own_back(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    theirs = said_on_server(FIRST, 50, by="bob", correction="better")
    mine = said_on_server(FIRST, 51, correction="my words")
    await hear(store, 50, theirs, theirs)
    await hear(store, 51, mine, mine, count=2)
    await hear(store, 52, said_on_server(FIRST, 52, by="bob", rating="thumbs_up"), mine, count=3)
    assert await correction(store) == Correction("my words", None)
    await store.decisions.decide([1], "clear", now=NOW)
    assert await correction(store) is None


_OPS = "SELECT id FROM op"
said_by_others = st.fixed_dictionaries(
    {"rating": st.sampled_from(("thumbs_up", "thumbs_down")), "correction": st.none() | st.just("better")}
)
steps = st.lists(
    st.tuples(
        st.sampled_from(("bob", ME)),
        said_by_others
        | st.sampled_from(({"clears": True}, {"tags": ["a"]}, {"tags": ["b"], "comment": "see"})),
    )
    | st.tuples(
        st.just("decide"),
        st.sampled_from(
            (
                "up",
                "down",
                "unsure",
                "clear",
                Edit(add_tags=("b", "c")),
                Edit(remove_tags=("b",)),
                Edit(comment="so"),
            )
        ),
    )
    | st.sampled_from((("undo", None), ("redo", None), ("send", None), ("send", None), ("restart", None))),
    max_size=14,
)


@given(steps, st.booleans())
@settings(max_examples=200, deadline=None)
def test_without_news_the_store_shows_what_the_server_will_say(
    steps: list[tuple[str, Any]], tells_mine: bool
) -> None:
    """Only what others do is pulled, at once; of mine the store hears acknowledgements, or nothing yet."""
    server = ServerModel(tells_mine=tells_mine)
    call_id = server.record()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "w" / "atlas.db"
        store = open_store(path)
        now(store.identity.put("reviewer", ME))
        for does, what in (("pull", None), *steps):
            if does == "restart":
                now(store.close())
                store = open_store(path)
            else:
                _step(store, server, call_id, does, what)
            _shows_what_will_be(store, server, call_id)
            assert now(store.database.read(audit.violations)) == []
        now(store.close())


def _step(store: Store, server: ServerModel, call_id: str, does: str, what: Any) -> None:
    if does == "decide":
        now(store.decisions.decide([1], what, now=NOW))
    elif does == "undo":
        now(store.decisions.undo(NOW))
    elif does == "redo":
        now(store.decisions.redo(NOW))
    elif does == "send":
        rows = now(store.outbox.eligible(10, 1 << 20))
        now(store.outbox.mark_inflight([row.seq for row in rows]))
        now(store.outbox.settle([Acknowledged(row.seq, server.accept(row.payload)) for row in rows]))
    else:
        if does != "pull":
            server.rate(call_id, by=does, **what)
        after = now(store.pull.cursor())
        now(store.pull.apply(server.changes(after, 10), after))


def _shows_what_will_be(store: Store, server: ServerModel, call_id: str) -> None:
    will_be = deepcopy(server)
    mine_from_here = {
        op_id for (op_id,) in now(store.database.read(lambda reader: list(reader.execute(_OPS))))
    }
    payloads = "SELECT payload FROM outbox ORDER BY seq"
    for (payload,) in now(store.database.read(lambda reader: list(reader.execute(payloads)))):
        will_be.accept(payload)
    opened = now(store.calls.open_call(1))
    assert opened is not None
    effective, corrected = opinion_of(will_be.effective(call_id)), will_be.correction(call_id)
    assert (opened.row.rating, opened.row.unsure) == (effective.rating, effective.unsure)
    if server.tells_mine:
        assert opened.opinion == will_be.mine(call_id)
    if server.tells_mine or not any(
        row.reviewer == ME and row.id not in mine_from_here for row in will_be.rows[call_id]
    ):
        # What I said elsewhere and what counts less than theirs is told by no page.
        assert set(opened.row.tags) <= will_be.tags(call_id)
    if not opened.opinion.judges:
        assert set(opened.opinion.tags) <= set(opened.row.tags)
    if corrected is None:
        assert opened.correction is None
    else:
        by = None if corrected.reviewer == ME else corrected.reviewer
        known = opened.correction
        assert known is not None
        assert (known.text, known.by) == (corrected.correction, by)
    assert opened.row.corrected == (corrected is not None)
