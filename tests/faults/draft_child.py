"""The process that the draft kill test kills: ``DATABASE JOURNAL`` types into the correction editor until killed.

Each state of a text is in the journal, with its time, before the editor hears of it.
"""

import asyncio
import os
import random
import sys
import time
from pathlib import Path

import orjson

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.correction import CorrectionEditor
from atlas_desktop.app.lamps import Lamps
from atlas_desktop.app.review import Review
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.evaluators import EvaluatorScore, EvaluatorScoreCreate
from atlas_desktop.domain.query import Query
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

SIGNS = "etaoin srhldcu\r\n\u00a0\u2028é👩"


async def _offline(_: str, __: EvaluatorScoreCreate) -> EvaluatorScore:
    raise NotOnline


def _fail(name: str, error: BaseException) -> None:
    raise SystemExit(f"{name}: {error!r}")


async def write(database: str, journal: str) -> None:
    """Type, delete, pause, go to another call, submit now and then: for ever."""
    store, rng = Store.open(Path(database)), random.Random()
    tasks = Tasks(_fail)
    browser = CallBrowser(store, tasks)
    review = Review(store, browser, tasks, auto_advance=False)
    editor = CorrectionEditor(store, review, Lamps(store, tasks, _offline, lambda: False), tasks)
    await editor.open()
    await browser.apply(Query())
    lines = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(step: str, text: str) -> None:
        os.write(lines, orjson.dumps([time.monotonic(), step, editor.state.seq, text]) + b"\n")

    while True:
        review.go(rng.randrange(len(browser)))
        await editor.begin()
        note("open", editor.state.text)
        for _ in range(rng.choice((3, 50, 1_000))):
            text = editor.state.text
            text = text[:-1] if text and rng.random() < 0.2 else text + rng.choice(SIGNS)
            note("type", text)
            editor.typed(text, len(text))
            await asyncio.sleep(rng.choice((0.0, 0.002, 0.002, 0.01, 0.3 if rng.random() < 0.02 else 0.0)))
        if rng.random() < 0.2:
            await editor.submit(stay=True)
            note("submitted", editor.state.text)


if __name__ == "__main__":
    asyncio.run(write(*sys.argv[1:]))
