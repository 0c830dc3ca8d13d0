"""A note that is being typed survives a crash."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.app.describe import LONGEST_NOTE, Describe
from atlas_desktop.app.note_journal import NoteJournal
from atlas_desktop.tasks import Tasks
from tests.app.desk import Desk, desk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.db"


def _journal(it: Desk) -> tuple[Describe, NoteJournal]:
    describe = Describe(it.store, it.review)
    return describe, NoteJournal(it.store, describe, Tasks(lambda _name, error: pytest.fail(str(error))))


async def _notes(it: Desk) -> list[str | None]:
    calls = [await it.store.calls.open_call(seq) for seq in it.browser.ids]
    return [None if call is None else call.opinion.comment for call in calls]


async def _crashed_while_typing(path: Path, *texts: str) -> None:
    async with desk(path, 3) as it:
        _, journal = _journal(it)
        for text in texts:
            journal.typed(text, it.browser.ids[1])
        await journal.through()


async def test_what_was_typed_is_the_note_at_the_next_start(path: Path) -> None:
    await _crashed_while_typing(path, "half", "half a thought\nin two lines")
    async with desk(path) as it:
        _, journal = _journal(it)
        assert await journal.recover()
        assert await _notes(it) == [None, "half a thought\nin two lines", None]
        assert not await journal.recover()


async def test_what_became_the_note_does_not_come_back(path: Path) -> None:
    async with desk(path, 3) as it:
        describe, journal = _journal(it)
        seq = it.browser.ids[0]
        journal.typed("first", seq)
        await journal.through()
        await describe.note("first", seq=seq)
        journal.done("first", seq)
        await journal.through()
        await describe.note("", seq=seq)
    async with desk(path) as it:
        assert not await _journal(it)[1].recover()
        assert await _notes(it) == [None] * 3


async def test_the_end_of_one_note_does_not_end_the_next(path: Path) -> None:
    async with desk(path, 3) as it:
        _, journal = _journal(it)
        first, second = it.browser.ids[:2]
        journal.typed("one", first)
        journal.typed("two", second)
        journal.done("one", first)
        await journal.through()
    async with desk(path) as it:
        assert await _journal(it)[1].recover()
        assert await _notes(it) == [None, "two", None]


async def test_after_an_orderly_end_nothing_comes_back(path: Path) -> None:
    async with desk(path, 3) as it:
        describe, journal = _journal(it)
        seq = it.browser.ids[0]
        journal.typed("said", seq)
        await journal.through()
        describe.left("said", seq)
        await describe.close()
        await journal.close()
    async with desk(path) as it:
        assert not await _journal(it)[1].recover()
        assert await _notes(it) == ["said", None, None]


async def test_a_call_that_is_gone_takes_its_note_along(path: Path) -> None:
    await _crashed_while_typing(path, "about nothing")
    async with desk(path) as it:
        row = it.browser.row(1)
        assert row is not None
        await it.sync([], deleted=[row.id])
        assert not await _journal(it)[1].recover()
        assert not await _journal(it)[1].recover()


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_characters="\0"), min_size=1).filter(lambda text: text.strip()))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    import asyncio

    async def play() -> None:
        path = tmp_path_factory.mktemp("note") / "atlas.db"
        await _crashed_while_typing(path, text)
        async with desk(path) as it:
            assert await _journal(it)[1].recover()
            kept = "".join(char for char in text if not "\ud800" <= char <= "\udfff").strip()
            assert (await _notes(it))[1] == (kept or None)

    asyncio.run(play())


async def test_a_selections_note_and_an_endless_one_are_not_kept(path: Path) -> None:
    async with desk(path, 3) as it:
        _, journal = _journal(it)
        journal.typed("for all of them", None)
        journal.typed("x" * (LONGEST_NOTE + 1), it.browser.ids[0])
        assert not await journal.through()
        assert not await journal.recover()
