"""Acts that say more than a verdict: one transaction, one undo step, guarded by what their author has seen."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from atlas_desktop.domain.opinion import MOST_TAGS, Edit, Opinion
from atlas_desktop.store import audit, bulk
from atlas_desktop.store.store import Store
from tests.store.acting import acknowledge, send
from tests.store.making import ME, NOW, a_call, a_page, as_json, said_on_server, with_calls

FIRST = "chatcmpl-000001"


async def bodies(store: Store) -> list[dict[str, object]]:
    return [orjson.loads(row.payload) for row in await store.outbox.eligible(100, 1 << 20)]


async def opinion(store: Store, seq: int = 1) -> Opinion:
    opened = await store.calls.open_call(seq)
    assert opened is not None
    return opened.opinion


async def pulled(store: Store, revision: int, after: int, **said: Any) -> None:
    """Another reviewer's word arrives."""
    theirs = said_on_server(FIRST, revision, by="bob", **said)
    page = a_page(a_call(1, revision, feedback=as_json(theirs), correction=as_json(theirs)), after=revision)
    await store.pull.apply(page, after)


async def test_verdict_tags_note_and_correction_are_one_act_and_one_step(store: Store) -> None:
    edit = Edit("down", "better", ("tone:rude", "x"), (), "why")
    decided = await store.decisions.decide([1], edit, now=NOW)
    assert (decided.edit, decided.verdict, decided.count) == (edit, "down", 1)
    said = Opinion("thumbs_down", "better", ("tone:rude", "x"), "why")
    assert await opinion(store) == said
    (body,) = await bodies(store)
    assert (body["rating"], body["correction"], body["tags"], body["comment"]) == (
        "thumbs_down", "better", ["tone:rude", "x"], "why",
    )  # fmt: skip
    undone = await store.decisions.undo(NOW)
    assert undone is not None
    assert undone.edit == edit
    assert await opinion(store) == Opinion()
    assert await bodies(store) == []
    await store.decisions.redo(NOW)
    assert await opinion(store) == said


async def test_a_correction_of_an_unrated_call_rates_it_bad_and_of_a_rated_one_does_not(store: Store) -> None:
    await store.decisions.decide([2], "up", now=NOW)
    await store.decisions.decide([1], Edit(correction="one"), now=NOW)
    await store.decisions.decide([2], Edit(correction="two"), now=NOW)
    assert (await opinion(store, 1)).rating == "thumbs_down"
    assert (await opinion(store, 2)).rating == "thumbs_up"


async def test_bulk_tags_are_one_step_and_leave_ratings_alone(store: Store) -> None:
    await store.decisions.decide([1, 2], "up", now=NOW)
    await store.decisions.decide([2], Edit(add_tags=("x",)), now=NOW)
    await store.decisions.decide([1, 2, 3], Edit(add_tags=("x", "y")), now=NOW)
    assert [(await opinion(store, seq)).tags for seq in (1, 2, 3)] == [("x", "y")] * 3
    await store.decisions.undo(NOW)
    assert [(await opinion(store, seq)).tags for seq in (1, 2, 3)] == [(), ("x",), ()]
    assert (await opinion(store, 1)).rating == "thumbs_up"


async def test_a_call_without_room_for_the_tag_is_left_and_counted(store: Store) -> None:
    full = tuple(f"t:{number}" for number in range(MOST_TAGS))
    await store.decisions.decide([1], Edit(add_tags=full), now=NOW)
    decided = await store.decisions.decide([1, 2], Edit(add_tags=("one:more",)), now=NOW)
    assert (decided.count, decided.full, decided.changed.calls) == (2, 1, frozenset({2}))
    assert (await opinion(store, 1)).tags == full


async def test_a_large_act_in_steps_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr("atlas_desktop.store.decisions.AT_ONCE", 3)
    monkeypatch.setattr(bulk, "STEP", 2)
    store = await with_calls(tmp_path / "atlas.db", 7)
    edit = Edit("down", add_tags=("bulk:yes",), comment="all of them")
    decided = await store.decisions.decide(list(range(1, 8)), edit, now=NOW)
    assert decided.changed.calls == set(range(1, 8))
    assert {await opinion(store, seq) for seq in range(1, 8)} == {
        Opinion("thumbs_down", None, ("bulk:yes",), "all of them")
    }
    await store.decisions.undo(NOW)
    assert {await opinion(store, seq) for seq in range(1, 8)} == {Opinion()}
    await store.decisions.redo(NOW)
    assert (await opinion(store, 7)).comment == "all of them"
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_each_call_its_own_verdict_in_one_step(store: Store) -> None:
    decided = await store.decisions.decide_each(
        {1: "up", 2: "down", 3: Edit("down", add_tags=("x",))}, now=NOW
    )
    assert decided.count == 3
    assert [(await opinion(store, seq)).rating for seq in (1, 2, 3)] == [
        "thumbs_up",
        "thumbs_down",
        "thumbs_down",
    ]
    await store.decisions.undo(NOW)
    assert [await opinion(store, seq) for seq in (1, 2, 3)] == [Opinion()] * 3
    await store.decisions.redo(NOW)
    assert [(await opinion(store, seq)).tags for seq in (1, 2, 3)] == [(), (), ("x",)]
    with pytest.raises(ValueError, match="more than"):
        await store.decisions.decide_each(dict.fromkeys(range(2_001), "up"), now=NOW)


