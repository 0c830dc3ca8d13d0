"""What only describes, a tag or a note, stands beside a judgement of somebody else and never hides it."""

from atlas_desktop.domain.opinion import Edit, Opinion
from atlas_desktop.domain.query import Query, Term
from atlas_desktop.store import audit
from atlas_desktop.store.store import Store
from tests.store.acting import acknowledge, opinion, send
from tests.store.making import ME, NOW, a_call, a_page, as_json, said_on_server
from tests.store.test_beneath import FIRST, first, hear


async def test_a_tag_or_a_note_of_mine_unrates_no_call_that_somebody_else_rated(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    theirs = said_on_server(FIRST, 50, by="bob", rating="thumbs_up", tags=["a"])
    await hear(store, 50, theirs)

    async def shows(*tags: str) -> None:
        row = await first(store)
        assert (row.rating, row.mine, set(row.tags)) == ("thumbs_up", False, set(tags))
        assert list(await store.calls.ids(Query(rating="thumbs_up"))) == [1]
        for tag in ("a", "tone:rude"):
            found = list(await store.calls.ids(Query([Term("tag", tag)])))
            assert found == ([1] if tag in tags else [])
        counts = {value.term.value: value.count for value in (await store.calls.vocabulary()).of("tag")}
        assert counts == dict.fromkeys(tags, 1)

    await store.decisions.decide([1], Edit(add_tags=("a", "tone:rude")), now=NOW)
    await store.decisions.decide([1], Edit(comment="see the date"), now=NOW)
    await shows("a", "tone:rude")
    await acknowledge(store, await send(store))
    await shows("a", "tone:rude")
    again = await store.decisions.decide([1], Edit(add_tags=("tone:rude",)), now=NOW)
    assert again.decision_id is None, "it is said already: nothing is sent once more"
    await hear(store, 1000, theirs, count=2)
    await shows("a", "tone:rude")
    assert (await store.calls.open_call(1)).opinion == Opinion(None, None, ("a", "tone:rude"), "see the date")  # type: ignore[union-attr]
    await store.decisions.decide([1], "clear", now=NOW)
    await shows("a")
    assert await store.database.read(audit.violations) == []


async def test_my_rating_taken_back_to_a_tag_shows_theirs_again(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await hear(store, 50, said_on_server(FIRST, 50, by="bob", rating="thumbs_up"))
    await store.decisions.decide([1], Edit(add_tags=("tone:rude",)), now=NOW)
    await store.decisions.decide([1], "down", now=NOW)
    assert ((await first(store)).rating, (await first(store)).mine) == ("thumbs_down", True)
    await acknowledge(store, await send(store))
    await store.decisions.undo(NOW)
    row = await first(store)
    assert (row.rating, row.tags, row.mine) == ("thumbs_up", ("tone:rude",), False)


async def test_who_is_unsure_has_judged(store: Store) -> None:
    await hear(store, 50, said_on_server(FIRST, 50, by="bob", rating="thumbs_up"))
    await store.decisions.decide([1], "unsure", now=NOW)
    await acknowledge(store, await send(store))
    row = await first(store)
    assert (row.rating, row.unsure, row.mine) == (None, True, True)


async def test_a_judgement_that_my_tag_outranked_was_taken_back(store: Store) -> None:
    """The server says that a row counts which only describes: so nobody judges any more."""
    await store.identity.put("reviewer", ME)
    await hear(store, 50, said_on_server(FIRST, 50, by="bob", rating="thumbs_up"))
    await hear(store, 51, said_on_server(FIRST, 51, tags=["tone:rude"]), count=2)
    row = await first(store)
    assert (row.rating, row.tags, row.mine) == (None, ("tone:rude",), True)


async def test_what_i_took_back_on_another_device_is_not_said_again_from_here(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    theirs = said_on_server(FIRST, 50, by="bob", rating="thumbs_up")
    await hear(store, 50, theirs)
    await hear(store, 51, said_on_server(FIRST, 51, rating="thumbs_down", tags=["tone:rude"]), count=2)
    await hear(store, 52, theirs, count=3)
    assert ((await first(store)).rating, await opinion(store, 1)) == ("thumbs_up", Opinion())
    await hear(store, 53, said_on_server(FIRST, 53, rating="thumbs_down"), count=4)
    await hear(store, 54, said_on_server(FIRST, 54, by="bob", tags=["a"]), count=5)
    assert await opinion(store, 1) == Opinion("thumbs_down"), (
        "this server goes by time alone: nothing is known"
    )


async def test_an_answer_about_my_tag_that_comes_after_the_pull_still_counts(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    theirs = said_on_server(FIRST, 50, by="bob", rating="thumbs_up")
    await hear(store, 50, theirs)
    await store.decisions.decide([1], Edit(add_tags=("tone:rude",)), now=NOW)
    sent = await send(store)
    await hear(store, 1500, theirs, count=2)
    await acknowledge(store, sent)
    row = await first(store)
    assert (row.rating, row.tags, row.mine, row.pending) == ("thumbs_up", ("tone:rude",), False, False)
    assert await store.database.read(audit.violations) == []


async def test_what_i_say_is_known_on_another_device_though_it_does_not_count(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    theirs = said_on_server(FIRST, 50, by="bob", rating="thumbs_up")
    mine = said_on_server(FIRST, 40, tags=["tone:rude"])
    call = a_call(1, 50, feedback=as_json(theirs), mine=as_json(mine), feedback_count=2)
    await store.pull.apply(a_page(call, after=50), await store.pull.cursor())
    row = await first(store)
    assert (row.rating, row.tags, row.mine) == ("thumbs_up", ("tone:rude",), False)
    await store.decisions.decide([1], Edit(add_tags=("more",)), now=NOW)
    assert await opinion(store, 1) == Opinion(tags=("tone:rude", "more"))
    await store.decisions.undo(NOW)
    await store.pull.apply(
        a_page(call | {"revision": 51, "mine": None, "feedback_count": 3}, after=51),
        await store.pull.cursor(),
    )
    assert ((await first(store)).tags, await opinion(store, 1)) == ((), Opinion())
    assert await store.database.read(audit.violations) == []
