"""A correction editor over a desk, and other reviewers who write as well."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atlas_desktop.app.correction import CorrectionEditor, EditorState
from atlas_desktop.app.lamps import Lamps
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.tasks import Tasks
from tests.app.desk import NOW, Desk, desk, some_calls
from tests.store.making import ME, as_json, said_on_server

ANSWER = "The invoice is due on Friday."


@dataclass
class Writing:
    desk: Desk
    editor: CorrectionEditor
    told: list[EditorState]

    @property
    def state(self) -> EditorState:
        return self.editor.state

    async def type(self, text: str) -> None:
        self.editor.typed(text, len(text))
        await self.editor.through()

    async def wrong(self, text: str) -> int:
        """How many problems this text has."""
        await self.type(text)
        return len(self.state.problems)

    async def go(self, position: int) -> None:
        self.desk.review.go(position)
        await self.desk.review.settled()

    async def mine(self) -> Opinion:
        opened = await self.desk.store.calls.open_call(self.here)
        assert opened is not None
        return opened.opinion

    @property
    def here(self) -> int:
        seq = self.desk.review.current.seq
        assert seq is not None
        return seq


async def nobody(*_: object) -> Any:
    raise NotOnline


@asynccontextmanager
async def editing(it: Desk) -> AsyncIterator[Writing]:
    bugs: list[BaseException] = []
    tasks = Tasks(lambda _name, error: bugs.append(error))
    lamps = Lamps(it.store, tasks, nobody, lambda: False)
    editor = CorrectionEditor(it.store, it.review, lamps, tasks, now=lambda: NOW)
    told: list[EditorState] = []
    editor.changed.connect(told.append)
    await editor.open()
    try:
        yield Writing(it, editor, told)
        await editor.close()
    finally:
        await tasks.close()
        lamps.close()
    assert bugs == []


def answered(number: int, *texts: str, **parts: Any) -> list[dict[str, Any]]:
    """Calls with these answers, the last one newest; the first prompt is asked of all."""
    asked = {"messages": [{"role": "user", "content": "When is it due?"}]}
    return [
        call | {"request": asked, "response": {"message": {"role": "assistant", "content": text}}} | parts
        for call, text in zip(some_calls(len(texts), first=number), texts, strict=True)
    ]


@asynccontextmanager
async def writing(path: Path, *texts: str, **parts: Any) -> AsyncIterator[Writing]:
    async with desk(path) as it:
        await it.store.identity.put("reviewer", ME)
        await it.sync(answered(1, *(texts or (ANSWER,)), **parts))
        await it.open()
        async with editing(it) as made:
            yield made


async def theirs(made: Writing, call_id: str, text: str, revision: int = 90) -> None:
    """Another reviewer's correction arrives."""
    said = as_json(said_on_server(call_id, revision, by="bob", rating="thumbs_down", correction=text))
    opened = made.desk.review.current.call
    assert opened is not None
    wire = opened.call.model_dump(mode="json", exclude_unset=True)
    await made.desk.sync([wire | {"revision": revision, "feedback": said, "correction": said}])
