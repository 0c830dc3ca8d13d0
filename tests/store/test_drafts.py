"""Drafts: the exact text, apart from what is submitted, never touched by a pull."""

import itertools
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_desktop.domain.opinion import Edit
from atlas_desktop.store.drafts import Draft
from atlas_desktop.store.store import Store
from tests.store.making import NOW, a_call, a_page, as_json, open_store, said_on_server
from tests.store.test_machine import now

WRITTEN = Draft(1, "better", 6, "answer 1", None, "prose", 1_000)
HOSTILE = (
    "a\r\nb\rc\nd", "no\u00a0break", "line\u2028para\u2029", "nul\x00", "half\ud800", "\ufeffbom", "e\u0301 é",
    "\u202etxt.exe", "👩\u200d🔬", "\x85\x0b\x0c", "",
)  # fmt: skip


async def test_a_draft_is_exactly_what_was_typed(store: Store) -> None:
    for text in HOSTILE:
        await store.drafts.put(replace(WRITTEN, text=text))
        assert await store.drafts.get(1) == replace(WRITTEN, text=text)
    assert await store.drafts.get(2) is None


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None, categories=None), max_size=60), caret=st.integers(0, 60))
def test_any_text_comes_back(tmp_path: Path, text: str, caret: int) -> None:
    path = tmp_path / "any.db"
    store = open_store(path)
    draft = replace(WRITTEN, text=text, start="\x00" + text, caret=caret)
    now(store.drafts.put(draft))
    now(store.close())
    again = open_store(path)
    assert now(again.drafts.get(1)) == draft
    now(again.close())


async def test_a_text_like_its_start_is_no_draft(store: Store) -> None:
    await store.drafts.put(replace(WRITTEN, text="answer 1"))
    assert await store.drafts.all() == []
    await store.drafts.put(WRITTEN)
    await store.drafts.put(replace(WRITTEN, text="answer 1", saved_ms=2_000))
    assert await store.drafts.all() == []
    assert [version.text for version in await store.drafts.history(1)] == ["better"]


async def test_history_keeps_states_of_a_while_ago_and_what_was_given_up(store: Store) -> None:
    for number in range(100):
        await store.drafts.put(replace(WRITTEN, text=f"text {number}", saved_ms=1_000 + number * 10_000))
    states = await store.drafts.history(1)
    assert len(states) == 30
    assert all(one.saved_ms - other.saved_ms >= 30_000 for one, other in itertools.pairwise(states))
    await store.drafts.drop(1, why="discarded", now=NOW)
    newest = (await store.drafts.history(1))[0]
    assert (newest.text, newest.why) == ("text 99", "discarded")
    assert await store.drafts.get(1) is None
    await store.drafts.drop(1, why="discarded", now=NOW)
    assert len(await store.drafts.history(1)) == 30


async def test_all_drafts_last_written_first(store: Store) -> None:
    await store.drafts.put(WRITTEN)
    await store.drafts.put(replace(WRITTEN, call=3, saved_ms=3_000))
    await store.drafts.put(replace(WRITTEN, call=2, saved_ms=2_000))
    assert [draft.call for draft in await store.drafts.all()] == [3, 2, 1]


async def test_neither_a_pull_nor_a_decision_touches_a_draft(store: Store) -> None:
    await store.drafts.put(WRITTEN)
    theirs = said_on_server("chatcmpl-000001", 50, by="bob", correction="bob's")
    await store.pull.apply(a_page(a_call(1, 50, feedback=as_json(theirs)), after=50), 6)
    await store.pull.apply(a_page(after=51, gone=("chatcmpl-000001",)), 50)
    await store.decisions.decide([1, 2], Edit("down", "submitted"), now=NOW)
    await store.decisions.undo(NOW)
    assert await store.drafts.all() == [WRITTEN]