async def test_the_dot_takes_the_acts_on_the_last_call_together(store: Store) -> None:
    assert await store.decisions.repeat_source() is None
    await store.decisions.decide([1], "up", now=NOW)
    await store.decisions.decide([2], Edit(add_tags=("tone:rude",)), now=NOW)
    await store.decisions.decide([2], Edit("down", "better"), now=NOW)
    assert await store.decisions.repeat_source() == Edit("down", add_tags=("tone:rude",))
    await store.decisions.undo(NOW)
    assert await store.decisions.repeat_source() == Edit(add_tags=("tone:rude",))
    await store.decisions.undo(NOW)
    assert await store.decisions.repeat_source() == Edit("up")


async def test_tags_are_counted_by_use(store: Store) -> None:
    for tag in ("a", "b", "b", "review:unsure"):
        await store.decisions.decide([1], Edit(remove_tags=(tag,)), now=NOW)
        await store.decisions.decide([1], Edit(add_tags=(tag,)), now=NOW)
    await pulled(store, 50, 6, rating="thumbs_down", tags=["theirs", "b"])
    assert await store.tags.used_most() == ["b", "a"]
    assert await store.tags.used_most(1) == ["b"]
    assert await store.tags.counts() == {"a": 1, "b": 2, "theirs": 1}


# what its author has seen


async def corrected(store: Store, text: str, **how: object) -> str | None:
    """Correct the first call. Returns the base that would be sent."""
    await store.decisions.decide([1], Edit(correction=text), now=NOW, **how)  # type: ignore[arg-type]
    base = (await bodies(store))[-1].get("base_feedback_id")
    return base if isinstance(base, str) else None


async def test_a_draft_begun_before_another_correction_names_what_it_has_seen(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await pulled(store, 50, 6, correction="bob's")
    assert await corrected(store, "mine", bases={1: None}) is None


async def test_a_rating_does_not_make_my_unsent_text_newer_than_it_is(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await corrected(store, "mine", bases={1: None})
    await pulled(store, 50, 6, correction="bob's")
    await store.decisions.decide([1], "up", now=NOW)
    (body,) = await bodies(store)
    assert (body["rating"], body["correction"], body.get("base_feedback_id")) == ("thumbs_up", "mine", None)


async def test_a_rating_of_mine_on_its_way_is_no_guard_for_a_text(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await store.decisions.decide([1], "up", now=NOW)
    await send(store)
    await store.decisions.decide([1], Edit(correction="mine"), now=NOW, bases={1: None})
    payload = await store.database.read(
        lambda reader: reader.execute("SELECT payload FROM outbox ORDER BY seq DESC LIMIT 1").get
    )
    assert "base_feedback_id" not in orjson.loads(payload)


async def test_redo_is_guarded_by_what_was_seen_when_it_was_written(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await corrected(store, "mine")
    await store.decisions.undo(NOW)
    await pulled(store, 50, 6, correction="bob's")
    await store.decisions.redo(NOW)
    (body,) = await bodies(store)
    assert body.get("base_feedback_id") is None, "bob's was not there when I wrote mine"


async def test_undo_of_clearing_is_guarded_by_my_own_row(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await corrected(store, "mine")
    await acknowledge(store, await send(store), first=60)
    (mine,) = await store.database.read(
        lambda reader: list(reader.execute("SELECT feedback_id FROM mine WHERE call = 1"))
    )
    await store.decisions.decide([1], "clear", now=NOW)
    await acknowledge(store, await send(store), first=61)
    await pulled(store, 70, 6, correction="bob's")
    await store.decisions.undo(NOW)
    (body,) = await bodies(store)
    assert (body["correction"], body["base_feedback_id"]) == ("mine", mine[0])


async def test_what_is_shown_says_what_a_text_on_top_of_it_has_seen(store: Store) -> None:
    await store.identity.put("reviewer", ME)
    await pulled(store, 50, 6, correction="bob's")
    opened = await store.calls.open_call(1)
    assert opened is not None
    assert opened.correction is not None
    known = opened.correction
    assert (known.text, known.by, known.seen) == ("bob's", "bob", "fb_bob_50")
    assert known.since_ms == round(NOW.timestamp() * 1000)
    assert await corrected(store, "mine", bases={1: known.seen}) == "fb_bob_50"
    again = await store.calls.open_call(1)
    assert again is not None
    assert again.correction is not None
    assert (again.correction.text, again.correction.by, again.correction.seen) == ("mine", None, "fb_bob_50")
